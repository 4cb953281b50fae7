"""Python's _socket, whose calls Node makes. Each thread of Python has a Node process, so that a call
that blocks delays no other thread.

Descriptors are this process's and travel with each call (SCM_RIGHTS), so that select, os and fcntl
work on them as usual. Modes are of the open file, which both share; timeouts are kept here and passed
with each call."""
import _socket as real
import array, errno, json, operator, os, struct, subprocess, sys, threading, types

SERVE = os.environ["BRIDGE_SERVE"]
NODE = os.environ.get("BRIDGE_NODE", "node")
counted = {}


class RangeError(OverflowError, ValueError):
    """Ours is one class where Python has two."""


class Process:
    idle = []

    def __init__(self):
        self.channel, far = real.socketpair(real.AF_UNIX, real.SOCK_STREAM)
        self.node = subprocess.Popen([NODE, SERVE], stdin=far.fileno())
        far.close()

    def end(self):
        self.channel.close()
        self.node.kill()
        self.node.wait()

    def read(self, size):
        data = bytearray()
        while len(data) < size:
            part = self.channel.recv(size - len(data))
            if not part:
                raise RuntimeError("bridge: Node ended")
            data += part
        return bytes(data)

    def ask(self, body, fds):
        rights = [(real.SOL_SOCKET, real.SCM_RIGHTS, array.array("i", fds))] if fds else []
        self.channel.sendmsg([struct.pack("<I", len(body))], rights)
        self.channel.sendall(body)
        head, control, _, _ = self.channel.recvmsg(4, real.CMSG_SPACE(4 * 250), real.MSG_CMSG_CLOEXEC)
        given = array.array("i")
        for _, _, data in control:
            given.frombytes(data)
        head += self.read(4 - len(head)) if len(head) < 4 else b""
        return json.loads(self.read(struct.unpack("<I", head)[0])), list(given)


own = threading.local()


class Lease:
    """A thread's process, which another thread's has when that one has ended."""

    def __init__(self):
        try:
            self.process = Process.idle.pop()
        except IndexError:
            self.process = Process()

    def __del__(self):
        if self.process:
            Process.idle.append(self.process)


