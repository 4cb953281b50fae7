import socketserver
from elsewhere import Client
class Handler(socketserver.DatagramRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.read().upper())
with socketserver.UDPServer(("127.0.0.1", 0), Handler) as server:
    client = Client("udp", server.server_address, messages=["one", "two", "y" * 3000])
    for _ in range(3):
        server.handle_request()
    print([answer[:10] for answer in client.result()])
