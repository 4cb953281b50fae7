import errno, socket
GROUP = "239.255.77.7"
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.settimeout(10)
receiver.bind(("0.0.0.0", 0))
membership = socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1")
receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
print(socket.inet_ntoa(sender.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, 4)))
print(sender.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP))
sender.sendto(b"to the group", (GROUP, receiver.getsockname()[1]))
print(receiver.recv(100))
receiver.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, membership)
try:
    receiver.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, membership)
except OSError as error:
    print(errno.errorcode[error.errno])
