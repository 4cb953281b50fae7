"""The other side of the programs in python/ and replaced/: small servers, and clients on demand.

python3 peers.py prints the ports of its servers as a line of JSON and serves until its input ends.
"""
import base64
import gzip
import hashlib
import http.client
import http.server
import json
import logging
import pickle
import queue
import socket
import socketserver
import struct
import sys
import threading
import time
import urllib.request
import xmlrpc.client
import xmlrpc.server

HOST = "127.0.0.1"


class Http(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args):
        pass

    def answer(self, body, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def do_GET(self):
        kind, _, rest = self.path.lstrip("/").partition("/")
        if kind == "bytes":
            self.answer(b"abcdefgh" * (int(rest) // 8))
        elif kind == "chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for i in range(int(rest)):
                chunk = f"chunk {i};".encode()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.wfile.write(b"0\r\n\r\n")
        elif kind == "gzip":
            self.answer(gzip.compress(b"packed " * 1000), Content_Encoding="gzip")
        elif kind == "redirect":
            self.answer(b"", 302, Location="/" + rest)
        elif kind == "status":
            self.answer(rest.encode(), int(rest))
        elif kind == "slow":
            time.sleep(float(rest))
            self.answer(b"late")
        elif kind == "cookie":
            self.answer(b"set", Set_Cookie=f"{rest}; Path=/")
        elif kind == "header":
            self.answer(self.headers.get(rest, "none").encode())
        elif kind == "auth":
            wanted = "Basic " + base64.b64encode(b"user:secret").decode()
            if self.headers.get("Authorization") == wanted:
                self.answer(b"welcome")
            else:
                self.answer(b"who?", 401, WWW_Authenticate='Basic realm="here"')
        else:
            self.answer(b"no such thing", 404)

    do_HEAD = do_GET

    def do_POST(self):
        body = self.body()
        digest = hashlib.sha256(body).hexdigest()[:16]
        kind = self.headers.get("Content-Type", "none").partition(";")[0]
        answer = {"method": self.command, "length": len(body), "digest": digest, "type": kind}
        if len(body) < 200:
            answer["text"] = body.decode("latin1")
        self.answer(json.dumps(answer, sort_keys=True).encode(), Content_Type="application/json")

    do_PUT = do_DELETE = do_PATCH = do_POST


class Dialog(socketserver.StreamRequestHandler):
    """A server that is told commands and answers, a line each."""
    greeting = ""

    def say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def handle(self):
        self.begin()
        if self.greeting:
            self.say(self.greeting)
        while line := self.rfile.readline():
            command, _, rest = line.decode("latin1").rstrip("\r\n").partition(" ")
            if self.command(command.upper(), rest) is False:
                break

    def begin(self):
        pass

    def dotted(self):
        """Lines until one that is a dot."""
        lines = []
        while (line := self.rfile.readline().rstrip(b"\r\n")) != b".":
            lines.append(line[1:] if line.startswith(b".") else line)
        return lines

    def say_dotted(self, text):
        self.say(*("." + line if line.startswith(".") else line for line in text.splitlines()), ".")


class Smtp(Dialog):
    greeting = "220 here ESMTP"

    def begin(self):
        self.last = "nothing"

    def command(self, command, rest):
        if command == "EHLO":
            self.say("250-here", "250-SIZE 100000", "250-8BITMIME", "250 AUTH PLAIN LOGIN")
        elif command == "AUTH":
            mechanism, _, initial = rest.partition(" ")
            if mechanism == "LOGIN":
                words = [initial] if initial else []
                for prompt in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6")[len(words):]:
                    self.say("334 " + prompt)
                    words.append(self.rfile.readline().decode().strip())
                granted = [base64.b64decode(word) for word in words] == [b"user", b"secret"]
            else:
                granted = base64.b64decode(initial) == b"\0user\0secret"
            self.say("235 welcome" if granted else "535 go away")
        elif command == "MAIL":
            self.say("552 too large" if "SIZE=" in rest and int(rest.split("SIZE=")[1].split()[0]) > 100000 else "250 ok")
        elif command == "RCPT":
            self.say("550 nobody" if "nobody@" in rest else "250 ok")
        elif command == "DATA":
            self.say("354 go on")
            lines = self.dotted()
            self.last = f"{len(lines)} lines, {sum(map(len, lines))} bytes"
            self.say("250 taken")
        elif command == "LAST":
            self.say("250 " + self.last)
        elif command == "QUIT":
            self.say("221 bye")
            return False
        elif command in ("HELO", "NOOP", "RSET"):
            self.say("250 ok")
        else:
            self.say("500 what?")


MAIL = [
    "From: one@here\r\nSubject: first\r\n\r\nThe first.\r\n.A line with a dot.\r\n",
    "From: two@here\r\nSubject: second\r\n\r\n" + "A long line of text. " * 40 + "\r\n" + "more\r\n" * 100,
    "From: three@here\r\nSubject: third\r\n\r\nThe third.\r\n",
]


class Pop3(Dialog):
    greeting = "+OK here"

    def begin(self):
        self.gone = set()

    def command(self, command, rest):
        left = [i for i in range(len(MAIL)) if i not in self.gone]
        number = int(rest.split()[0]) - 1 if rest[:1].isdigit() else 0
        if command == "PASS" and rest != "secret":
            self.say("-ERR no")
        elif command in ("USER", "PASS", "NOOP"):
            self.say("+OK")
        elif command == "STAT":
            self.say(f"+OK {len(left)} {sum(len(MAIL[i]) for i in left)}")
        elif command == "LIST":
            self.say("+OK", *(f"{i + 1} {len(MAIL[i])}" for i in left), ".")
        elif command == "UIDL":
            self.say(*([f"+OK {number + 1} id{number}"] if rest else ["+OK", *(f"{i + 1} id{i}" for i in left), "."]))
        elif command in ("RETR", "TOP") and number in left:
            text = MAIL[number]
            if command == "TOP":
                head, _, body = text.partition("\r\n\r\n")
                text = head + "\r\n\r\n" + "\r\n".join(body.splitlines()[:int(rest.split()[1])])
            self.say("+OK")
            self.say_dotted(text)
        elif command == "DELE":
            self.gone.add(number)
            self.say("+OK")
        elif command == "RSET":
            self.gone.clear()
            self.say("+OK")
        elif command == "QUIT":
            self.say("+OK bye")
            return False
        else:
            self.say("-ERR what?")


class Imap(Dialog):
    greeting = "* OK [CAPABILITY IMAP4rev1] here"

    def command(self, tag, line):
        command, _, rest = line.partition(" ")
        uid = command.upper() == "UID"
        if uid:
            command, _, rest = rest.partition(" ")
        command = command.upper()
        if command == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif command == "LOGIN" and '"secret"' not in rest:
            self.say(f"{tag} NO go away")
            return
        elif command in ("SELECT", "EXAMINE"):
            self.say(f"* {len(MAIL)} EXISTS", "* 0 RECENT", r"* FLAGS (\Seen \Deleted)", "* OK [UIDVALIDITY 1]")
        elif command == "LIST":
            self.say(r'* LIST (\HasNoChildren) "/" "INBOX"', r'* LIST () "/" "Sent"')
        elif command == "SEARCH":
            found = [i + 1 for i, mail in enumerate(MAIL) if "SUBJECT" not in rest or rest.split('"')[1] in mail]
            self.say("* SEARCH " + " ".join(map(str, found)))
        elif command == "FETCH":
            number = int(rest.split()[0])
            text = MAIL[number - 1]
            self.say(f"* {number} FETCH (RFC822 {{{len(text)}}}")
            self.wfile.write(text.encode())
            self.say(")")
        elif command == "APPEND":
            size = int(rest.rpartition("{")[2].rstrip("}"))
            self.say("+ go on")
            self.rfile.read(size)
            self.rfile.readline()
        elif command == "LOGOUT":
            self.say("* BYE", f"{tag} OK bye")
            return False
        self.say(f"{tag} OK {command.lower()}")


class Ftp(Dialog):
    greeting = "220 here"

    def begin(self):
        self.files = {"read.txt": b"one\r\ntwo\r\nthree\r\n", "large.bin": bytes(range(256)) * 1000}
        self.folder = "/"
        self.listener = None
        self.port = None
        self.offset = 0

    def data(self):
        if self.listener is not None:
            connection, _ = self.listener.accept()
            self.listener.close()
            self.listener = None
            return connection
        return socket.create_connection(self.port)

    def transfer(self, send=None):
        self.say("150 here it comes")
        with self.data() as connection:
            if send is not None:
                connection.sendall(send)
                got = None
            else:
                got = b""
                while chunk := connection.recv(65536):
                    got += chunk
        self.say("226 done")
        return got

    def command(self, command, rest):
        if command == "USER":
            self.say("331 and?")
        elif command == "PASS":
            self.say("230 welcome" if rest == "secret" else "530 no")
        elif command == "TYPE":
            self.say("200 ok")
        elif command == "PWD":
            self.say(f'257 "{self.folder}"')
        elif command == "CWD":
            self.folder = rest
            self.say("250 ok")
        elif command in ("PASV", "EPSV"):
            self.listener = socket.create_server((HOST, 0))
            port = self.listener.getsockname()[1]
            if command == "PASV":
                self.say(f"227 ok ({HOST.replace('.', ',')},{port >> 8},{port & 255})")
            else:
                self.say(f"229 ok (|||{port}|)")
        elif command == "PORT":
            numbers = rest.split(",")
            self.port = (".".join(numbers[:4]), int(numbers[4]) * 256 + int(numbers[5]))
            self.say("200 ok")
        elif command == "NLST":
            self.transfer("".join(f"{name}\r\n" for name in sorted(self.files)).encode())
        elif command == "LIST":
            lines = (f"-rw-r--r-- 1 u g {len(data):8} Jan  1 00:00 {name}\r\n" for name, data in sorted(self.files.items()))
            self.transfer("".join(lines).encode())
        elif command == "SIZE":
            self.say(f"213 {len(self.files[rest])}" if rest in self.files else "550 no such file")
        elif command == "REST":
            self.offset = int(rest)
            self.say("350 ok")
        elif command == "RETR":
            if rest not in self.files:
                self.say("550 no such file")
                return
            self.transfer(self.files[rest][self.offset:])
            self.offset = 0
        elif command == "STOR":
            self.files[rest] = self.transfer()
        elif command == "DELE":
            self.files.pop(rest, None)
            self.say("250 gone")
        elif command == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("502 what?")


class Nntp(Dialog):
    greeting = "200 here"

    def command(self, command, rest):
        if command == "GROUP":
            self.say(f"211 {len(MAIL)} 1 {len(MAIL)} {rest}")
        elif command == "OVER":
            self.say("224 follows")
            self.say_dotted("\n".join(f"{i + 1}\t{mail.split('Subject: ')[1].split()[0]}" for i, mail in enumerate(MAIL)))
        elif command == "ARTICLE" and rest.isdigit() and 1 <= int(rest) <= len(MAIL):
            self.say(f"220 {rest}")
            self.say_dotted(MAIL[int(rest) - 1])
        elif command == "ARTICLE":
            self.say("423 no such article")
        elif command == "POST":
            self.say("340 go on")
            lines = self.dotted()
            self.say(f"240 {len(lines)} lines, {sum(line.startswith(b'.') for line in lines)} with a dot")
        elif command == "QUIT":
            self.say("205 bye")
            return False
        else:
            self.say("500 what?")


class Telnet(socketserver.StreamRequestHandler):
    """Asks for the terminal's type, then answers lines; a byte 255 is doubled."""
    IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240
    TERMINAL = 24

    def handle(self):
        self.wfile.write(bytes([self.IAC, self.DO, self.TERMINAL]))
        answer = self.rfile.read(3)
        if answer == bytes([self.IAC, self.WILL, self.TERMINAL]):
            self.wfile.write(bytes([self.IAC, self.SB, self.TERMINAL, 1, self.IAC, self.SE]))
            kind = b""
            while not kind.endswith(bytes([self.IAC, self.SE])):
                kind += self.rfile.read(1)
            kind = kind[4:-2]
        else:
            kind = b"none"
        self.wfile.write(b"terminal " + kind + b"\r\nlogin: ")
        name = self.rfile.readline().strip()
        self.wfile.write(b"hello " + name + b" \xff\xff\r\n$ ")
        while (line := self.rfile.readline().strip()) not in (b"", b"exit"):
            self.wfile.write(line.upper() + b"\r\n$ ")
        self.wfile.write(b"bye\r\n")


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)


class Pieces(socketserver.StreamRequestHandler):
    """Told `count size milliseconds`, sends so many pieces, each later than the one before."""

    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        count, size, milliseconds = map(int, self.rfile.readline().split())
        for i in range(count):
            self.wfile.write(bytes([97 + i % 26]) * size)
            time.sleep(milliseconds / 1000)


class Total(socketserver.BaseRequestHandler):
    """Reads to the end, slowly at first, and says what came."""

    def handle(self):
        time.sleep(0.1)
        digest, length = hashlib.sha256(), 0
        while data := self.request.recv(65536):
            digest.update(data)
            length += len(data)
        self.request.sendall(f"{length} {digest.hexdigest()[:16]}\n".encode())


class Mute(socketserver.BaseRequestHandler):
    """Neither reads nor answers, until the other side has closed or a minute has passed."""

    def handle(self):
        self.request.settimeout(60)
        poller = threading.Event()
        poller.wait(20)


class Urgent(socketserver.BaseRequestHandler):
    """Sends a byte out of band between others, and says which one came so."""

    def handle(self):
        self.request.sendall(b"before")
        self.request.send(b"!", socket.MSG_OOB)
        self.request.sendall(b"after")
        self.request.recv(1)


class Reset(socketserver.BaseRequestHandler):
    """Answers what it reads with a reset."""

    def handle(self):
        self.request.recv(100)
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.request.close()


class WebSocket(socketserver.StreamRequestHandler):
    """Echoes messages, in two frames each; answers a ping, and a closing frame with its own."""

    def frame(self, first, payload):
        size = len(payload)
        head = bytes([first, size]) if size < 126 else bytes([first, 126]) + struct.pack(">H", size)
        self.wfile.write(head + payload)

    def handle(self):
        headers = {}
        self.rfile.readline()
        while line := self.rfile.readline().decode().strip():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        magic = headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(magic.encode()).digest()).decode()
        self.wfile.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode())
        while head := self.rfile.read(2):
            size = head[1] & 127
            if size == 126:
                size, = struct.unpack(">H", self.rfile.read(2))
            mask = self.rfile.read(4)
            payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.rfile.read(size)))
            kind = head[0] & 15
            if kind == 8:
                self.frame(0x88, payload)
                return
            if kind == 9:
                self.frame(0x8A, payload)
            else:
                self.frame(kind, payload[:size // 2])
                self.frame(0x80, payload[size // 2:])


class Socks5(socketserver.StreamRequestHandler):
    """A proxy to this machine, with a user and a password."""

    def handle(self):
        self.rfile.read(self.rfile.read(2)[1])
        self.wfile.write(b"\x05\x02")
        _, size = self.rfile.read(2)
        user = self.rfile.read(size)
        password = self.rfile.read(self.rfile.read(1)[0])
        granted = (user, password) == (b"user", b"secret")
        self.wfile.write(b"\x01\x00" if granted else b"\x01\x01")
        if not granted:
            return
        _, _, _, kind = self.rfile.read(4)
        host = socket.inet_ntoa(self.rfile.read(4)) if kind == 1 else self.rfile.read(self.rfile.read(1)[0]).decode()
        port, = struct.unpack(">H", self.rfile.read(2))
        try:
            target = socket.create_connection((host, port))
        except OSError:
            self.wfile.write(b"\x05\x05\x00\x01" + bytes(6))
            return
        self.wfile.write(b"\x05\x00\x00\x01" + socket.inet_aton(HOST) + b"\0\0")
        back = threading.Thread(target=self.pump, args=(target, self.request), daemon=True)
        back.start()
        self.pump(self.request, target)
        back.join()

    @staticmethod
    def pump(source, target):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def dns_answer(question):
    """The answer to a query of one name: an address, a cut answer over UDP for `large.`, or no such name."""
    identity = question[:2]
    name, at = [], 12
    while size := question[at]:
        name.append(question[at + 1:at + 1 + size].decode())
        at += 1 + size
    asked = question[12:at + 5]
    if name[0] == "nothing":
        return identity + struct.pack(">HHHHH", 0x8183, 1, 0, 0, 0) + asked
    count = 60 if name[0] == "large" else 2
    records = b"".join(struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + bytes([10, 0, 0, i + 1]) for i in range(count))
    return identity + struct.pack(">HHHHH", 0x8180, 1, count, 0, 0) + asked + records


class DnsUdp(socketserver.BaseRequestHandler):
    def handle(self):
        question, sock = self.request
        answer = dns_answer(question)
        if len(answer) > 512:
            answer = answer[:2] + struct.pack(">H", 0x8380) + answer[4:512]
        sock.sendto(answer, self.client_address)


class DnsTcp(socketserver.StreamRequestHandler):
    def handle(self):
        while size := self.rfile.read(2):
            answer = dns_answer(self.rfile.read(struct.unpack(">H", size)[0]))
            self.wfile.write(struct.pack(">H", len(answer)) + answer)


class Sntp(socketserver.BaseRequestHandler):
    def handle(self):
        request, sock = self.request
        now = 3_900_000_000
        answer = struct.pack(">BBbbII4sQQQQ", 0x24, 1, 0, -20, 0, 0, b"TEST", now << 32, 0, now << 32, (now << 32) + (1 << 31))
        sock.sendto(answer[:24] + request[40:48] + answer[32:48], self.client_address)


class UdpEcho(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(data[::-1], self.client_address)


class Tftp(socketserver.BaseRequestHandler):
    """Sends a file of so many bytes as its name says, in blocks of 512 that are acknowledged."""

    def handle(self):
        request, _ = self.request
        name = request[2:].split(b"\0")[0].decode()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(5)
            if not name.isdigit():
                sock.sendto(struct.pack(">HH", 5, 1) + b"no such file\0", self.client_address)
                return
            data = bytes(i % 251 for i in range(int(name)))
            for block in range(len(data) // 512 + 1):
                sock.sendto(struct.pack(">HH", 3, block + 1) + data[512 * block:512 * block + 512], self.client_address)
                answer, _ = sock.recvfrom(100)
                assert answer == struct.pack(">HH", 4, block + 1)


collected = queue.Queue()


class LogStream(socketserver.StreamRequestHandler):
    def handle(self):
        while size := self.rfile.read(4):
            record = logging.makeLogRecord(pickle.loads(self.rfile.read(struct.unpack(">L", size)[0])))
            collected.put(f"{record.levelname} {record.name}: {record.getMessage()}")


class LogDatagram(socketserver.BaseRequestHandler):
    def handle(self):
        data, _ = self.request
        if data.startswith(b"<"):
            collected.put(data.rstrip(b"\0").decode())
        else:
            record = logging.makeLogRecord(pickle.loads(data[4:]))
            collected.put(f"{record.levelname} {record.name}: {record.getMessage()}")


class Collected(socketserver.StreamRequestHandler):
    """Told a number, gives so many lines of log."""

    def handle(self):
        for _ in range(int(self.rfile.readline())):
            self.wfile.write(collected.get(timeout=10).encode() + b"\n")


def call_tcp(address, messages, hold=False):
    """A client that says each message and hears as much; all connections are made first where it holds."""
    def one(sock, message):
        sock.sendall(message.encode())
        sock.shutdown(socket.SHUT_WR)
        got = b""
        while chunk := sock.recv(65536):
            got += chunk
        sock.close()
        return got.decode()
    if not hold:
        return [one(socket.create_connection(address, 10), message) for message in messages]
    socks = [socket.create_connection(address, 10) for _ in messages]
    return [one(sock, message) for sock, message in reversed(list(zip(socks, messages)))]


def call_udp(address, messages):
    answers = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(10)
        sock.connect(tuple(address))
        for message in messages:
            sock.send(message.encode())
            answers.append(sock.recv(65536).decode())
    return answers


def call_http(address, requests):
    """Requests on one connection, as long as the server keeps it."""
    connection = http.client.HTTPConnection(*address, timeout=10)
    answers = []
    for method, path, body in requests:
        connection.request(method, path, body)
        response = connection.getresponse()
        answers.append([response.status, response.getheader("Content-Type"), response.read().decode("latin1")[:300]])
    return answers


def call_url(address, path):
    return urllib.request.urlopen(f"http://{address[0]}:{address[1]}{path}", timeout=10).read().decode()


def call_xmlrpc(address, calls):
    proxy = xmlrpc.client.ServerProxy(f"http://{address[0]}:{address[1]}/")
    answers = []
    for name, *arguments in calls:
        try:
            answers.append(getattr(proxy, name)(*arguments))
        except xmlrpc.client.Fault as fault:
            answers.append(f"fault {fault.faultCode}")
    return answers


class Call(socketserver.StreamRequestHandler):
    """Runs a client that a line of JSON names, and answers with what it says."""

    def handle(self):
        request = json.loads(self.rfile.readline())
        try:
            answer = globals()["call_" + request.pop("kind")](**request)
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class Threaded(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A client that goes is no news."""


class ThreadedUdp(socketserver.ThreadingMixIn, socketserver.UDPServer):
    daemon_threads = True
    max_packet_size = 65536


class ThreadedXmlRpc(socketserver.ThreadingMixIn, xmlrpc.server.SimpleXMLRPCServer):
    daemon_threads = True


class Arithmetic:
    def add(self, x, y):
        return x + y

    def divide(self, x, y):
        return x / y

    def reverse(self, data):
        return xmlrpc.client.Binary(data.data[::-1])

    def same(self, value):
        return value


STREAMS = {
    "http": Http, "smtp": Smtp, "pop3": Pop3, "imap": Imap, "ftp": Ftp, "nntp": Nntp, "telnet": Telnet,
    "echo": Echo, "pieces": Pieces, "total": Total, "mute": Mute, "urgent": Urgent, "reset": Reset,
    "websocket": WebSocket, "socks5": Socks5, "dns_tcp": DnsTcp, "log_stream": LogStream,
    "collected": Collected, "call": Call,
}
DATAGRAMS = {"udp_echo": UdpEcho, "dns_udp": DnsUdp, "sntp": Sntp, "tftp": Tftp, "log_datagram": LogDatagram}


def main():
    servers = {name: Threaded((HOST, 0), handler) for name, handler in STREAMS.items()}
    servers |= {name: ThreadedUdp((HOST, 0), handler) for name, handler in DATAGRAMS.items()}
    servers["xmlrpc"] = ThreadedXmlRpc((HOST, 0), logRequests=False, allow_none=True)
    servers["xmlrpc"].register_instance(Arithmetic())
    servers["xmlrpc"].register_introspection_functions()
    servers["xmlrpc"].register_multicall_functions()
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({name: server.server_address[1] for name, server in servers.items()}), flush=True)
    sys.stdin.read()


main()
