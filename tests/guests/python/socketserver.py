import socket, socketserver
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.readline().upper())
with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
    client = socket.create_connection(server.server_address)
    client.sendall(b"shout\n")
    server.handle_request()
    print(client.recv(100))
