# Timeouts of every call that waits, on several families; what does not wait; what comes in time.
import socket
import time


def timed(call):
    begun = time.monotonic()
    try:
        call()
    except TimeoutError as error:
        taken = time.monotonic() - begun
        return f"{type(error).__name__}: {error}, {0.04 < taken < 5}"
    except BlockingIOError as error:
        return type(error).__name__


for family, kind in ((socket.AF_UNIX, socket.SOCK_STREAM), (socket.AF_UNIX, socket.SOCK_DGRAM)):
    a, b = socket.socketpair(family, kind)
    for timeout in (0.05, 0):
        a.settimeout(timeout)
        print(a.gettimeout(), a.getblocking(), timed(lambda: a.recv(10)), timed(lambda: a.recvfrom(10)))
        print(timed(lambda: a.recvmsg(10)), timed(lambda: a.recv_into(bytearray(3))))

        def fill():
            while True:
                a.send(b"x" * 10000)

        print(timed(fill))
        if kind == socket.SOCK_STREAM:
            print(timed(lambda: a.sendall(b"x" * 1000000)))
    b.setblocking(False)
    try:
        while True:
            b.recv(100000)
    except BlockingIOError:
        pass
    a.settimeout(5)
    b.send(b"in time")
    print(a.recv(10))

listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
listener.settimeout(0.05)
print(timed(listener.accept))
socket.setdefaulttimeout(0.05)
with socket.socket() as s:
    print(s.gettimeout(), socket.getdefaulttimeout())
socket.setdefaulttimeout(None)
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
print(s.gettimeout(), s.type)
client = socket.socket(socket.AF_INET6)
client.settimeout(5)
client.connect(listener.getsockname())
listener.settimeout(5)
server, _ = listener.accept()
print(server.gettimeout(), client.gettimeout())
print(socket.socket().connect_ex(("127.0.0.1", 1)) != 0)
