# The asyncio side: serve.py serve-echo. Speaks as peer.c describes.
import asyncio
import resource
import sys
import time

MESSAGE = 64


def cpu():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


class State:
    echoed = opened = start_cpu = start_wall = count = 0
    done = None

    def check():
        if State.done and State.echoed >= State.count and State.opened == 0:
            State.done.set()


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        if State.opened == 0:
            State.start_wall, State.start_cpu = time.monotonic(), cpu()
        State.opened += 1

    def data_received(self, data):
        self.transport.write(data)
        State.echoed += len(data) // MESSAGE

    def connection_lost(self, error):
        State.opened -= 1
        State.check()


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 0, backlog=1024)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        # Counted over all rounds: a round's load may be quicker than its line.
        State.count, State.done = State.count + int(line), asyncio.Event()
        State.check()
        await State.done.wait()
        print(round((cpu() - State.start_cpu) * 1e6), round((time.monotonic() - State.start_wall) * 1e6), flush=True)
    server.close()

asyncio.run(main())
