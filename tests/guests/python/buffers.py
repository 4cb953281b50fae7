import array, socket
a, b = socket.socketpair()
a.sendall(memoryview(b"0123456789")[2:8])
buffer = bytearray(b"..........")
print(b.recv_into(memoryview(buffer)[4:], 3), buffer)
print(b.recv_into(buffer), buffer)
a.send(array.array("H", [1, 2, 3]))
numbers = array.array("H", [0] * 3)
print(b.recv_into(numbers), numbers)
first, second = bytearray(2), bytearray(5)
a.sendall(b"scatter")
print(b.recvmsg_into([first, second]), first, second)
datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagram.bind(("127.0.0.1", 0))
datagram.sendto(b"datagram", datagram.getsockname())
count, address = datagram.recvfrom_into(buffer, 4)
print(count, buffer, address == datagram.getsockname())
for call in (lambda: b.recv_into(b"constant"), lambda: b.recv(-1), lambda: b.recv_into(buffer, 1000), lambda: a.send("text")):
    try:
        call()
    except (TypeError, ValueError, BufferError) as error:
        print(type(error).__name__)
