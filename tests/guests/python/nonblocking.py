import errno, socket
a, b = socket.socketpair()
a.setblocking(False)
try:
    a.recv(1)
except BlockingIOError:
    print("would block")
sent = 0
try:
    while True:
        sent += a.send(b"x" * 4096)
except BlockingIOError:
    print("full", sent > 0)
b.setblocking(True)
got = 0
while got < sent:
    got += len(b.recv(65536))
print(got == sent)
print(a.recv(1, socket.MSG_DONTWAIT) if False else a.getblocking())
