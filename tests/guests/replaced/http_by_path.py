import http.client, os, socket, socketserver, tempfile
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\nyou said " + line)
class Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.host)
path = tempfile.mktemp(dir="/tmp")
with socketserver.UnixStreamServer(path, Handler) as server:
    connection = Connection(path, timeout=10)
    connection.request("GET", "/some/path")
    server.handle_request()
    print(connection.getresponse().read(), server.server_address == path)
os.unlink(path)
print(os.path.exists(path))
