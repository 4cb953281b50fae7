# Control messages: of IPv4 and IPv6, credentials, several in one call, room that is too small.
import os
import socket
import struct

with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
    s.bind(("::1", 0))
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    hops = struct.pack("i", 17)
    s.sendmsg([b"six"], [(socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT, hops)], 0, s.getsockname())
    data, items, flags, address = s.recvmsg(100, 200)
    print(data, flags, address == s.getsockname())
    for level, kind, value in sorted(items):
        if kind == socket.IPV6_HOPLIMIT:
            print("hops", struct.unpack("i", value)[0])
        else:
            print("packet to", socket.inet_ntop(socket.AF_INET6, value[:16]), len(value))
    s.sendmsg([b"again"], [], 0, s.getsockname())
    data, items, flags, address = s.recvmsg(100, socket.CMSG_LEN(0))
    print(data, len(items), flags == socket.MSG_CTRUNC)

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("127.0.0.1", 0))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
    s.sendmsg([b"four"], [(socket.IPPROTO_IP, socket.IP_TOS, struct.pack("i", 32))], 0, s.getsockname())
    data, items, flags, address = s.recvmsg(100, 100)
    print(data, items)

a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
b.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
a.send(b"who")
data, items, flags, address = b.recvmsg(100, socket.CMSG_SPACE(12))
print(data, [(level, kind, len(value)) for level, kind, value in items])
pid, uid, gid = struct.unpack("3i", b.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
print(pid > 0, uid >= 0, gid >= 0)
buffers = [bytearray(2), bytearray(3), bytearray(10)]
a.sendmsg([b"scat", b"", b"tered"])
print(b.recvmsg_into(buffers)[0], [bytes(part) for part in buffers])
