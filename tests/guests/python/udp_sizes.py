import errno, socket
a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
a.bind(("127.0.0.1", 0))
a.settimeout(10)
for size in (0, 1, 1472, 9000, 65507):
    a.sendto(bytes(i % 256 for i in range(size)), a.getsockname())
    data = a.recv(65536)
    print(len(data), sum(data))
for size in (65508, 100_000):
    try:
        a.sendto(b"x" * size, a.getsockname())
    except OSError as error:
        print(errno.errorcode[error.errno])
a.sendto(b"0123456789", a.getsockname())
print(a.recv(4, socket.MSG_PEEK), a.recv_into(bytearray(4), 4, socket.MSG_PEEK | socket.MSG_TRUNC))
print(a.recvmsg(4)[0::2])
a.settimeout(None)
try:
    a.recv(1, socket.MSG_DONTWAIT)
except BlockingIOError as error:
    print(error.errno == errno.EAGAIN)
