import socket
def attempt(call, *args, **kwargs):
    try:
        return call(*args, **kwargs)
    except (OSError, OverflowError) as error:
        return type(error).__name__
def rows(*args, **kwargs):
    found = attempt(socket.getaddrinfo, *args, **kwargs)
    return found if isinstance(found, str) else sorted((int(row[0]), int(row[1]), row[2], row[4]) for row in found)
INET, STREAM = socket.AF_INET, socket.SOCK_STREAM
print(rows("127.0.0.1", "http", INET, STREAM))
print(rows("127.0.0.1", 25, INET))
print(rows(None, 80, INET, STREAM, 0, socket.AI_PASSIVE), rows(None, 80, INET, STREAM))
print(rows("localhost", 1, INET, STREAM, 0, socket.AI_NUMERICHOST))
print(rows("127.0.0.1", "no such service", INET), rows("127.1", 80, INET, STREAM))
print(socket.getaddrinfo("127.0.0.1", 1, INET, STREAM, 0, socket.AI_CANONNAME)[0][3])
print([attempt(socket.getservbyname, *args) for args in (("smtp",), ("domain", "udp"), ("nothing",), ("http", "udp7"))])
print([attempt(socket.getservbyport, *args) for args in ((110,), (53, "udp"), (65500,), (70000,))])
print([attempt(socket.getprotobyname, name) for name in ("tcp", "icmp", "nothing")])
print(socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST))
print(socket.getnameinfo(("127.0.0.1", 53), socket.NI_NUMERICHOST | socket.NI_DGRAM))
print(attempt(socket.getnameinfo, ("127.0.0.1", 80), socket.NI_NUMERICSERV))
print(attempt(socket.gethostbyname, "127.0.0.1"), attempt(socket.gethostbyname, "nowhere.invalid"))
print(attempt(socket.gethostbyname, "255.255.255.255"), attempt(socket.gethostbyname, ""))
