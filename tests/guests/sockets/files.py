# Files over sockets: os.sendfile() of one in a folder of the system, sendfile() of others too.
import os
import shutil
import socket
import tempfile

path = f"{os.environ['SOCKETS']}/{os.urandom(8).hex()}"
with open(path, "wb") as file:
    file.write(bytes(range(256)) * 100)
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
with open(path, "rb") as file:
    print(os.sendfile(client.fileno(), file.fileno(), 256, 10), server.recv(100), file.tell())
    print(os.sendfile(client.fileno(), file.fileno(), None, 5), server.recv(100), os.lseek(file.fileno(), 0, 1))
    file.seek(0)
    print(client.sendfile(file), len(server.recv(100000, socket.MSG_WAITALL | socket.MSG_DONTWAIT)), file.tell())
    print(client.sendfile(file, offset=100, count=3), server.recv(100))
    for wrong in ((client.fileno(), 9999, 0, 1), (9999, file.fileno(), 0, 1)):
        try:
            os.sendfile(*wrong)
        except OSError as error:
            print(type(error).__name__)
with tempfile.TemporaryFile() as file:
    file.write(b"a file of the guest's own")
    file.seek(2)
    print(client.sendfile(file, offset=2), server.recv(100))
a, b = socket.socketpair()
with open(path, "rb") as file:
    print(socket.send_fds(a, [b"with a file"], [file.fileno(), file.fileno()]))
    print(file.read(3), b.recv(100))
os.unlink(path)

folder = tempfile.mkdtemp(dir=os.environ["SOCKETS"])
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(f"{folder}/socket")
    open(f"{folder}/file", "w").close()
    print(sorted(os.listdir(folder)))
    shutil.rmtree(folder)
    print(os.path.exists(folder), os.path.exists(f"{folder}/socket"))
