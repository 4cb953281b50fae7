import http.client
from elsewhere import HOST, ports
connection = http.client.HTTPConnection(HOST, ports["http"], timeout=10)
for method, path, body in [
    ("GET", "/bytes/80000", None),
    ("HEAD", "/bytes/800", None),
    ("GET", "/chunked/5", None),
    ("POST", "/", b"x" * 100_000),
    ("PUT", "/", iter([b"part one, ", b"part two"])),
    ("GET", "/status/418", None),
    ("GET", "/header/X-Mine", None),
]:
    connection.request(method, path, body, {"X-Mine": "yes", "Content-Type": "text/plain"})
    response = connection.getresponse()
    data = response.read()
    print(method, response.status, response.reason, len(data), data[:100])
connection.close()
