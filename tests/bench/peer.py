# The CPython side: peer.py WORK. Speaks as peer.c describes.
import resource
import socket
import struct
import sys
import time
from itertools import repeat
from socket import AF_INET, AF_INET6, SOCK_DGRAM, SOCK_STREAM, inet_ntop, inet_pton

MESSAGE, CHUNK = 64, 65536
TEXTS4 = ["127.0.0.1", "192.168.100.200", "10.0.0.1", "8.8.8.8"]
TEXTS6 = ["2001:db8::1", "fe80::dead:beef:1234:5678", "::1", "2001:db8:85a3::8a2e:370:7334"]
buffer = bytearray(CHUNK)
listener = None


def accepted():
    connection = listener.accept()[0]
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def tcp_echo(count):
    message = memoryview(buffer)[:MESSAGE]
    with accepted() as s:
        left = count * MESSAGE
        while left > 0:
            n = s.recv_into(message)
            s.sendall(message if n == MESSAGE else message[:n])
            left -= n


def udp_echo(count):
    message = memoryview(buffer)[:MESSAGE]
    for _ in repeat(None, count):
        n, address = listener.recvfrom_into(message)
        listener.sendto(message if n == MESSAGE else message[:n], address)


def bulk_send(count):
    with accepted() as s:
        for _ in repeat(None, count):
            s.sendall(buffer)


def bulk_receive(count):
    with accepted() as s:
        left = count * CHUNK
        while left > 0:
            left -= s.recv_into(buffer)


def each(call, family, values):
    def run(count):
        for _ in repeat(None, count // 4):
            for value in values:
                call(family, value)
    return run


# An address into a call and out of one: connect(2) of no descriptor, getsockname(2).
def address_6(count):
    addresses = [(text, 5000, 0, 0) for text in TEXTS6]
    closed = socket.socket(AF_INET6, SOCK_DGRAM)
    closed.close()
    with socket.socket(AF_INET6, SOCK_DGRAM) as s:
        s.bind(("::1", 0))
        for _ in repeat(None, count // 4):
            for address in addresses:
                closed.connect_ex(address)
                s.getsockname()


# The bytes of an address and back: what a program must do, since the module has no call for it.
def codec_6(count):
    family, scope = struct.Struct("=H"), struct.Struct("=I")
    rest = struct.Struct(">HI16s")
    for _ in repeat(None, count // 4):
        for text in TEXTS6:
            data = family.pack(AF_INET6) + rest.pack(5000, 0, inet_pton(AF_INET6, text)) + scope.pack(0)
            port, flowinfo, packed = rest.unpack_from(data, 2)
            (inet_ntop(AF_INET6, packed), port, flowinfo, scope.unpack_from(data, 24)[0])


WORKS = {
    "tcp-echo": (tcp_echo, SOCK_STREAM), "udp-echo": (udp_echo, SOCK_DGRAM),
    "bulk-send": (bulk_send, SOCK_STREAM), "bulk-receive": (bulk_receive, SOCK_STREAM),
    "inet_pton-4": (each(inet_pton, AF_INET, TEXTS4), None), "inet_pton-6": (each(inet_pton, AF_INET6, TEXTS6), None),
    "inet_ntop-4": (each(inet_ntop, AF_INET, [inet_pton(AF_INET, t) for t in TEXTS4]), None),
    "inet_ntop-6": (each(inet_ntop, AF_INET6, [inet_pton(AF_INET6, t) for t in TEXTS6]), None),
    "address-6": (address_6, None), "codec-6": (codec_6, None),
}


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


run, kind = WORKS[sys.argv[1]]
port = 0
if kind is not None:
    listener = socket.socket(AF_INET, kind)
    listener.bind(("127.0.0.1", 0))
    if kind == SOCK_STREAM:
        listener.listen(1)
    port = listener.getsockname()[1]
print("port", port, flush=True)
for line in sys.stdin:
    start, used = time.perf_counter(), cpu()
    run(int(line))
    print(round((cpu() - used) * 1e6), round((time.perf_counter() - start) * 1e6), flush=True)
