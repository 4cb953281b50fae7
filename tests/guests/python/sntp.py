import socket, struct
from elsewhere import HOST, ports
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(10)
sock.connect((HOST, ports["sntp"]))
sent = 3_899_999_999 << 32
sock.send(bytes([0x23]) + bytes(39) + struct.pack(">Q", sent))
answer = sock.recv(48)
fields = struct.unpack(">BBbbII4sQQQQ", answer)
print(len(answer), fields[0] & 7, fields[1], fields[6], fields[8] == sent, fields[10] - fields[9])
