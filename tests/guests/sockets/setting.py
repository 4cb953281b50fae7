# Options as numbers, bytes and lengths, on several families.
import socket
import struct

tcp, six, unix = socket.socket(), socket.socket(socket.AF_INET6), socket.socket(socket.AF_UNIX)
for s, level, name, value in (
    (tcp, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1),
    (tcp, socket.SOL_SOCKET, socket.SO_KEEPALIVE, True),
    (tcp, socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (tcp, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 33),
    (tcp, socket.IPPROTO_IP, socket.IP_TTL, 7),
    (six, socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1),
    (six, socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 9),
    (unix, socket.SOL_SOCKET, socket.SO_PASSCRED, 1),
):
    before = s.getsockopt(level, name)
    s.setsockopt(level, name, value)
    print(before, s.getsockopt(level, name))
tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 5))
print(struct.unpack("ii", tcp.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)))
tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytearray(8))
print(tcp.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 100))
tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 2, 500000))
print(struct.unpack("ll", tcp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, 16)))
tcp.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, memoryview(struct.pack("i", 20000)))
print(tcp.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
print(tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0").isalnum())
print([s.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN) == s.family for s in (tcp, six, unix)])
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
group = socket.inet_aton("224.1.1.1") + socket.inet_aton("127.0.0.1")
udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
print(socket.inet_ntoa(udp.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, 4)))
