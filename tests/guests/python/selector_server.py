import selectors, socket
from elsewhere import Client
selector = selectors.DefaultSelector()
listener = socket.create_server(("127.0.0.1", 0))
listener.setblocking(False)
selector.register(listener, selectors.EVENT_READ)
client = Client("tcp", listener.getsockname(), messages=[f"message {i} " * 500 for i in range(6)], hold=True)
buffers = {}
served = 0
while served < 6:
    for key, events in selector.select(10):
        sock = key.fileobj
        if sock is listener:
            accepted, _ = listener.accept()
            accepted.setblocking(False)
            buffers[accepted] = b""
            selector.register(accepted, selectors.EVENT_READ)
        elif events & selectors.EVENT_READ:
            data = sock.recv(4096)
            buffers[sock] += data
            if not data:
                selector.modify(sock, selectors.EVENT_WRITE)
        else:
            buffers[sock] = buffers[sock][sock.send(buffers[sock][:1000]):]
            if not buffers[sock]:
                selector.unregister(sock)
                sock.close()
                served += 1
print([(len(answer), answer[:10]) for answer in client.result()])