def plain(value, inside=False):
    """An argument as JSON. Large integers are bigints in addresses, numbers elsewhere."""
    if value is None or isinstance(value, (str, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(v, True) for v in value]
    try:
        return {"$bytes": memoryview(value).tobytes().decode("latin-1")}
    except TypeError:
        pass
    n = operator.index(value)
    if abs(n) < 2 ** 53:
        return n
    return {"$int": str(n)} if inside else float(n)


def control(items, fds):
    out = []
    for item in items:
        if not isinstance(item, tuple) or len(item) != 3:
            raise TypeError("[sendmsg() argument 2] a tuple of three is required")
        level, kind, data = operator.index(item[0]), operator.index(item[1]), octets(item[2])["$bytes"].encode("latin-1")
        if level == real.SOL_SOCKET and kind == real.SCM_RIGHTS:
            whole = len(data) - len(data) % 4
            numbers = array.array("i", data[:whole])
            out.append([level, kind, {"$fds": list(range(len(fds), len(fds) + len(numbers))), "tail": data[whole:].decode("latin-1")}])
            fds.extend(numbers)
        else:
            out.append([level, kind, octets(data)])
    return out


def pythonic(value, given):
    if isinstance(value, list):
        return tuple(pythonic(v, given) for v in value)
    if isinstance(value, dict):
        if "$bytes" in value:
            return value["$bytes"].encode("latin-1")
        if "$int" in value:
            return int(value["$int"])
        return array.array("i", [given[i] for i in value["$fds"]]).tobytes() + value["tail"].encode("latin-1")
    return value


def failure(e):
    name, message, number = e["name"], e["message"], e.get("errno")
    if name == "TypeError":
        return TypeError(message)
    if name == "RangeError":
        return RangeError(message)
    if name == "TimeoutError" and number is None:
        return TimeoutError("timed out")
    if name == "GaiError":
        return real.gaierror(number, message)
    if name == "HError":
        return real.herror(number, message)
    if number is not None:
        return OSError(number, os.strerror(number))
    return OSError(message)


def ask(call, socket, args, fds=()):
    counted[call] = counted.get(call, 0) + 1
    body = json.dumps({"call": call, "socket": socket, "args": args}).encode()
    lease = getattr(own, "lease", None)
    if lease is None:
        lease = own.lease = Lease()
    try:
        answer, given = lease.process.ask(body, fds)
    except BaseException:
        # An exception of a signal's handler, in the middle of a call.
        lease.process.end()
        lease.process = own.lease = None
        raise
    if "error" in answer:
        raise failure(answer["error"])
    return answer["result"], given


def function(name, ours=None, listed=False):
    def call(*args):
        result, given = ask(ours or name, None, [plain(a) for a in args])
        result = pythonic(result, given)
        return list(result) if listed else result
    call.__name__ = name
    return call


def size(n, what="negative buffersize in recv"):
    n = operator.index(n)
    if n < 0:
        raise ValueError(what)
    return n


def octets(data):
    if isinstance(data, str):
        raise TypeError("a bytes-like object is required, not 'str'")
    try:
        view = memoryview(data)
    except TypeError as e:
        raise TypeError(str(e).removeprefix("memoryview: ")) from None
    return {"$bytes": view.tobytes().decode("latin-1")}


class socket:
    __slots__ = ["_fd", "_timeout", "_family", "_type", "_proto"]
    # socket.py's class has properties of these names of its own.
    family = property(operator.attrgetter("_family"))
    type = property(operator.attrgetter("_type"))
    proto = property(operator.attrgetter("_proto"))
    timeout = property(operator.attrgetter("_timeout"))

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        self._fd, self._timeout = -1, module.getdefaulttimeout()
        if fileno is None:
            args = [real.AF_INET if family == -1 else family, real.SOCK_STREAM if type == -1 else type, 0 if proto == -1 else proto]
            result, given = ask("socket", None, [plain(a) for a in args])
            self._fd = given[result]
            self._family, self._type, self._proto = map(int, args)
            self._type &= ~(real.SOCK_NONBLOCK | real.SOCK_CLOEXEC)
            if real.SOCK_NONBLOCK & int(args[1]):
                self._timeout = 0.0
            if self._timeout is not None:
                os.set_blocking(self._fd, False)
            return
        if isinstance(fileno, float):
            raise TypeError("integer argument expected, got float")
        probe = real.socket(family, type, proto, operator.index(fileno))
        self._family, self._type, self._proto = probe.family, probe.type, probe.proto
        self._fd = probe.detach()
        if self._timeout is not None:
            os.set_blocking(self._fd, False)

    def __del__(self):
        if getattr(self, "_fd", -1) >= 0:
            import warnings
            warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self)
            os.close(self._fd)
            self._fd = -1

    def __repr__(self):
        return f"<socket object, fd={self._fd}, family={int(self.family)}, type={int(self.type)}, proto={self.proto}>"

    def _ask(self, call, args, fds=()):
        if self._fd < 0:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        told = {"family": int(self._family), "type": int(self._type), "proto": self._proto, "timeout": self._timeout}
        result, given = ask(call, told, args, [self._fd, *fds])
        return pythonic(result, given), given

    def _call(self, name, *args):
        return self._ask(name, [plain(a) for a in args])[0]

    def fileno(self):
        return self._fd

    def detach(self):
        fd, self._fd = self._fd, -1
        return fd

    def close(self):
        fd = self.detach()
        if fd >= 0:
            try:
                os.close(fd)
            except OSError as e:
                if e.errno != errno.ECONNRESET:
                    raise

    def gettimeout(self):
        return self._timeout

    def settimeout(self, value):
        if value is not None:
            value = seconds(value)
        self._timeout = value
        if self._fd < 0:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        self._call("settimeout", value)

    def setblocking(self, flag):
        self.settimeout(None if operator.index(flag) else 0.0)

    def getblocking(self):
        return self._timeout is None or self._timeout > 0

    def _accept(self):
        (place, address), given = self._ask("accept", [])
        return given[place], address

    def bind(self, address):
        self._call("bind", address)

    def connect(self, address):
        self._call("connect", address)

    def connect_ex(self, address):
        return self._call("connectEx", address)

    def listen(self, backlog=128):
        self._call("listen", backlog)

    def shutdown(self, how):
        self._call("shutdown", how)

    def getsockname(self):
        return self._call("getsockname")

    def getpeername(self):
        return self._call("getpeername")

    def getsockopt(self, level, name, length=0):
        return self._call("getsockopt", level, name, length) if length else self._call("getsockopt", level, name)

    def setsockopt(self, *args):
        self._call("setsockopt", *args)

    def send(self, data, flags=0):
        return self._ask("send", [octets(data), plain(flags)])[0]

    def sendall(self, data, flags=0):
        self._ask("sendall", [octets(data), plain(flags)])

    def sendto(self, data, *rest):
        if not 1 <= len(rest) <= 2:
            raise TypeError(f"sendto() takes 2 or 3 arguments ({1 + len(rest)} given)")
        flags, address = (0, rest[0]) if len(rest) == 1 else rest
        if isinstance(address, (int, type(None))) or not isinstance(flags, int):
            raise TypeError("an integer and an address are wanted")
        return self._ask("sendto", [octets(data), plain(flags), plain(address)])[0]

    def sendmsg(self, buffers, ancdata=(), flags=0, address=None):
        fds = [self._fd]
        items = control(list(ancdata), fds)
        args = [[octets(b) for b in buffers], items, plain(flags)]
        if address is not None:
            args.append(plain(address))
        return self._ask("sendmsg", args, fds[1:])[0]

    def sendmsg_afalg(self, msg=(), *, op, iv=None, assoclen=None, flags=0):
        options = {"op": op}
        if iv is not None:
            options["iv"] = octets(iv)
        if assoclen is not None:
            options["assoclen"] = assoclen
        return self._ask("sendmsgAfalg", [[octets(b) for b in msg], options, flags])[0]

    def recv(self, bufsize, flags=0):
        return self._call("recv", size(bufsize), flags)

    def recvfrom(self, bufsize, flags=0):
        return self._call("recvfrom", size(bufsize, "negative buffersize in recvfrom"), flags)

    def _into(self, call, buffer, nbytes, flags):
        view = memoryview(buffer).cast("B")
        if view.readonly:
            raise TypeError("a read-write bytes-like object is required")
        n, data, address = self._call(call, len(view), size(nbytes, f"negative buffersize in {call}"), flags)
        view[:n] = data
        return n, address

    def recv_into(self, buffer, nbytes=0, flags=0):
        return self._into("recvInto", buffer, nbytes, flags)[0]

    def recvfrom_into(self, buffer, nbytes=0, flags=0):
        return self._into("recvfromInto", buffer, nbytes, flags)

    def recvmsg(self, bufsize, ancbufsize=0, flags=0):
        args = size(bufsize, "negative buffer size in recvmsg()"), size(ancbufsize, "invalid ancillary data buffer length")
        data, items, flags, address, _ = self._call("recvmsg", *args, flags)
        return data, list(items), flags, address

    def recvmsg_into(self, buffers, ancbufsize=0, flags=0):
        views = [memoryview(b).cast("B") for b in buffers]
        if any(v.readonly for v in views):
            raise TypeError("recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers")
        n, items, flags, address, filled = self._call("recvmsgInto", [len(v) for v in views], size(ancbufsize, "invalid ancillary data buffer length"), flags)
        data = b"".join(filled)[:n]
        for view in views:
            part, data = data[:len(view)], data[len(view):]
            view[:len(part)] = part
        return n, list(items), flags, address


