# select, poll and selectors on sockets of several families at once.
import select
import selectors
import socket

pairs = [socket.socketpair(socket.AF_UNIX, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET)]
six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
six.bind(("::1", 0))
print(select.select([a for a, _ in pairs] + [six], [], [], 0))
pairs[1][1].send(b"datagram")
six.sendto(b"six", six.getsockname())
ready, writable, _ = select.select([a for a, _ in pairs] + [six], [pairs[0][0]], [], 5)
print([s.family.name for s in ready], len(writable))

poll = select.poll()
for a, _ in pairs:
    poll.register(a, select.POLLIN)
print([events == select.POLLIN for _, events in poll.poll(1000)])
pairs[0][1].close()
print(len(poll.poll(1000)))

with selectors.DefaultSelector() as selector:
    for number, (a, b) in enumerate(pairs[1:]):
        selector.register(a, selectors.EVENT_READ, number)
    selector.register(six, selectors.EVENT_READ | selectors.EVENT_WRITE, "six")
    pairs[2][1].send(b"record")
    print(sorted((str(key.data), events) for key, events in selector.select(5)))
    selector.unregister(six)
    pairs[1][0].recv(100)
    print([key.data for key, _ in selector.select(0)])
