import socket, struct
from elsewhere import HOST, ports
def proxied(target, password=b"secret"):
    sock = socket.create_connection((HOST, ports["socks5"]), timeout=10)
    stream = sock.makefile("rwb", 0)
    stream.write(b"\x05\x01\x02")
    print(stream.read(2), end=" ")
    stream.write(b"\x01\x04user" + bytes([len(password)]) + password)
    granted = stream.read(2)
    print(granted, end=" ")
    if granted[1]:
        return None
    host, port = target
    stream.write(b"\x05\x01\x00\x03" + bytes([len(host)]) + host.encode() + struct.pack(">H", port))
    answer = sock.recv(10, socket.MSG_WAITALL)
    print(answer[:2], end=" ")
    return sock if answer[1] == 0 else None
sock = proxied((HOST, ports["echo"]))
sock.sendall(b"through the proxy")
print(sock.recv(100))
holder = socket.socket()
holder.bind((HOST, 0))
print(proxied(holder.getsockname()))
print(proxied((HOST, ports["echo"]), b"wrong"))
