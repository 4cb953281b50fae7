import select, socket
listener = socket.create_server(("127.0.0.1", 0), backlog=128)
pairs = []
for i in range(100):
    client = socket.create_connection(listener.getsockname())
    pairs.append((client, listener.accept()[0]))
for i, (client, server) in enumerate(pairs):
    if i % 3 == 0:
        client.send(bytes([i]))
ready = select.select([server for _, server in pairs], [], [], 5)[0]
print(len(ready), [server.recv(1)[0] for server in ready][:5])
for client, server in pairs:
    client.close()
print(len(select.select([server for _, server in pairs], [], [], 5)[0]))
numbers = {server.fileno() for _, server in pairs}
for _, server in pairs:
    server.close()
print(len(numbers), socket.socket().fileno() < 1024)
