import socket, struct
from elsewhere import HOST, ports
def query(name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">HHHHHH", 77, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1)
def addresses(answer):
    _, flags, _, count, _, _ = struct.unpack(">HHHHHH", answer[:12])
    records = answer[len(answer) - 16 * count:] if count else b""
    return flags & 15, [socket.inet_ntoa(records[16 * i + 12:16 * i + 16]) for i in range(count)]
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(10)
for name in ("host.example", "nothing.example"):
    sock.sendto(query(name), (HOST, ports["dns_udp"]))
    print(addresses(sock.recvfrom(512)[0]))
sock.sendto(query("large.example"), (HOST, ports["dns_udp"]))
answer = sock.recv(512)
print(len(answer), struct.unpack(">H", answer[2:4])[0] & 0x0200 != 0)
with socket.create_connection((HOST, ports["dns_tcp"]), timeout=10) as stream:
    question = query("large.example")
    stream.sendall(struct.pack(">H", len(question)) + question)
    size, = struct.unpack(">H", stream.recv(2, socket.MSG_WAITALL))
    code, found = addresses(stream.makefile("rb").read(size))
    print(size, code, len(found), found[-1])
