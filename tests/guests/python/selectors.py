import selectors, socket
selector = selectors.DefaultSelector()
listener = socket.create_server(("127.0.0.1", 0))
listener.setblocking(False)
selector.register(listener, selectors.EVENT_READ, "listener")
clients = [socket.create_connection(listener.getsockname()) for _ in range(3)]
accepted = []
while len(accepted) < 3:
    for key, _ in selector.select(1):
        accepted.append(listener.accept()[0])
print(len(accepted))
for i, client in enumerate(clients):
    client.sendall(bytes([65 + i]))
print(sorted(server.recv(1) for server in accepted))
