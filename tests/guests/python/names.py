import socket
print(socket.gethostbyname("localhost"))
print(("127.0.0.1", 80) in [row[4] for row in socket.getaddrinfo("localhost", 80, socket.AF_INET)])
print(socket.getservbyname("http"), socket.getservbyport(25), socket.getprotobyname("udp"))
try:
    socket.getaddrinfo("nowhere.invalid", 1)
except socket.gaierror:
    print("gaierror")
print(socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))
s = socket.socket()
s.bind(("localhost", 0))
print(s.getsockname()[0])
