import http.server
from elsewhere import Client
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.answer(200, f"you asked for {self.path}")
    def do_POST(self):
        self.answer(201, self.rfile.read(int(self.headers["Content-Length"])).decode().upper())
    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
    def log_message(self, *args):
        pass
with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
    requests = [["GET", "/one", None], ["POST", "/", "text " * 20], ["GET", "/two", None]]
    client = Client("http", server.server_address, requests=requests)
    server.handle_request()
    print(client.result())
