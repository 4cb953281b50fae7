import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
for seconds in (0.05, 0):
    s.settimeout(seconds)
    start = time.monotonic()
    try:
        s.recv(1)
    except OSError as error:
        print(type(error).__name__, time.monotonic() - start >= seconds * 0.9)
