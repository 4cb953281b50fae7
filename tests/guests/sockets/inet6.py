# IPv6: streams, datagrams, addresses of four parts, both families on one listener.
import socket

listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
name = listener.getsockname()
print(listener.family, name[0], name[2:])
client = socket.create_connection(name[:2])
server, address = listener.accept()
print(address == client.getsockname(), server.getpeername() == address, server.getsockname() == name)
client.sendall(b"six" * 1000)
print(server.recv(3000, socket.MSG_WAITALL) == b"six" * 1000)
client.shutdown(socket.SHUT_WR)
print(server.recv(1))

with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as two:
    one.bind(("::1", 0, 0, 0))
    two.bind(("::1", 0))
    two.sendto(b"datagram", one.getsockname())
    data, address = one.recvfrom(100)
    print(data, address == two.getsockname(), len(address))
    two.connect(one.getsockname()[:2])
    print(two.getpeername() == one.getsockname())

with socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True) as both:
    print(both.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY), both.getsockname()[0])
    with socket.create_connection(("127.0.0.1", both.getsockname()[1])) as four:
        accepted, address = both.accept()
        print(address[0], accepted.getsockname()[0])
        accepted.close()
print(socket.has_ipv6, socket.has_dualstack_ipv6())
print(socket.inet_pton(socket.AF_INET6, "fe80::1").hex(), socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\1"))
print(socket.getaddrinfo("::1", 80, type=socket.SOCK_STREAM))
print(socket.getaddrinfo("fe80::1%lo", 80, type=socket.SOCK_DGRAM)[0][4])
print(socket.getnameinfo(("::1", 80, 0, 0), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))
