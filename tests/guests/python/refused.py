import socket
holder = socket.socket()
holder.bind(("127.0.0.1", 0))
for timeout in (None, 5):
    s = socket.socket()
    s.settimeout(timeout)
    try:
        s.connect(holder.getsockname())
    except OSError as error:
        print(type(error).__name__, error.strerror)
print(socket.socket().connect_ex(holder.getsockname()) != 0)
