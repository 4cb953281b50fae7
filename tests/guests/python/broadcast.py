import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print(sock.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST))
try:
    sock.sendto(b"x", ("127.255.255.255", 9))
except PermissionError as error:
    print(error.strerror)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
print(sock.getsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST))
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.settimeout(10)
receiver.bind(("0.0.0.0", 0))
sock.sendto(b"to all", ("127.255.255.255", receiver.getsockname()[1]))
print(receiver.recv(10))
