import socket
a, b = socket.socketpair()
with a.makefile("rw", newline="\n") as text, b.makefile("rwb") as raw:
    raw.write("line \u20ac\nrest".encode())
    raw.flush()
    print(repr(text.readline()))
    text.write("back\n")
    text.flush()
    print(raw.readline())
