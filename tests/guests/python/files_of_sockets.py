import io, socket
from elsewhere import HOST, ports
sock = socket.create_connection((HOST, ports["echo"]), timeout=10)
text = sock.makefile("rw", encoding="utf-8", newline="\n")
text.write("first line\nsecond €uro\n")
text.flush()
print(text.readline(), text.readline(), sep="")
raw = sock.makefile("rwb", buffering=0)
print(type(raw).__name__, raw.write(b"raw bytes"), raw.read(3), raw.read(100))
buffered = sock.makefile("rwb", 10)
buffered.write(b"0123456789" * 3 + b"\n")
buffered.flush()
print(buffered.peek(1)[:1], buffered.readline(), buffered.readable(), buffered.seekable())
buffered.write(b"a\nb\n\nc")
buffered.flush()
sock.shutdown(socket.SHUT_WR)
print(buffered.readlines())
for file in (text, raw, buffered):
    file.close()
sock.close()
try:
    sock.makefile("rw").read()
except (OSError, ValueError) as error:
    print(type(error).__name__)
try:
    sock.makefile("x")
except ValueError as error:
    print(error)
