import os, socket
a, b = socket.socketpair()
copy = a.dup()
a.close()
copy.send(b"still")
print(b.recv(10))
number = os.dup(copy.fileno())
copy.close()
os.write(number, b"write")
print(os.read(b.fileno(), 10))
adopted = socket.socket(fileno=number)
adopted.send(b"fileno")
print(b.recv(10), adopted.fileno() == number)
adopted.close()
try:
    os.write(number, b"x")
except OSError as error:
    print(error.strerror)
