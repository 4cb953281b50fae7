import hashlib, socket, tempfile
from elsewhere import HOST, ports
with tempfile.TemporaryFile() as file:
    file.write(bytes(i * i % 256 for i in range(300_000)))
    file.flush()
    for offset, count in ((0, None), (100, 1000), (299_999, None)):
        sock = socket.create_connection((HOST, ports["total"]), timeout=20)
        file.seek(0)
        sent = sock.sendfile(file, offset, count)
        sock.shutdown(socket.SHUT_WR)
        file.seek(offset)
        digest = hashlib.sha256(file.read(-1 if count is None else count)).hexdigest()[:16]
        print(sent, sock.makefile().readline() == f"{sent} {digest}\n")
