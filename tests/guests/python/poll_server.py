import select, socket
from elsewhere import Client
listener = socket.create_server(("127.0.0.1", 0))
poller = select.poll()
poller.register(listener, select.POLLIN)
client = Client("tcp", listener.getsockname(), messages=["a", "b" * 10, "c" * 100], hold=True)
open_socks = {listener.fileno(): listener}
left = 3
while left:
    for number, events in poller.poll(10_000):
        sock = open_socks[number]
        if sock is listener:
            accepted, _ = listener.accept()
            open_socks[accepted.fileno()] = accepted
            poller.register(accepted, select.POLLIN)
        elif events & select.POLLIN and (data := sock.recv(1000)):
            sock.sendall(data.upper())
        else:
            poller.unregister(sock)
            del open_socks[number]
            sock.close()
            left -= 1
print(client.result())
