# Datagrams of asyncio: endpoints of IPv4, IPv6 and AF_UNIX, and an error of the peer's.
import asyncio
import os
import socket


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        self.transport.sendto(data.upper(), address)


class Client(asyncio.DatagramProtocol):
    def __init__(self):
        self.answers = asyncio.Queue()

    def datagram_received(self, data, address):
        self.answers.put_nowait(data)

    def error_received(self, error):
        self.answers.put_nowait(type(error).__name__)


async def main():
    loop = asyncio.get_running_loop()
    for host in ("127.0.0.1", "::1"):
        server, _ = await loop.create_datagram_endpoint(Echo, local_addr=(host, 0))
        name = server.get_extra_info("sockname")
        client, protocol = await loop.create_datagram_endpoint(Client, remote_addr=name[:2])
        for i in range(3):
            client.sendto(b"datagram %d" % i)
        print([await asyncio.wait_for(protocol.answers.get(), 5) for _ in range(3)])
        server.close()
        await asyncio.sleep(0.05)
        client.sendto(b"to nobody")
        print(await asyncio.wait_for(protocol.answers.get(), 5))
        client.close()
    path = f"{os.environ['SOCKETS']}/{os.urandom(8).hex()}"
    server, _ = await loop.create_datagram_endpoint(Echo, local_addr=path, family=socket.AF_UNIX)
    client, protocol = await loop.create_datagram_endpoint(
        Client, local_addr=f"{path}-2", remote_addr=path, family=socket.AF_UNIX)
    client.sendto(b"unix")
    print(await protocol.answers.get())
    client.close()
    server.close()
    os.unlink(path)
    os.unlink(f"{path}-2")


asyncio.run(main())
