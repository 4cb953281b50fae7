import os, selectors, socket
selector = selectors.DefaultSelector()
inet6 = socket.create_server(("::1", 0), family=socket.AF_INET6)
pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
reading, writing = os.pipe()
for name, thing in (("inet6", inet6), ("pair", pair[0]), ("pipe", reading)):
    selector.register(thing, selectors.EVENT_READ, name)
print(selector.select(0))
os.write(writing, b"x")
print(sorted(key.data for key, _ in selector.select(5)))
pair[1].send(b"a packet")
client = socket.create_connection(inet6.getsockname()[:2])
ready = set()
while len(ready) < 3:
    ready |= {key.data for key, _ in selector.select(5)}
print(sorted(ready), pair[0].recv(100))
