import socket, xmlrpc.client, xmlrpc.server
server = xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
server.register_function(pow)
body = xmlrpc.client.dumps((2, 10), "pow").encode()
client = socket.create_connection(server.server_address)
head = f"POST /RPC2 HTTP/1.0\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
client.sendall(head.encode() + body)
server.handle_request()
answer = b""
while chunk := client.recv(4096):
    answer += chunk
print(xmlrpc.client.loads(answer.split(b"\r\n\r\n", 1)[1]))
