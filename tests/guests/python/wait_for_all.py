import socket
from elsewhere import HOST, ports
sock = socket.create_connection((HOST, ports["pieces"]), timeout=None)
sock.sendall(b"5 1000 20\n")
print(len(sock.recv(2500, socket.MSG_WAITALL)))
first, second = bytearray(1000), bytearray(1000)
print(sock.recvmsg_into([first, second], 0, socket.MSG_WAITALL)[0], second[-1:])
print(len(sock.recv(5000, socket.MSG_WAITALL)), sock.recv(1))
file = socket.create_connection((HOST, ports["pieces"]), timeout=10).makefile("rwb")
file.write(b"20 100 5\n")
file.flush()
print(len(file.read(1234)), len(file.read()))
