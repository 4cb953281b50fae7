from wsgiref import simple_server
from elsewhere import Client
class Quiet(simple_server.WSGIRequestHandler):
    def log_message(self, *args):
        pass
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}\n".encode()
    yield b"from " + environ["REMOTE_ADDR"].encode()
with simple_server.make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
    client = Client("url", server.server_address, path="/some/path?a=b")
    server.handle_request()
    print(client.result())
