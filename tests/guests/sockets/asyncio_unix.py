# asyncio over AF_UNIX: a server by a path and one by an abstract name.
import asyncio
import os


async def echo(reader, writer):
    writer.write(b"echo " + await reader.read(100))
    writer.close()


async def main():
    path = f"{os.environ['SOCKETS']}/{os.urandom(8).hex()}"
    for name in (path, "\0" + os.path.basename(path)):
        server = await asyncio.start_unix_server(echo, name)
        reader, writer = await asyncio.open_unix_connection(name)
        writer.write(b"over a path" if name == path else b"by a name")
        print(await reader.read())
        writer.close()
        server.close()
        await server.wait_closed()
    if os.path.exists(path):
        os.unlink(path)
    try:
        await asyncio.open_unix_connection(path)
    except FileNotFoundError:
        print("gone")


asyncio.run(main())
