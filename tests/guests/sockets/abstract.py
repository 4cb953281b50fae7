# Abstract names of AF_UNIX, of text, of bytes, with a zero inside, and one that the kernel picks.
import os
import socket

name = b"\0" + os.urandom(8).hex().encode()
for address in (name, name.decode(), bytearray(name + b"\0more")):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        got = listener.getsockname()
        print(type(got).__name__, got == (address.encode() if isinstance(address, str) else bytes(address)))
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(got)
            server, _ = listener.accept()
            client.sendall(b"abstract")
            print(server.recv(100), client.getpeername() == got)
            server.close()
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as picked:
    picked.bind("")
    print(len(picked.getsockname()), picked.getsockname()[:1])
try:
    socket.socket(socket.AF_UNIX).connect(b"\0nobody-" + os.urandom(8))
except ConnectionRefusedError:
    print("refused")
longest = b"\0" + b"z" * 107
with socket.socket(socket.AF_UNIX) as s:
    s.bind(longest)
    print(s.getsockname() == longest)
