# AF_UNIX of every type, by paths: connections, datagrams with an address to answer to, records.
import os
import socket
import stat

folder = os.environ["SOCKETS"]
path = f"{folder}/{os.urandom(8).hex()}"


def shown(address):
    return address.replace(path, "PATH") if isinstance(address, str) else address


for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
    with socket.socket(socket.AF_UNIX, kind) as listener:
        listener.bind(path)
        listener.listen()
        print(listener.type, shown(listener.getsockname()), stat.S_ISSOCK(os.stat(path).st_mode))
        with socket.socket(socket.AF_UNIX, kind) as client:
            client.connect(path)
            server, address = listener.accept()
            with server:
                print(repr(address), repr(client.getsockname()), shown(client.getpeername()))
                client.send(b"one")
                client.send(b"two")
                print(server.recv(3), server.recv(100))
                server.close()
                print(client.recv(10))
    os.unlink(path)
    print(os.path.exists(path))

with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as two:
    one.bind(path)
    two.bind(os.fsencode(f"{path}-2"))
    two.sendto(b"from two", path)
    data, address = one.recvfrom(100)
    print(data, shown(address))
    one.sendto(b"back", address)
    print(two.recv(100))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as nameless:
        nameless.sendto(b"nobody", path)
        print(one.recvfrom(100))
    try:
        one.sendto(b"", f"{path}-3")
    except FileNotFoundError:
        print("no such path")
    print(one.getsockname() == path)
os.unlink(path)
os.unlink(f"{path}-2")
try:
    with socket.socket(socket.AF_UNIX) as late:
        late.connect(path)
except OSError as error:
    print(type(error).__name__)
for wrong in ("x" * 108, b"y" * 200):
    try:
        socket.socket(socket.AF_UNIX).bind(wrong)
    except OSError as error:
        print(error)
