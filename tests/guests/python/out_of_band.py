import select, socket
from elsewhere import HOST, ports
sock = socket.create_connection((HOST, ports["urgent"]), timeout=10)
print(select.select([], [], [sock], 10)[2] == [sock])
print(sock.recv(1, socket.MSG_OOB))
got = b""
while len(got) < 11:
    got += sock.recv(100)
print(got)
sock.send(b"x")
print(sock.recv(1))
inline = socket.create_connection((HOST, ports["urgent"]), timeout=10)
inline.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
select.select([], [], [inline], 10)
print(inline.recv(100))
