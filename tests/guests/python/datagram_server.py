import socket, socketserver
class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(data[::-1], self.client_address)
with socketserver.UDPServer(("127.0.0.1", 0), Handler) as server:
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(5)
    client.sendto(b"abc", server.server_address)
    server.handle_request()
    print(client.recv(10))
