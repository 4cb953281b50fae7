import xmlrpc.server
from elsewhere import Client
with xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False) as server:
    server.register_function(lambda x, y: x * y, "times")
    server.register_function(lambda text: text[::-1], "reverse")
    calls = [["times", 6, 7], ["reverse", "abc"], ["missing"], ["times", "x", 3]]
    client = Client("xmlrpc", server.server_address, calls=calls)
    for _ in calls:  # HTTP/1.0: a connection for each
        server.handle_request()
    print(client.result())
