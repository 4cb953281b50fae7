import asyncio
from elsewhere import HOST, ports
class Lines(asyncio.Protocol):
    def __init__(self):
        self.got, self.done = b"", asyncio.get_running_loop().create_future()
    def connection_made(self, transport):
        self.transport = transport
        print("connected", transport.get_extra_info("peername") == (HOST, ports["echo"]))
        transport.write(b"one\ntwo\n")
        transport.write_eof()
    def data_received(self, data):
        self.got += data
    def eof_received(self):
        print("end", self.got)
    def connection_lost(self, error):
        self.done.set_result(error)
class Datagrams(asyncio.DatagramProtocol):
    def __init__(self):
        self.answers = asyncio.Queue()
    def datagram_received(self, data, address):
        self.answers.put_nowait(data)
async def main():
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(Lines, HOST, ports["echo"])
    print(await protocol.done)
    transport, protocol = await loop.create_datagram_endpoint(Datagrams, remote_addr=(HOST, ports["udp_echo"]))
    for i in range(3):
        transport.sendto(b"datagram %d" % i)
        print(await protocol.answers.get())
    transport.close()
asyncio.run(main())
