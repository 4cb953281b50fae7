import socket, struct
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
server.close()
try:
    client.recv(1)
except ConnectionResetError as error:
    print(error.strerror)
try:
    client.send(b"x")
    client.send(b"x")
except BrokenPipeError as error:
    print(error.strerror)
