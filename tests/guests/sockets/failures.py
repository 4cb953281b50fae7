# Errors by name, class and text, of calls of several families.
import errno
import os
import socket


def failure(call):
    try:
        call()
    except OSError as error:
        name = errno.errorcode.get(error.errno) if type(error) not in (socket.gaierror, socket.herror) else error.errno
        return f"{type(error).__name__} {name}"
    return "nothing"


tcp = socket.socket()
six = socket.socket(socket.AF_INET6)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
unix = socket.socket(socket.AF_UNIX)
packets = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
gone = socket.socket()
gone.close()
taken = socket.create_server(("::1", 0), family=socket.AF_INET6)
for what, call in {
    "connect refused": lambda: tcp.connect(("127.0.0.1", 1)),
    "connect refused 6": lambda: six.connect(("::1", 1)),
    "in use": lambda: socket.socket(socket.AF_INET6).bind(taken.getsockname()),
    "not available": lambda: socket.socket().bind(("192.0.2.1", 0)),
    "accept nobody": lambda: tcp.accept(),
    "peer of none": lambda: six.getpeername(),
    "send unconnected": lambda: udp.send(b"x"),
    "send unconnected stream": lambda: unix.send(b"x"),
    "records to nobody": lambda: packets.send(b"x"),
    "too long": lambda: udp.sendto(bytes(70000), ("127.0.0.1", 9)),
    "no path": lambda: unix.connect("/nowhere/at/all"),
    "closed": lambda: gone.recv(1),
    "closed bind": lambda: gone.bind(("127.0.0.1", 0)),
    "closed timeout": lambda: gone.settimeout(1),
    "shutdown": lambda: tcp.shutdown(socket.SHUT_RD),
    "no type": lambda: socket.socket(socket.AF_INET, 99),
    "group of netlink": lambda: netlink.setsockopt(270, 1, 1 << 20),
    "no descriptor": lambda: socket.socket(fileno=9999),
    "no duplicate": lambda: socket.dup(9999),
    "no close": lambda: socket.close(9999),
    "no interface": lambda: socket.if_nametoindex("nothing0"),
    "no index": lambda: socket.if_indextoname(999999),
    "no service": lambda: socket.getservbyname("nothing-at-all"),
    "no port": lambda: socket.getaddrinfo("127.0.0.1", "nothing-at-all"),
    "no address": lambda: socket.getaddrinfo("300.300.300.300", 1, flags=socket.AI_NUMERICHOST),
    "wrong family": lambda: socket.getaddrinfo("::1", 1, socket.AF_INET),
    "packet": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).bind(("nothing0", 0)),
}.items():
    print(what, failure(call))
a, b = socket.socketpair()
b.close()
print(failure(lambda: a.send(b"x")))
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
server.close()
print(failure(lambda: client.recv(1)))
try:
    a.send(b"x")
except OSError as error:
    print(error.strerror == os.strerror(errno.EPIPE))
