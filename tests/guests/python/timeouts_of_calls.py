import socket, time
from elsewhere import HOST, ports
def late(call, seconds=0.1):
    start = time.monotonic()
    try:
        call()
    except TimeoutError as error:
        return str(error), seconds * 0.9 <= time.monotonic() - start < 5
listener = socket.create_server((HOST, 0))
listener.settimeout(0.1)
print(late(listener.accept))
sock = socket.create_connection((HOST, ports["mute"]), timeout=0.1)
print(sock.gettimeout(), late(lambda: sock.recv(1)), late(lambda: sock.recv_into(bytearray(1))))
print(late(lambda: sock.makefile("rb").read(1)), late(lambda: sock.recvmsg(1)))
print(late(lambda: sock.sendall(b"x" * 50_000_000)))
sock.settimeout(0)
for call in (lambda: sock.recv(1), lambda: sock.sendall(b"x" * 50_000_000), lambda: listener.accept()):
    try:
        call()
    except (BlockingIOError, TimeoutError) as error:
        print(type(error).__name__)
socket.setdefaulttimeout(3)
print(socket.socket().gettimeout())
socket.setdefaulttimeout(None)
for value in (-1, "x"):
    try:
        sock.settimeout(value)
    except (ValueError, TypeError) as error:
        print(type(error).__name__)