def seconds(value):
    if isinstance(value, str):
        raise TypeError("an integer or a float is required")
    value = float(value)
    if value < 0:
        raise ValueError("Timeout value out of range")
    return value


def socketpair(family=real.AF_UNIX, type=real.SOCK_STREAM, proto=0):
    result, given = ask("socketpair", None, [int(family), int(type), int(proto)])
    return tuple(socket(family, type, proto, given[i]) for i in result)


def dup(fd):
    return os.dup(fd)


default = [None]


def getdefaulttimeout():
    return default[0]


def setdefaulttimeout(value):
    default[0] = None if value is None else seconds(value)


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    return function("getaddrinfo", listed=True)(host, port, family, type, proto, flags)


def gethostbyname_ex(name):
    return triple(function("gethostbyname_ex", "gethostbynameEx")(name))


def gethostbyaddr(name):
    return triple(function("gethostbyaddr")(name))


def triple(found):
    name, aliases, addresses = found
    return name, list(aliases), list(addresses)


def install():
    """From now on `import _socket` gives the bridge."""
    global module
    module = types.ModuleType("_socket", "The bridge.")
    for name in dir(real):
        if not name.startswith("__"):
            setattr(module, name, getattr(real, name))
    for name in ["getservbyname", "getservbyport", "getprotobyname", "gethostbyname", "gethostname",
                 "sethostname", "getnameinfo", "inet_aton", "inet_ntoa", "inet_pton", "inet_ntop", "htons", "htonl",
                 "ntohs", "ntohl", "if_nametoindex", "if_indextoname", "CMSG_LEN", "CMSG_SPACE"]:
        setattr(module, name, function(name))
    module.if_nameindex = function("if_nameindex", listed=True)
    for part in [socket, socketpair, dup, getdefaulttimeout, setdefaulttimeout, getaddrinfo,
                 gethostbyname_ex, gethostbyaddr]:
        setattr(module, part.__name__, part)
    module.SocketType = socket
    sys.modules["_socket"] = module


def end():
    lease = getattr(own, "lease", None)
    for process in Process.idle + ([lease.process] if lease else []):
        process.end()
    Process.idle.clear()
