import errno, os, socket
s = socket.socket()
number = s.fileno()
s.close()
for call in (lambda: s.recv(1), lambda: socket.socket(fileno=number), lambda: os.close(number)):
    try:
        call()
    except OSError as error:
        print(errno.errorcode[error.errno])
read, write = os.pipe()
try:
    socket.socket(fileno=read)
except OSError as error:
    print(errno.errorcode[error.errno])
