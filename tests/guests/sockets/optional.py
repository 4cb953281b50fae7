# Families and protocols that a kernel may lack: sockets of each, and the error where there is none. Of
# kinds that are none the policy knows nothing.
import errno
import socket

for name, kinds in {
    "AF_CAN": (socket.SOCK_RAW, socket.SOCK_DGRAM),
    "AF_TIPC": (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET),
    "AF_VSOCK": (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET),
    "AF_ALG": (socket.SOCK_SEQPACKET,),
    "AF_RDS": (socket.SOCK_SEQPACKET,),
    "AF_QIPCRTR": (socket.SOCK_DGRAM,),
    "AF_PACKET": (socket.SOCK_RAW, socket.SOCK_DGRAM),
    "AF_NETLINK": (socket.SOCK_RAW, socket.SOCK_DGRAM),
}.items():
    for kind in kinds:
        try:
            with socket.socket(getattr(socket, name), kind) as s:
                print(name, kind, "opened", s.type)
        except OSError as error:
            print(name, kind, errno.errorcode[error.errno])
for name, kinds in {
    "IPPROTO_SCTP": (socket.SOCK_STREAM, socket.SOCK_SEQPACKET),
    "IPPROTO_UDPLITE": (socket.SOCK_DGRAM,),
    "IPPROTO_MPTCP": (socket.SOCK_STREAM,),
    "IPPROTO_TCP": (socket.SOCK_STREAM,),
}.items():
    for kind in kinds:
        for family in (socket.AF_INET, socket.AF_INET6):
            try:
                with socket.socket(family, kind, getattr(socket, name)) as s:
                    print(name, family.name, kind, "opened", s.proto)
            except OSError as error:
                print(name, family.name, kind, errno.errorcode[error.errno])
print(socket.CAN_RAW, socket.CAN_EFF_FLAG, socket.VMADDR_CID_ANY, socket.TIPC_ADDR_NAME, socket.NETLINK_ROUTE)
print(socket.SO_REUSEADDR, socket.SO_REUSEPORT, socket.IPV6_V6ONLY, socket.TCP_NODELAY, socket.SCM_RIGHTS)
print(socket.EAI_NONAME, socket.AI_PASSIVE, socket.NI_NUMERICHOST, socket.SOMAXCONN, socket.MSG_PEEK, socket.ALG_SET_KEY)
