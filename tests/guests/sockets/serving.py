# Servers of the standard library over IPv6 and AF_UNIX.
import http.client
import http.server
import os
import socket
import socketserver
import xmlrpc.client
import xmlrpc.server


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server6(http.server.HTTPServer):
    address_family = socket.AF_INET6


with Server6(("::1", 0), Handler) as server:
    client = http.client.HTTPConnection("::1", server.server_port)
    client.request("GET", "/over/six")
    server.handle_request()
    answer = client.getresponse()
    print(answer.status, answer.read())
    client.close()


class Upper(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.readline().upper())


class Reverse(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(data[::-1], self.client_address)


path = f"{os.environ['SOCKETS']}/{os.urandom(8).hex()}"
with socketserver.UnixStreamServer(path, Upper) as server:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(b"a line\n")
        server.handle_request()
        print(client.recv(100))
os.unlink(path)
with socketserver.UnixDatagramServer(path, Reverse) as server:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
        client.bind("")
        client.sendto(b"stressed", path)
        server.handle_request()
        print(client.recv(100))
os.unlink(path)

with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
    client = socket.create_connection(listener.getsockname()[:2])
    server, _ = listener.accept()
    with client, server, client.makefile("w", encoding="utf-8") as out, server.makefile("r", encoding="utf-8") as into:
        out.write("zeile eins\nzwei ü\n")
        out.flush()
        print([into.readline() for _ in range(2)])
