# AF_NETLINK: the links of this machine, as rtnetlink dumps them, and an error's number.
import errno
import socket
import struct

NLMSG_ERROR, NLMSG_DONE, RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK = 2, 3, 16, 17, 18
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
IFLA_IFNAME = 3


def messages(data):
    while data:
        length, kind, flags, sequence, port = struct.unpack_from("=IHHII", data)
        yield kind, data[16:length]
        data = data[(length + 3) & ~3:]


def attributes(data):
    while data:
        length, kind = struct.unpack_from("=HH", data)
        yield kind, data[4:length]
        data = data[(length + 3) & ~3:]


s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
s.bind((0, 0))
port, groups = s.getsockname()
print(port > 0, groups)
header = struct.pack("=IHHII", 32, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 7, 0)
print(s.sendto(header + struct.pack("=BxHiII", 0, 0, 0, 0, 0), (0, 0)))
links = []
done = False
while not done:
    data, address = s.recvfrom(1 << 16)
    for kind, body in messages(data):
        done = done or kind == NLMSG_DONE
        if kind == RTM_NEWLINK:
            index = struct.unpack_from("=i", body, 4)[0]
            name = dict(attributes(body[16:]))[IFLA_IFNAME].rstrip(b"\0").decode()
            links.append((index, name))
print(address, sorted(links) == sorted(socket.if_nameindex()), (1, "lo") in links)

body = struct.pack("=BxHiII", 0, 0, 999999, 0, 0)
s.send(struct.pack("=IHHII", 32, RTM_GETLINK, NLM_F_REQUEST | NLM_F_ACK, 8, 0) + body)
kind, body = next(messages(s.recv(1 << 16)))
print(kind == NLMSG_ERROR, errno.errorcode[-struct.unpack_from("=i", body)[0]])
print(s.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL) == socket.NETLINK_ROUTE)
