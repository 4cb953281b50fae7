import select, socket
holder = socket.socket()
holder.bind(("127.0.0.1", 0))
s = socket.socket()
s.setblocking(False)
print(s.connect_ex(holder.getsockname()) != 0)
select.select([], [s], [], 5)
import errno
print(errno.errorcode[s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)])
print(s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
