import socket
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, address = listener.accept()
print(address == client.getsockname(), server.getsockname() == client.getpeername())
client.sendall(b"hello")
print(server.recv(100))
server.sendall(b"x" * 100_000)
got = b""
while len(got) < 100_000:
    got += client.recv(65536)
print(len(got), set(got))
client.shutdown(socket.SHUT_WR)
print(server.recv(10))
