"""Round trips of 64 bytes over TCP with a server elsewhere: round_trips(port, count) gives their seconds."""
import socket
import time


def round_trips(port, count):
    message = b"x" * 64
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start = time.perf_counter()
        for _ in range(count):
            sock.sendall(message)
            left = len(message)
            while left > 0:
                left -= len(sock.recv(left))
        return time.perf_counter() - start


if __name__ == "__main__":
    import sys

    round_trips(int(sys.argv[1]), int(sys.argv[2]) // 10)
    print(round_trips(int(sys.argv[1]), int(sys.argv[2])))
