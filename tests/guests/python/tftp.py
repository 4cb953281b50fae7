import socket, struct
from elsewhere import HOST, ports
def get(name):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(10)
    sock.sendto(struct.pack(">H", 1) + name.encode() + b"\0octet\0", (HOST, ports["tftp"]))
    data, block = b"", b"x" * 512
    while len(block) == 512:
        packet, address = sock.recvfrom(516)
        kind, number = struct.unpack(">HH", packet[:4])
        if kind == 5:
            return packet[4:-1]
        block = packet[4:]
        data += block
        sock.sendto(struct.pack(">HH", 4, number), address)
    return len(data), number, data == bytes(i % 251 for i in range(len(data)))
print(get("100"), get("5120"), get("20000"), get("missing"))
