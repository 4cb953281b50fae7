import socket
from elsewhere import HOST, ports
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(10)
sock.connect((HOST, ports["udp_echo"]))
print(sock.getpeername() == (HOST, ports["udp_echo"]), sock.getsockname()[0])
print(sock.send(b"abc"), sock.recvfrom(10)[0])
stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
stranger.sendto(b"not for it", sock.getsockname())
sock.send(b"def")
print(sock.recv(10))
holder = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
holder.bind((HOST, 0))
gone = holder.getsockname()
holder.close()
sock.connect(gone)
sock.send(b"x")
try:
    sock.recv(10)
except OSError as error:
    print(type(error).__name__)
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).send(b"x")
except OSError as error:
    print(error.strerror)
