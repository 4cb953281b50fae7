import socket
from elsewhere import HOST, ports
IAC, WILL, SB, SE, TERMINAL = b"\xff", b"\xfb", b"\xfa", b"\xf0", b"\x18"
sock = socket.create_connection((HOST, ports["telnet"]), timeout=10)
def until(end):
    got = b""
    while not got.endswith(end):
        got += sock.recv(1)
    return got
print(until(TERMINAL))
sock.sendall(IAC + WILL + TERMINAL)
print(until(IAC + SE))
sock.sendall(IAC + SB + TERMINAL + b"\0xterm" + IAC + SE)
print(until(b"login: "))
sock.sendall(b"me\r\n")
print(until(b"$ ").replace(IAC + IAC, IAC))
sock.sendall(b"first\r\nsecond\r\nexit\r\n")
print(until(b"bye\r\n"), sock.recv(1))
