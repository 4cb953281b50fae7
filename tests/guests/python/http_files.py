import functools, http.server, os, tempfile
from elsewhere import Client
folder = tempfile.mkdtemp()
with open(os.path.join(folder, "file.txt"), "w") as file:
    file.write("what is in the file\n" * 10)
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass
with http.server.HTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
    requests = [["GET", "/file.txt", None], ["GET", "/missing", None], ["HEAD", "/file.txt", None]]
    client = Client("http", server.server_address, requests=requests)
    for _ in requests:  # HTTP/1.0: a connection for each
        server.handle_request()
    for status, kind, text in client.result():
        print(status, kind, len(text) > 100)
