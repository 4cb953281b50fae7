import select, socket
from elsewhere import HOST, ports
sock = socket.create_connection((HOST, ports["reset"]), timeout=10)
sock.sendall(b"answer me")
poller = select.poll()
poller.register(sock, select.POLLIN)
print(poller.poll(10_000)[0][1] & (select.POLLERR | select.POLLHUP) != 0)
print(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0, sock.recv(1))
sock = socket.create_connection((HOST, ports["reset"]), timeout=10)
sock.sendall(b"again")
try:
    print(sock.makefile("rb").read())
except ConnectionResetError as error:
    print(error.strerror)
