import os, socket
a, b = socket.socketpair()
number = a.detach()
print(a.fileno(), number >= 0)
a = socket.socket(fileno=number)
print(a.fileno() == number, a.type == socket.SOCK_STREAM)
copy = socket.fromfd(a.fileno(), a.family, a.type)
a.close()
copy.sendall(b"by the copy")
print(b.recv(100), copy.fileno() != number or "same number")
with copy.dup() as second:
    second.setblocking(False)
    print(second.getblocking(), copy.gettimeout())
print(os.get_inheritable(copy.fileno()), copy.get_inheritable())
socket.close(copy.detach())
print(b.recv(1))
for bad in (-1, 99999):
    try:
        socket.socket(fileno=bad)
    except (OSError, ValueError) as error:
        print(type(error).__name__)
print(repr(b)[:8], "closed" in repr(a))
