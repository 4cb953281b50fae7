import http.client, http.server, socket
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    def do_GET(self):
        body = self.path.encode() * 1000
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
connection = http.client.HTTPConnection(*server.server_address, timeout=5)
connection.request("GET", "/path")
server.handle_request()
response = connection.getresponse()
print(response.status, len(response.read()))
