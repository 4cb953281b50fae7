import socket
a, b = socket.socketpair()
a.send(b"look")
print(b.recv(2, socket.MSG_PEEK), b.recv(10))
a.send(b"ab")
a.send(b"cd")
print(b.recv(4, socket.MSG_WAITALL))
