import hashlib, socket
from elsewhere import HOST, ports
data = bytes(range(256)) * 8000
with socket.create_connection((HOST, ports["total"]), timeout=20) as sock:
    sock.sendall(data)
    sock.shutdown(socket.SHUT_WR)
    try:
        sock.send(b"more")
    except BrokenPipeError as error:
        print(error.strerror)
    print(sock.makefile().readline() == f"{len(data)} {hashlib.sha256(data).hexdigest()[:16]}\n", sock.recv(1))
a, b = socket.socketpair()
a.shutdown(socket.SHUT_RD)
print(a.recv(1))
b.close()
