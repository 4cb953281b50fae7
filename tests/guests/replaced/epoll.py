import errno, os, select, socket, tempfile
def error_of(call):
    try:
        return call()
    except OSError as error:
        return errno.errorcode[error.errno]
    except (TypeError, ValueError) as error:
        return type(error).__name__
a, b = socket.socketpair()
listener = socket.create_server(("127.0.0.1", 0))
with select.epoll() as epoll:
    epoll.register(a, select.EPOLLIN | select.EPOLLRDHUP)
    epoll.register(listener.fileno())
    print(epoll.poll(0.01), error_of(lambda: epoll.register(a)), error_of(lambda: epoll.modify(b, 1)))
    b.send(b"x")
    print(epoll.poll(5) == [(a.fileno(), select.EPOLLIN)], epoll.poll(5, 1)[0][1])
    epoll.modify(a, select.EPOLLOUT | select.EPOLLONESHOT)
    print([event for _, event in epoll.poll(5)], epoll.poll(0))
    client = socket.create_connection(listener.getsockname())
    print([number == listener.fileno() for number, _ in epoll.poll(5)])
    epoll.unregister(listener)
    print(error_of(lambda: epoll.unregister(listener)), epoll.poll(0))
    epoll.modify(a, select.EPOLLRDHUP)
    b.close()
    print([event & select.EPOLLRDHUP != 0 for _, event in epoll.poll(5)])
    number = a.fileno()
    a.close()
    print(epoll.poll(0), error_of(lambda: epoll.unregister(number)))
    with tempfile.TemporaryFile() as file:
        print(error_of(lambda: epoll.register(file)))
    print(error_of(lambda: epoll.register(-1)), error_of(lambda: epoll.poll(0, 0)), epoll.closed)
print(epoll.closed, error_of(epoll.fileno), error_of(lambda: epoll.poll(0)), error_of(lambda: select.epoll(0)))
