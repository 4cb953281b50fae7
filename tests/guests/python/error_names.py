import errno, socket
def error_of(call):
    try:
        call()
        return "none"
    except OSError as error:
        return f"{type(error).__name__} {errno.errorcode.get(error.errno)}"
HOST = "127.0.0.1"
listener = socket.create_server((HOST, 0))
address = listener.getsockname()
client = socket.create_connection(address)
fresh = socket.socket
print("in use", error_of(lambda: fresh().bind(address)))
print("twice bound", error_of(lambda: listener.bind((HOST, 0))))
print("connected", error_of(lambda: client.connect(address)))
print("not connected", error_of(lambda: fresh().send(b"x")), error_of(lambda: fresh().recv(1)))
print("no peer", error_of(lambda: fresh().getpeername()), error_of(lambda: fresh().shutdown(socket.SHUT_RD)))
print("no listener", error_of(lambda: fresh().accept()))
print("listener", error_of(lambda: listener.recv(1)), error_of(lambda: listener.connect(address)))
print("not here", error_of(lambda: fresh().bind(("192.0.2.1", 0))))
print("how", error_of(lambda: client.shutdown(7)))
print("flags", error_of(lambda: client.recv(1, socket.MSG_OOB)))
datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print("nowhere", error_of(lambda: datagram.send(b"x")))
print("in progress", fresh().connect_ex(address))
nonblocking = fresh()
nonblocking.setblocking(False)
print(errno.errorcode[nonblocking.connect_ex(("127.0.0.1", address[1]))])
client.close()
print("closed", error_of(lambda: client.send(b"x")), error_of(lambda: client.getsockname()))
for call in (lambda: fresh().connect(("x" * 300, 1)), lambda: fresh().bind((HOST, 70000)), lambda: fresh().bind(HOST)):
    try:
        call()
    except Exception as error:
        print(type(error).__name__)
