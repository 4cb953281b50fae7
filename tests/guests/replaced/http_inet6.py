import http.client, http.server, socket
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        body = f"{self.path} for {self.client_address[0]}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
class Server(http.server.HTTPServer):
    address_family = socket.AF_INET6
with Server(("::1", 0), Handler) as server:
    connection = http.client.HTTPConnection("::1", server.server_address[1], timeout=10)
    connection.request("GET", "/path")
    server.handle_request()
    print(connection.getresponse().read(), server.server_address[0], len(server.server_address))
