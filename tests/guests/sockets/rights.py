# Descriptors of sockets in messages: what comes is another descriptor of the same socket.
import array
import socket

a, b = socket.socketpair()
one, two = socket.socketpair()
datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagram.bind(("127.0.0.1", 0))
print(socket.send_fds(a, [b"two ", b"descriptors"], [one.fileno(), datagram.fileno()]))
data, fds, flags, address = socket.recv_fds(b, 100, 5)
print(data, len(fds), flags & ~socket.MSG_CMSG_CLOEXEC, address)
got = [socket.socket(fileno=fd) for fd in fds]
print([(s.family, s.type, s.proto) for s in got], [s.get_inheritable() for s in got])
one.close()
got[0].sendall(b"through the copy")
print(two.recv(100), got[1].getsockname() == datagram.getsockname())
for s in got:
    s.close()
print(two.recv(1))

fds = array.array("i", [two.fileno()])
b.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
data, ancillary, flags, address = a.recvmsg(10, socket.CMSG_SPACE(fds.itemsize))
level, kind, numbers = ancillary[0]
print(len(ancillary), level == socket.SOL_SOCKET, kind == socket.SCM_RIGHTS, len(numbers))
socket.close(array.array("i", numbers)[0])

b.sendmsg([b"y"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
data, ancillary, flags, address = a.recvmsg(10)
print(data, ancillary, bool(flags & socket.MSG_CTRUNC))
try:
    a.sendmsg([b"z"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [9999]))])
except OSError as error:
    print(error.strerror)
