import socketserver
from elsewhere import Client
class Handler(socketserver.StreamRequestHandler):
    timeout = 10
    def handle(self):
        for number, line in enumerate(self.rfile, 1):
            self.wfile.write(b"%d: %s" % (number, line.upper()))
with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
    messages = ["one\ntwo\n", "", "x" * 50_000 + "\n"]
    client = Client("tcp", server.server_address, messages=messages)
    for _ in messages:
        server.handle_request()
    answers = client.result()
    print(answers[0], repr(answers[1]), len(answers[2]))
    server.timeout = 0.05
    server.handle_timeout = lambda: print("nobody came")
    server.handle_request()
