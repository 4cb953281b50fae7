import socket
a, b = socket.socketpair()
print(a.sendmsg([b"one ", b"message"]))
print(b.recvmsg(100)[0])
first, second = bytearray(3), bytearray(10)
a.send(b"abcdef")
print(b.recvmsg_into([first, second])[0], bytes(first), bytes(second[:3]))
