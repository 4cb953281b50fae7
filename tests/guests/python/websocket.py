import base64, os, socket, struct
from elsewhere import HOST, ports
stream = socket.create_connection((HOST, ports["websocket"]), timeout=10).makefile("rwb")
key = base64.b64encode(b"0123456789abcdef").decode()
stream.write(f"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
stream.flush()
while line := stream.readline().strip():
    print(line)
def send(kind, payload):
    mask = os.urandom(4)
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
    stream.write(bytes([0x80 | kind]) + size + mask + bytes(c ^ mask[i % 4] for i, c in enumerate(payload)))
    stream.flush()
def receive():
    first, size = stream.read(2)
    if size == 126:
        size, = struct.unpack(">H", stream.read(2))
    return first, stream.read(size)
send(1, b"hello there")
print(receive(), receive())
send(2, bytes(range(250)) * 20)
print([(first, len(data)) for first, data in (receive(), receive())])
send(9, b"ping")
print(receive())
send(8, b"\x03\xe8")
print(receive(), stream.read(1))
