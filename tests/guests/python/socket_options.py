import errno, socket, struct
tcp, udp = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def show(sock, level, name, value):
    try:
        sock.setsockopt(level, name, value)
        got = sock.getsockopt(level, name) if isinstance(value, int) else sock.getsockopt(level, name, len(value))
        print(level, name, value, got)
    except OSError as error:
        print(level, name, value, errno.errorcode[error.errno])
SOL, TCP, IP = socket.SOL_SOCKET, socket.IPPROTO_TCP, socket.IPPROTO_IP
for name in (socket.SO_KEEPALIVE, socket.SO_OOBINLINE, socket.SO_REUSEADDR, socket.SO_REUSEPORT, socket.SO_DONTROUTE):
    show(tcp, SOL, name, 1)
    show(tcp, SOL, name, 0)
show(tcp, SOL, socket.SO_SNDBUF, 40_000)
show(tcp, SOL, socket.SO_RCVBUF, 50_000)
show(tcp, SOL, socket.SO_LINGER, struct.pack("ii", 1, 9))
for name, value in ((socket.TCP_NODELAY, 1), (socket.TCP_KEEPIDLE, 77), (socket.TCP_KEEPINTVL, 7),
                    (socket.TCP_KEEPCNT, 3), (socket.TCP_DEFER_ACCEPT, 0), (socket.TCP_KEEPIDLE, -1)):
    show(tcp, TCP, name, value)
for name, value in ((socket.IP_TOS, 16), (socket.IP_TTL, 9), (socket.IP_TTL, 300)):
    show(udp, IP, name, value)
show(udp, TCP, socket.TCP_NODELAY, 1)
print(tcp.getsockopt(SOL, socket.SO_ERROR), tcp.getsockopt(SOL, socket.SO_ACCEPTCONN), tcp.type, tcp.proto)
