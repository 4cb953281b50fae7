import asyncio
from elsewhere import Client
async def main():
    served = []
    everybody = asyncio.Event()
    async def serve(reader, writer):
        data = await reader.read()
        writer.write(data.upper())
        await writer.drain()
        writer.close()
        served.append(len(data))
        if len(served) == 5:
            everybody.set()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        address = server.sockets[0].getsockname()
        client = Client("tcp", address, messages=[f"client {i} " * 2000 for i in range(5)], hold=True)
        await everybody.wait()
    print(sorted(served), [(len(answer), answer[:9]) for answer in client.result()])
asyncio.run(main())
