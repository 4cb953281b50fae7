# The loop itself: runners, loops made by hand, readers, the calls of sockets, threads that are none.
import asyncio
import contextvars
import socket

kept = contextvars.ContextVar("kept", default="default")


async def sockets():
    loop = asyncio.get_running_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    client = socket.socket()
    client.setblocking(False)
    accepted = asyncio.create_task(loop.sock_accept(listener))
    await loop.sock_connect(client, listener.getsockname())
    server, address = await accepted
    print(address == client.getsockname())
    await loop.sock_sendall(client, b"z" * 500000 if False else b"all of it")
    print(await loop.sock_recv(server, 100))
    buffer = bytearray(4)
    await loop.sock_sendall(server, b"into")
    print(await loop.sock_recv_into(client, buffer), buffer)
    for s in (listener, client, server):
        s.close()


async def readers():
    loop = asyncio.get_running_loop()
    a, b = socket.socketpair()
    came = loop.create_future()
    loop.add_reader(a, lambda: came.set_result(a.recv(100)))
    loop.call_later(0.02, b.send, b"late")
    print(await came, loop.remove_reader(a), loop.remove_reader(a))
    order = []
    for i in (3, 1, 2):
        loop.call_later(i / 100, order.append, i)
    await asyncio.sleep(0.06)
    print(order)
    a.close()
    b.close()


async def threads():
    kept.set("set")
    print(await asyncio.to_thread(lambda: kept.get()))
    loop = asyncio.get_running_loop()
    try:
        await loop.run_in_executor(None, int, "none")
    except ValueError as error:
        print(error)
    print(sorted({row[4][0] for row in await loop.getaddrinfo("127.0.0.1", 80)}))
    print(await loop.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))


async def value(result):
    await asyncio.sleep(0.001)
    return result


async def nested():
    try:
        asyncio.run(value(1))
    except RuntimeError as error:
        print(error)


asyncio.run(sockets())
with asyncio.Runner() as runner:
    runner.run(readers())
    runner.run(threads())
    print(runner.run(value("runner")), runner.get_loop().is_closed())
loop = asyncio.new_event_loop()
print(loop.run_until_complete(value("by hand")), loop.is_running())
loop.call_soon(loop.stop)
loop.run_forever()
loop.close()
print(loop.is_closed(), isinstance(loop, asyncio.SelectorEventLoop))
inner = nested()
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    asyncio.run(inner)
