import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
group = struct.pack("4s4s", socket.inet_aton("239.1.2.3"), socket.inet_aton("127.0.0.1"))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 7)
print(s.getsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL))
