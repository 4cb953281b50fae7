# asyncio over sockets: a server and its clients, names, limits of time, an orderly end.
import asyncio


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def ask(host, port, text):
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(text)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def main():
    for host in ("127.0.0.1", "::1", "localhost"):
        server = await asyncio.start_server(serve, host, 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            answers = await asyncio.gather(*(ask(host, port, b"hello %d\n" % i) for i in range(20)))
            print(host, len(answers), answers[0], answers[-1], answers == sorted(answers, key=lambda a: int(a[6:])))
            big = b"x" * 300000 + b"\n"
            try:
                await ask(host, port, big)
            except (ConnectionResetError, BrokenPipeError, asyncio.IncompleteReadError):
                pass
            print(await ask(host, port, b"y" * 60000 + b"\n") == b"Y" * 60000 + b"\n")

    async def silent(reader, writer):
        await asyncio.sleep(0.3)
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        await asyncio.wait_for(reader.read(1), 0.05)
    except asyncio.TimeoutError:
        print("timed out")
    print(await reader.read(1))
    writer.close()
    server.close()
    port = server.sockets[0].getsockname()[1] if server.sockets else None
    try:
        await asyncio.open_connection("127.0.0.1", 1)
    except ConnectionRefusedError:
        print("refused")
    task = asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", port)
    return "returned"


print(asyncio.run(main()))
