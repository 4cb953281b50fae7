# Python's module _socket for a Pyodide, in place of its own: the calls of the guest's door
# (../python-socket.ts, _berkeley_sockets here) with CPython's arguments, checks and messages. It is run
# as the module's source while the one that it replaces is still there.
"""Implementation module for socket operations.

See the socket module for documentation."""

import errno as _errno
import math as _math
import os as _os
import struct as _struct
import sys as _sys
import time as _time
import warnings as _warnings
from operator import index as _index

import _berkeley_sockets as _door
from pyodide.ffi import JsProxy as _JsProxy
from pyodide.ffi import to_js as _to_js

# What needs no system call: the interpreter's own.
from _socket import CAPI, CMSG_LEN, CMSG_SPACE, error, gaierror, herror
from _socket import htonl, htons, inet_aton, inet_ntoa, ntohl, ntohs, timeout

has_ipv6 = True
for _line in _door.constants().split("\n"):
    _name, _value = _line.split(" ")
    globals()[_name] = int(_value)
del _line, _name, _value

_POLLIN = 1
_POLLOUT = 4
# Milliseconds of a wait, after which the interpreter looks for interrupts.
_SLICE = 100
# Nanoseconds that a timeout may have: its milliseconds fit into an int.
_MAX_TIMEOUT = 0x7FFFFFFF * 1_000_000

# Each call by itself: to look it up in the door takes longer than to call it.
_accept = _door.accept
_bind = _door.bind
_close = _door.close
_connect = _door.connect
_decode_address = _door.decode
_encode_address = _door.encode
_getsockopt = _door.getsockopt
_listen = _door.listen
_recvfrom = _door.recvfrom
_recvmsg = _door.recvmsg
_sendmsg = _door.sendmsg
_sendto = _door.sendto
_set_nonblocking = _door.setNonblocking
_setsockopt = _door.setsockopt
_wait = _door.wait
_UNRESOLVED = _door.UNRESOLVED


# Memory that the door reads and writes by its address.

# A room begins with what calls need beside data: a length, an address, a struct msghdr and its struct
# iovec.
_NAME = 8
_NAME_SIZE = 256
_MESSAGE = _NAME + _NAME_SIZE
_MESSAGE_SIZE = 28
_VECTOR = _MESSAGE + _MESSAGE_SIZE
_HEAD = 512
_ROOM = 1 << 16
# What a stream gives and takes at once. Other calls get all the room that they ask for, up to the
# door's own limit.
_STREAM = 1 << 18
_MAX_SIZE = 1 << 24
_MAX_ROOMS = 4


class _Room:
    """Bytes that stay where they are."""

    __slots__ = ("size", "view", "at")

    def __init__(self, size):
        self.size = size
        memory = bytearray(_HEAD + size)
        self.at = _door.pin(memory)
        self.view = memoryview(memory)


_rooms = []


def _take(size):
    """A room for so many bytes. It is nobody else's until _give(), whatever code a collection runs."""
    room = _rooms.pop() if _rooms else None
    if room is not None and room.size >= size:
        return room
    if room is not None:
        _door.unpin(room.at)
    return _Room(max(size, _ROOM))


def _give(room):
    if room.size <= _STREAM and len(_rooms) < _MAX_ROOMS:
        _rooms.append(room)
    else:
        _door.unpin(room.at)


# Arguments, with the words of CPython's parser.

def _count(name, args, least, most):
    given = len(args)
    if least <= given <= most:
        return
    if least == most:
        limit, how = least, "exactly"
    elif given < least:
        limit, how = least, "at least"
    else:
        limit, how = most, "at most"
    plural = "" if limit == 1 else "s"
    raise TypeError(f"{name}() takes {how} {limit} argument{plural} ({given} given)")


def _int(value):
    number = _index(value)
    if number > 0x7FFFFFFF:
        raise OverflowError("signed integer is greater than maximum")
    if number < -0x80000000:
        raise OverflowError("signed integer is less than minimum")
    return number


def _fd(value):
    number = _index(value)
    if not -0x80000000 <= number <= 0x7FFFFFFF:
        raise OverflowError("Python int too large to convert to C int")
    return number


def _unsigned(value):
    return _index(value) & 0xFFFFFFFF


def _size(value, negative):
    number = _index(value)
    if not -_sys.maxsize - 1 <= number <= _sys.maxsize:
        raise OverflowError("Python int too large to convert to C ssize_t")
    if number < 0:
        raise ValueError(negative)
    return number


def _type(value):
    return type(value).__name__


def _data(value):
    """The bytes of a buffer, without a copy."""
    if type(value) is bytes:
        return value
    try:
        view = memoryview(value)
    except TypeError:
        raise TypeError(f"a bytes-like object is required, not '{_type(value)}'") from None
    if not view.c_contiguous:
        raise BufferError("memoryview: underlying buffer is not C-contiguous")
    return view.cast("B")


def _writable(value, call):
    try:
        view = memoryview(value)
        if not view.readonly and view.c_contiguous:
            return view.cast("B")
    except TypeError:
        pass
    raise TypeError(f"{call}() argument 1 must be read-write bytes-like object, not {_type(value)}")


def _nanoseconds(seconds):
    """A timeout, -1 for none."""
    if seconds is None:
        return -1
    if isinstance(seconds, float):
        if _math.isnan(seconds):
            raise ValueError("Invalid value NaN (not a number)")
        if not -9.2e18 < seconds * 1e9 < 9.2e18:
            raise OverflowError("timestamp out of range for platform time_t")
        time = _math.ceil(seconds * 1e9) if seconds >= 0 else _math.floor(seconds * 1e9)
    else:
        time = _index(seconds) * 1_000_000_000
        if not -(1 << 63) <= time < 1 << 63:
            raise OverflowError("timestamp too large to convert to C PyTime_t")
    if time < 0:
        raise ValueError("Timeout value out of range")
    if time > _MAX_TIMEOUT:
        raise OverflowError("timeout doesn't fit into C timeval")
    return time


# Errors.

def _error(result):
    """The exception of a call's negative result."""
    return OSError(-result, _os.strerror(-result))


def _checked(result):
    if result < 0:
        raise _error(result)
    return result


def _lookup_error(failure, kind, text):
    status, number = failure
    if number:
        return OSError(number, _os.strerror(number))
    return kind(status, _text(text(status)))


_kinds = {"TypeError": TypeError, "RangeError": OverflowError, "OSError": OSError}


def _refused(words):
    """The exception of what the codec says to an address."""
    kind, _, text = words.partition(": ")
    return _kinds[kind](text)


# Text: the door has names as the system has them, a character a byte.

def _octets(data):
    return bytes(data).decode("latin-1")


def _text(octets):
    return _os.fsdecode(octets.encode("latin-1"))


def _plain(value):
    """A value of JavaScript's: arrays are tuples, typed arrays bytes."""
    if isinstance(value, _JsProxy):
        value = value.to_py()
    if isinstance(value, list):
        return tuple(map(_plain, value))
    if isinstance(value, memoryview):
        return bytes(value)
    return value


def _idna(value, call):
    """A host as the functions of names take it: text by IDNA, or bytes."""
    if isinstance(value, str):
        value = value.encode("idna")
    elif not isinstance(value, (bytes, bytearray)):
        raise TypeError(f"{call}() argument 1 must be str, bytes or bytearray, not {_type(value)}")
    if 0 in value:
        raise TypeError(f"{call}() argument 1 must be encoded string without null bytes, not {_type(value)}")
    return _octets(value)


def _host(value):
    """The same of an address, whose ASCII is not looked at."""
    if isinstance(value, str):
        if not value.isascii():
            try:
                value = value.encode("idna")
            except UnicodeError:
                raise TypeError("encoding of hostname failed") from None
        else:
            value = value.encode()
    elif not isinstance(value, (bytes, bytearray)):
        raise TypeError(f"str, bytes or bytearray expected, not {_type(value)}")
    if 0 in value:
        raise TypeError("host name must not contain null character")
    return _octets(value)


def _c_string(value):
    """An argument of C's, which ends at its first zero."""
    return value.split("\0", 1)[0]


def _string(value, call, place=None):
    if not isinstance(value, str):
        where = "argument" if place is None else f"argument {place}"
        raise TypeError(f"{call}() {where} must be str, not {_type(value)}")
    if "\0" in value:
        raise ValueError("embedded null character")
    return _octets(value.encode())


# Addresses.

def _parts(address, least, most, words):
    if not least <= len(address) <= most:
        raise TypeError(words)
    return address


def _tuple(address, call, family):
    if not isinstance(address, tuple):
        raise TypeError(f"{call}(): {family} address must be tuple, not {_type(address)}")
    return address


def _port(value, call):
    port = _index(value)
    if not 0 <= port <= 0xFFFF:
        raise OverflowError(f"{call}(): port must be 0-65535.")
    return port


def _interface(name, words):
    name = _os.fsencode(name)
    if len(name) > 15:
        raise OSError(words)
    return _os.fsdecode(name)


def _inet_parts(address, family, call):
    _tuple(address, call, "AF_INET")
    host, port = _parts(address, 2, 2, "AF_INET address must be a pair (host, port)")
    return _host(host), _port(port, call)


def _inet6_parts(address, family, call):
    _tuple(address, call, "AF_INET6")
    words = "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
    host, port, *rest = _parts(address, 2, 4, words)
    host = _host(host)
    port = _port(port, call)
    rest = [_unsigned(value) for value in rest]
    if rest and rest[0] > 0xFFFFF:
        raise OverflowError(f"{call}(): flowinfo must be 0-1048575.")
    return host, port, *rest


def _unix_parts(address, family, call):
    path = bytes(_data(_os.fsencode(address) if isinstance(address, str) else address))
    # A path ends at its first zero, an abstract name does not.
    return path if path[:1] == b"\0" else path.split(b"\0", 1)[0]


def _netlink_parts(address, family, call):
    _tuple(address, call, "AF_NETLINK")
    return tuple(map(_unsigned, _parts(address, 2, 2, "AF_NETLINK address must be a pair (pid, groups)")))


def _qipcrtr_parts(address, family, call):
    _tuple(address, call, "AF_QIPCRTR")
    return tuple(map(_unsigned, _parts(address, 2, 2, "AF_QIPCRTR address must be a pair (node, port)")))


def _vsock_parts(address, family, call):
    if not isinstance(address, tuple):
        raise TypeError(f"getsockaddrarg: AF_VSOCK address must be tuple, not {_type(address)}")
    _count("getsockaddrarg", address, 2, 2)
    return tuple(map(_unsigned, address))


def _packet_parts(address, family, call):
    _tuple(address, call, "AF_PACKET")
    name, proto, *rest = _parts(address, 2, 5, "AF_PACKET address must be a tuple of two to five elements")
    if not isinstance(name, str):
        raise TypeError(f"argument 1 must be str, not {_type(name)}")
    proto = _int(proto)
    numbers = [_int(value) for value in rest[:2]]
    octets = [bytes(_data(value)) for value in rest[2:]]
    if octets and len(octets[0]) > 8:
        raise ValueError("Hardware address must be 8 bytes or less")
    if not 0 <= proto <= 0xFFFF:
        raise OverflowError(f"{call}(): proto must be 0-65535.")
    return name[:15], proto, *numbers, *octets


def _can_parts(address, protocol, call):
    _tuple(address, call, "AF_CAN")
    too_long = "AF_CAN interface name too long"
    if protocol == CAN_ISOTP:
        words = "AF_CAN address must be a tuple (interface, rx_id, tx_id)"
        name, rx, tx = _parts(address, 3, 3, words)
        return _interface(name, too_long), _unsigned(rx), _unsigned(tx)
    if protocol == CAN_J1939:
        words = "AF_CAN address must be a tuple (interface, name, pgn, addr)"
        name, own, group, octet = _parts(address, 4, 4, words)
        return _interface(name, too_long), _index(own) % 2**64, _unsigned(group), _index(octet) % 256
    if protocol not in (CAN_RAW, CAN_BCM):
        raise OSError(f"{call}(): unsupported CAN protocol")
    (name,) = _parts(address, 1, 1, "AF_CAN address must be a tuple (interface, )")
    return (_interface(name, too_long),)


def _tipc_parts(address, family, call):
    _tuple(address, call, "AF_TIPC")
    words = "AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])"
    kind, *rest = map(_unsigned, _parts(address, 4, 5, words))
    if kind not in (TIPC_ADDR_NAMESEQ, TIPC_ADDR_NAME, TIPC_ADDR_ID):
        raise TypeError("Invalid address type")
    return kind, *rest


def _alg_parts(address, family, call):
    _tuple(address, call, "AF_ALG")
    words = "AF_ALG address must be a tuple (type, name[, feat[, mask]])"
    kind, name, *rest = _parts(address, 2, 4, words)
    kind = _string(kind, call, 1)
    name = _string(name, call, 2)
    if len(kind) > 14:
        raise ValueError("AF_ALG type too long.")
    if len(name) > 64:
        raise ValueError("AF_ALG name too long.")
    return kind, name, *map(_unsigned, rest)


# By family: what checks an address, and gives its parts. Other families' are checked by the codec.
_checks = {
    AF_INET: _inet_parts,
    AF_RDS: _inet_parts,
    AF_INET6: _inet6_parts,
    AF_UNIX: _unix_parts,
    AF_NETLINK: _netlink_parts,
    AF_QIPCRTR: _qipcrtr_parts,
    AF_VSOCK: _vsock_parts,
    AF_PACKET: _packet_parts,
    AF_CAN: _can_parts,
    AF_TIPC: _tipc_parts,
    AF_ALG: _alg_parts,
}


def _js(value):
    """A part of an address as JavaScript has it."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    try:
        return _to_js(bytes(memoryview(value)))
    except TypeError:
        raise TypeError(f"an address holds no {_type(value)}") from None


# Addresses with numeric hosts, both ways: most sockets talk to few peers.
_MAX_KNOWN = 256
_encoded = {}
_decoded = {}


def _remember(known, key, value):
    if len(known) >= _MAX_KNOWN:
        known.clear()
    known[key] = value


def _encode(sock, address, room, call):
    """Puts an address into a room. Returns its length."""
    family, protocol = sock._family, sock._proto
    check = _checks.get(family)
    if check is not None:
        address = check(address, protocol if family == AF_CAN else family, call)
    return _encode_parts(family, protocol, address, room)


def _encode_parts(family, protocol, address, room):
    at = room.at + _NAME
    if family not in (AF_INET, AF_INET6, AF_RDS):
        return _written(_encode_values(family, protocol, at, address))
    key = (family, address)
    known = _encoded.get(key)
    if known is not None:
        room.view[_NAME:_NAME + len(known)] = known
        return len(known)
    length = _encode_values(family, protocol, at, address)
    if length == _UNRESOLVED:
        numeric = _resolve(address[0], AF_INET if family == AF_RDS else family)
        return _written(_encode_values(family, protocol, at, (numeric, *address[1:])))
    _written(length)
    if "%" not in address[0]:
        _remember(_encoded, key, bytes(room.view[_NAME:_NAME + length]))
    return length


def _encode_values(family, protocol, at, address):
    if isinstance(address, tuple):
        return _encode_address(family, protocol, at, True, *map(_js, address))
    return _encode_address(family, protocol, at, False, _js(address))


def _written(length):
    if isinstance(length, str):
        raise _refused(length)
    return _checked(length)


def _decode(family, protocol, room, length):
    """The address in a room; None where there is none."""
    if length == 0:
        return None
    length = min(length, _NAME_SIZE)
    key = (family, protocol, bytes(room.view[_NAME:_NAME + length]))
    address = _decoded.get(key)
    if address is None:
        address = _plain(_decode_address(room.at + _NAME, length, family, protocol))
        # Those of other families may hold names of interfaces, which change.
        if family in (AF_INET, AF_INET6):
            _remember(_decoded, key, address)
    return address


def _resolve(host, family):
    """The numeric form of an address's host."""
    if host in ("<broadcast>", "255.255.255.255"):
        if family not in (AF_INET, AF_UNSPEC):
            raise OSError("address family mismatched")
        return "255.255.255.255"
    found = _plain(_door.lookup(host, family))
    if isinstance(found, tuple):
        raise _lookup_error(found, gaierror, _door.gai_strerror)
    return found


# Waiting.

def _ready(number, events, deadline):
    """Waits until a descriptor is ready; False after the deadline, at which it looks once."""
    while True:
        left = max(0, deadline - _time.monotonic_ns())
        found = _wait(number, events, min(-(-left // 1_000_000), _SLICE))
        if found > 0:
            return True
        if found < 0:
            raise _error(found)
        if left == 0:
            return False


class socket:
    """socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object

Open a socket of the given type.  The family argument specifies the
address family; it defaults to AF_INET.  The type argument specifies
whether this is a stream (SOCK_STREAM, this is the default)
or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,
specifying the default protocol.  Keyword arguments are accepted.
The socket is created as non-inheritable.

When a fileno is passed in, family, type and proto are auto-detected,
unless they are explicitly set.

A socket object represents one endpoint of a network connection."""

    # The timeout is in nanoseconds, -1 for none.
    __slots__ = ("_fd", "_family", "_type", "_proto", "_timeout")

    def __new__(cls, *args, **keywords):
        self = object.__new__(cls)
        self._fd = self._timeout = -1
        self._family = self._type = self._proto = 0
        return self

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        family, type, proto = _fd(family), _fd(type), _fd(proto)
        _sys.audit("socket.__new__", self, family, type, proto)
        if fileno is None:
            family = AF_INET if family == -1 else family
            type = SOCK_STREAM if type == -1 else type
            proto = 0 if proto == -1 else proto
            number = _checked(_door.socket(family, type | SOCK_CLOEXEC, proto))
        else:
            number = _fd(fileno)
            family, type, proto = _detect(number, family, type, proto)
        self._fd = number
        self._family = family
        self._type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)
        self._proto = proto
        if type & SOCK_NONBLOCK:
            self._timeout = 0
        else:
            self._timeout = _default_timeout
            if _default_timeout >= 0:
                _checked(_set_nonblocking(number, True))

    @property
    def family(self):
        "the socket family"
        return self._family

    @property
    def type(self):
        "the socket type"
        return self._type

    @property
    def proto(self):
        "the socket protocol"
        return self._proto

    @property
    def timeout(self):
        "the socket timeout"
        return self.gettimeout()

    def __repr__(self):
        return (f"<socket object, fd={self._fd}, family={self._family}, "
                f"type={self._type}, proto={self._proto}>")

    def __del__(self):
        if self._fd < 0:
            return
        try:
            _warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=2, source=self)
        finally:
            number, self._fd = self._fd, -1
            if number >= 0:
                _close(number)

    def fileno(self):
        """fileno() -> integer

Return the integer file descriptor of the socket."""
        return self._fd

    def detach(self):
        """detach()

Close the socket object without closing the underlying file descriptor.
The object cannot be used after this call, but the file descriptor
can be reused for other purposes.  The file descriptor is returned."""
        number, self._fd = self._fd, -1
        return number

    def close(self):
        """close()

Close the socket.  It cannot be used after this call."""
        number, self._fd = self._fd, -1
        if number >= 0:
            close(number)

    # Modes.

    def setblocking(self, flag, /):
        """setblocking(flag)

Set the socket to blocking (flag is true) or non-blocking (false).
setblocking(True) is equivalent to settimeout(None);
setblocking(False) is equivalent to settimeout(0.0)."""
        self._set_timeout(-1 if flag else 0)

    def getblocking(self):
        """getblocking()

Returns True if socket is in blocking mode, or False if it
is in non-blocking mode."""
        return self._timeout != 0

    def settimeout(self, timeout, /):
        """settimeout(timeout)

Set a timeout on socket operations.  'timeout' can be a float,
giving in seconds, or None.  Setting a timeout of None disables
the timeout feature and is equivalent to setblocking(1).
Setting a timeout of zero is the same as setblocking(0)."""
        self._set_timeout(_nanoseconds(timeout))

    def gettimeout(self):
        """gettimeout() -> timeout

Returns the timeout in seconds (float) associated with socket
operations. A timeout of None indicates that timeouts on socket
operations are disabled."""
        return None if self._timeout < 0 else self._timeout / 1e9

    def _set_timeout(self, timeout):
        self._timeout = timeout
        _checked(_set_nonblocking(self._fd, timeout >= 0))

    def _deadline(self):
        """When a call that begins now must end; None where it does not wait here."""
        return _time.monotonic_ns() + self._timeout if self._timeout > 0 else None

    def _perform(self, events, deadline, call, *args):
        while True:
            if deadline is not None and not _ready(self._fd, events, deadline):
                raise TimeoutError("timed out")
            result = call(self._fd, *args)
            if result >= 0:
                return result
            if result != -_errno.EAGAIN or deadline is None:
                raise _error(result)

    # Names and connections.

    def bind(self, address, /):
        """bind(address)

Bind the socket to a local address.  For IP sockets, the address is a
pair (host, port); the host must refer to the local host. For raw packet
sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])"""
        room = _take(0)
        try:
            length = _encode(self, address, room, "bind")
            _sys.audit("socket.bind", self, address)
            _checked(_bind(self._fd, room.at + _NAME, length))
        finally:
            _give(room)

    def connect(self, address, /):
        """connect(address)

Connect the socket to a remote address.  For IP sockets, the address
is a pair (host, port)."""
        result = self._connect(address, "connect")
        if result is None:
            raise TimeoutError("timed out")
        if result:
            raise OSError(result, _os.strerror(result))

    def connect_ex(self, address, /):
        """connect_ex(address) -> errno

This is like connect(address), but returns an error code (the errno value)
instead of raising an exception when an error occurs."""
        result = self._connect(address, "connect_ex")
        return _errno.EAGAIN if result is None else result

    def _connect(self, address, call):
        """The errno of a connection, None where its time has run out."""
        room = _take(0)
        try:
            length = _encode(self, address, room, call)
            _sys.audit("socket.connect", self, address)
            deadline = self._deadline()
            result = -_connect(self._fd, room.at + _NAME, length)
        finally:
            _give(room)
        if result != _errno.EINPROGRESS or deadline is None:
            return result
        if not _ready(self._fd, _POLLOUT, deadline):
            return None
        result = self.getsockopt(SOL_SOCKET, SO_ERROR)
        return 0 if result == _errno.EISCONN else result

    def listen(self, *args):
        """listen([backlog])

Enable a server to accept connections.  If backlog is specified, it must be
at least 0 (if it is lower, it is set to 0); it specifies the number of
unaccepted connections that the system will allow before refusing new
connections. If not specified, a default reasonable value is chosen."""
        _count("listen", args, 0, 1)
        backlog = _int(args[0]) if args else min(SOMAXCONN, 128)
        _checked(_listen(self._fd, max(0, backlog)))

    def _accept(self):
        """_accept() -> (integer, address info)

Wait for an incoming connection.  Return a new socket file descriptor
representing the connection, and the address of the client.
For IP sockets, the address info is a pair (hostaddr, port)."""
        room = _take(0)
        try:
            _struct.pack_into("<I", room.view, 0, _NAME_SIZE)
            number = self._perform(_POLLIN, self._deadline(), _accept, room.at + _NAME, room.at)
            return number, self._name(room)
        finally:
            _give(room)

    def getsockname(self):
        """getsockname() -> address info

Return the address of the local endpoint. The format depends on the
address family. For IPv4 sockets, the address info is a pair
(hostaddr, port). For IPv6 sockets, the address info is a 4-tuple
(hostaddr, port, flowinfo, scope_id)."""
        return self._ask_name(_door.getsockname)

    def getpeername(self):
        """getpeername() -> address info

Return the address of the remote endpoint.  For IP sockets, the address
info is a pair (hostaddr, port)."""
        return self._ask_name(_door.getpeername)

    def _ask_name(self, call):
        room = _take(0)
        try:
            _struct.pack_into("<I", room.view, 0, _NAME_SIZE)
            _checked(call(self._fd, room.at + _NAME, room.at))
            return self._name(room)
        finally:
            _give(room)

    def _name(self, room):
        return _decode(self._family, self._proto, room, _struct.unpack_from("<I", room.view)[0])

    def shutdown(self, how, /):
        """shutdown(flag)

Shut down the reading side of the socket (flag == SHUT_RD), the writing side
of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR)."""
        _checked(_door.shutdown(self._fd, _int(how)))

    # Options.

    def getsockopt(self, *args):
        """getsockopt(level, option[, buffersize]) -> value

Get a socket option.  See the Unix manual for level and option.
If a nonzero buffersize argument is given, the return value is a
string of that length; otherwise it is an integer."""
        _count("getsockopt", args, 2, 3)
        level, option, size = (*map(_int, args), 0)[:3]
        if not 0 <= size <= 1024:
            raise OSError("getsockopt buflen out of range")
        number = "<Q" if self._family == AF_VSOCK else "<i"
        room = _take(1024)
        try:
            wanted = size or _struct.calcsize(number)
            room.view[_HEAD:_HEAD + 8] = bytes(8)
            _struct.pack_into("<I", room.view, 0, wanted)
            _checked(_getsockopt(self._fd, level, option, room.at + _HEAD, room.at))
            if size == 0:
                return _struct.unpack_from(number, room.view, _HEAD)[0]
            length = _struct.unpack_from("<I", room.view)[0]
            return bytes(room.view[_HEAD:_HEAD + length])
        finally:
            _give(room)

    def setsockopt(self, *args):
        """setsockopt(level, option, value: int)
setsockopt(level, option, value: buffer)
setsockopt(level, option, None, optlen: int)

Set a socket option.  See the Unix manual for level and option.
The value argument can either be an integer, a string buffer, or
None, optlen."""
        if len(args) == 4 and args[2] is None and hasattr(args[3], "__index__"):
            level, option, length = _int(args[0]), _int(args[1]), _unsigned(args[3])
            _checked(_setsockopt(self._fd, level, option, 0, length))
            return
        _count("setsockopt", args, 3, 3)
        level, option, value = _int(args[0]), _int(args[1]), args[2]
        data = self._number(value)
        data = _data(value) if data is None else data
        room = _take(len(data))
        try:
            room.view[_HEAD:_HEAD + len(data)] = data
            _checked(_setsockopt(self._fd, level, option, room.at + _HEAD, len(data)))
        finally:
            _give(room)

    def _number(self, value):
        """The bytes of an option that is a number; None for what is none, or too large."""
        if not hasattr(value, "__index__"):
            return None
        number = _index(value)
        if self._family == AF_VSOCK:
            return _struct.pack("<Q", number % 2**64)
        return _struct.pack("<i", number) if -0x80000000 <= number <= 0x7FFFFFFF else None

    # Data.

    def recv(self, *args):
        """recv(buffersize[, flags]) -> data

Receive up to buffersize bytes from the socket.  For the optional flags
argument, see the Unix manual.  When no data is available, block until
at least one byte is available or until the remote end is closed.  When
the remote end is closed and all data is read, return the empty string."""
        _count("recv", args, 1, 2)
        size = _size(args[0], "negative buffersize in recv")
        flags = _int(args[1]) if len(args) > 1 else 0
        if size == 0:
            return b""
        room = _take(self._limit(size, flags))
        try:
            count = self._receive(room, size, flags, 0, 0)
            return bytes(room.view[_HEAD:_HEAD + count])
        finally:
            _give(room)

    def recv_into(self, buffer, nbytes=0, flags=0):
        """recv_into(buffer, [nbytes[, flags]]) -> nbytes_read

A version of recv() that stores its data into a buffer rather than creating
a new string.  Receive up to buffersize bytes from the socket.  If buffersize
is not specified (or 0), receive up to the size available in the given buffer.

See recv() for documentation about the flags."""
        view = _writable(buffer, "recv_into")
        size = _size(nbytes, "negative buffersize in recv_into") or len(view)
        flags = _int(flags)
        if size > len(view):
            raise ValueError("buffer too small for requested bytes")
        if size == 0:
            return 0
        room = _take(self._limit(size, flags))
        try:
            count = self._receive(room, size, flags, 0, 0)
            # MSG_TRUNC gives a message's whole length.
            moved = min(count, size)
            view[:moved] = room.view[_HEAD:_HEAD + moved]
            return count
        finally:
            _give(room)

    def recvfrom(self, *args):
        """recvfrom(buffersize[, flags]) -> (data, address info)

Like recv(buffersize, flags) but also return the sender's address info."""
        _count("recvfrom", args, 1, 2)
        size = _size(args[0], "negative buffersize in recvfrom")
        flags = _int(args[1]) if len(args) > 1 else 0
        room = _take(self._limit(size, flags))
        try:
            count = self._receive_named(room, size, flags)
            return bytes(room.view[_HEAD:_HEAD + count]), self._name(room)
        finally:
            _give(room)

    def recvfrom_into(self, buffer, nbytes=0, flags=0):
        """recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)

Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info."""
        view = _writable(buffer, "recvfrom_into")
        size = _size(nbytes, "negative buffersize in recvfrom_into") or len(view)
        flags = _int(flags)
        if size > len(view):
            raise ValueError("nbytes is greater than the length of the buffer")
        room = _take(self._limit(size, flags))
        try:
            count = self._receive_named(room, size, flags)
            moved = min(count, size)
            view[:moved] = room.view[_HEAD:_HEAD + moved]
            return count, self._name(room)
        finally:
            _give(room)

    def _limit(self, size, flags):
        """How much of `size` is moved at once."""
        stream = self._type == SOCK_STREAM and not flags & MSG_WAITALL
        return min(size, _STREAM if stream else _MAX_SIZE)

    def _receive(self, room, size, flags, name, length):
        size = min(size, room.size)
        return self._perform(_POLLIN, self._deadline(), _recvfrom, room.at + _HEAD, size, flags, name, length)

    def _receive_named(self, room, size, flags):
        _struct.pack_into("<I", room.view, 0, _NAME_SIZE)
        return self._receive(room, size, flags, room.at + _NAME, room.at)

    def send(self, *args):
        """send(data[, flags]) -> count

Send a data string to the socket.  For the optional flags
argument, see the Unix manual.  Return the number of bytes
sent; this may be less than len(data) if the network is busy."""
        _count("send", args, 1, 2)
        data = _data(args[0])
        flags = _int(args[1]) if len(args) > 1 else 0
        return self._send(data, flags, self._deadline(), _MAX_SIZE)

    def sendall(self, *args):
        """sendall(data[, flags])

Send a data string to the socket.  For the optional flags
argument, see the Unix manual.  This calls send() repeatedly
until all data is sent.  If an error occurs, it's impossible
to tell how much data has been sent."""
        _count("sendall", args, 1, 2)
        data = memoryview(_data(args[0]))
        flags = _int(args[1]) if len(args) > 1 else 0
        deadline = self._deadline()
        done = 0
        while True:
            done += self._send(data[done:], flags, deadline, _STREAM)
            if done >= len(data):
                return
            if deadline is not None and _time.monotonic_ns() >= deadline:
                raise TimeoutError("timed out")

    def _send(self, data, flags, deadline, limit):
        size = min(len(data), limit) if self._type == SOCK_STREAM else len(data)
        room = _take(size)
        try:
            room.view[_HEAD:_HEAD + size] = data[:size]
            return self._perform(_POLLOUT, deadline, _sendto, room.at + _HEAD, size, flags, 0, 0)
        finally:
            _give(room)

    def sendto(self, *args):
        """sendto(data[, flags], address) -> count

Like send(data, flags) but allows specifying the destination address.
For IP sockets, the address is a pair (hostaddr, port)."""
        if not 2 <= len(args) <= 3:
            raise TypeError(f"sendto() takes 2 or 3 arguments ({len(args)} given)")
        data = _data(args[0])
        flags = _int(args[1]) if len(args) == 3 else 0
        address = args[-1]
        room = _take(len(data))
        try:
            length = _encode(self, address, room, "sendto")
            _sys.audit("socket.sendto", self, address)
            room.view[_HEAD:_HEAD + len(data)] = data
            return self._perform(_POLLOUT, self._deadline(), _sendto, room.at + _HEAD, len(data), flags,
                                 room.at + _NAME, length)
        finally:
            _give(room)

    # Messages.

    def sendmsg(self, *args):
        """sendmsg(buffers[, ancdata[, flags[, address]]]) -> count

Send normal and ancillary data to the socket, gathering the
non-ancillary data from a series of buffers and concatenating it into
a single message.  The buffers argument specifies the non-ancillary
data as an iterable of bytes-like objects (e.g. bytes objects).
The ancdata argument specifies the ancillary data (control messages)
as an iterable of zero or more tuples (cmsg_level, cmsg_type,
cmsg_data), where cmsg_level and cmsg_type are integers specifying the
protocol level and protocol-specific type respectively, and cmsg_data
is a bytes-like object holding the associated data.  The flags
argument defaults to 0 and has the same meaning as for send().  If
address is supplied and not None, it sets a destination address for
the message.  The return value is the number of bytes of non-ancillary
data sent."""
        _count("sendmsg", args, 1, 4)
        data = _gathered(args[0], "sendmsg")
        items = args[1] if len(args) > 1 else ()
        flags = _int(args[2]) if len(args) > 2 else 0
        address = args[3] if len(args) > 3 else None
        return self._send_message(data, _control(items), flags, address)

    def sendmsg_afalg(self, msg=(), *, op=None, iv=None, assoclen=None, flags=0):
        """sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])

Set operation mode, IV and length of associated data for an AF_ALG
operation socket."""
        if self._family != AF_ALG:
            raise OSError("algset is only supported for AF_ALG")
        if op is None:
            raise TypeError("op is required")
        op = _int(op)
        if op < 0:
            raise ValueError("op must not be negative")
        items = [(SOL_ALG, ALG_SET_OP, _struct.pack("<i", op))]
        if iv is not None:
            iv = bytes(_data(iv))
            items.append((SOL_ALG, ALG_SET_IV, _struct.pack("<I", len(iv)) + iv))
        if assoclen is not None:
            assoclen = _int(assoclen)
            if assoclen < 0:
                raise TypeError("assoclen must be positive")
            items.append((SOL_ALG, ALG_SET_AEAD_ASSOCLEN, _struct.pack("<i", assoclen)))
        return self._send_message(_gathered(msg, "sendmsg_afalg"), _control(items), _int(flags), None)

    def _send_message(self, data, control, flags, address):
        room = _take(len(control) + len(data))
        try:
            length = 0 if address is None else _encode(self, address, room, "sendmsg")
            _sys.audit("socket.sendmsg", self, address)
            start = _HEAD + len(control)
            room.view[_HEAD:start] = control
            room.view[start:start + len(data)] = data
            _lay_out(room, length, len(control), start, len(data))
            return self._perform(_POLLOUT, self._deadline(), _sendmsg, room.at + _MESSAGE, flags)
        finally:
            _give(room)

    def recvmsg(self, *args):
        """recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)

Receive normal data (up to bufsize bytes) and ancillary data from the
socket.  The ancbufsize argument sets the size in bytes of the
internal buffer used to receive the ancillary data; it defaults to 0,
meaning that no ancillary data will be received.  Appropriate buffer
sizes for ancillary data can be calculated using CMSG_SPACE() or
CMSG_LEN(), and items which do not fit into the buffer might be
truncated or discarded.  The flags argument defaults to 0 and has the
same meaning as for recv()."""
        _count("recvmsg", args, 1, 3)
        size, control, flags = (*args, 0, 0)[:3]
        size = _size(size, "negative buffer size in recvmsg()")
        control = _size(control, "invalid ancillary data buffer length")
        return self._receive_message(size, control, _int(flags), bytes)

    def recvmsg_into(self, *args):
        """recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)

Receive normal data and ancillary data from the socket, scattering the
non-ancillary data into a series of buffers.  The buffers argument
must be an iterable of objects that export writable buffers
(e.g. bytearray objects); these will be filled with successive chunks
of the non-ancillary data until it has all been written or there are
no more buffers.  The ancbufsize and flags arguments have the same
meaning as for recvmsg()."""
        _count("recvmsg_into", args, 1, 3)
        buffers, control, flags = (*args, 0, 0)[:3]
        views = _scattered(buffers)
        control = _size(control, "invalid ancillary data buffer length")

        def fill(data):
            done = 0
            for view in views:
                part = data[done:done + len(view)]
                view[:len(part)] = part
                done += len(part)
            return len(data)

        return self._receive_message(sum(map(len, views)), control, _int(flags), fill)

    def _receive_message(self, size, control, flags, take):
        size = self._limit(size, flags)
        if control > _MAX_SIZE:
            raise ValueError("invalid ancillary data buffer length")
        room = _take(control + size)
        try:
            _lay_out(room, _NAME_SIZE, control, _HEAD + control, size)
            count = self._perform(_POLLIN, self._deadline(), _recvmsg, room.at + _MESSAGE, flags)
            header = _struct.unpack_from("<7I", room.view, _MESSAGE)
            items = _items(room.view[_HEAD:_HEAD + header[5]])
            address = _decode(self._family, self._proto, room, header[1])
            start = _HEAD + control
            return take(room.view[start:start + count]), items, header[6], address
        finally:
            _give(room)


def _detect(number, family, type, proto):
    """What a descriptor is, as far as nobody has said it."""
    if number < 0:
        raise ValueError("negative file descriptor")
    room = _take(0)
    try:
        _struct.pack_into("<I", room.view, 0, _NAME_SIZE)
        result = _door.getsockname(number, room.at + _NAME, room.at)
        if result < 0 and (family == -1 or -result in (_errno.EBADF, _errno.ENOTSOCK)):
            raise _error(result)

        def option(name):
            _struct.pack_into("<I", room.view, 0, 4)
            _checked(_getsockopt(number, SOL_SOCKET, name, room.at + _HEAD, room.at))
            return _struct.unpack_from("<i", room.view, _HEAD)[0]

        family = option(SO_DOMAIN) if family == -1 else family
        type = option(SO_TYPE) if type == -1 else type
        proto = option(SO_PROTOCOL) if proto == -1 else proto
        return family, type, proto
    finally:
        _give(room)


def _lay_out(room, name_length, control_length, start, size):
    """The struct msghdr of a room that has control messages at its head and data at `start`."""
    at = room.at
    _struct.pack_into(
        "<9I", room.view, _MESSAGE,
        at + _NAME if name_length else 0, name_length, at + _VECTOR, 1,
        at + _HEAD if control_length else 0, control_length, 0,
        at + start, size)


def _gathered(buffers, call):
    try:
        parts = list(buffers)
    except TypeError:
        raise TypeError(f"{call}() argument 1 must be an iterable") from None
    return b"".join([_data(part) for part in parts])


def _scattered(buffers):
    try:
        parts = list(buffers)
    except TypeError:
        raise TypeError("recvmsg_into() argument 1 must be an iterable") from None
    views = []
    for part in parts:
        try:
            views.append(_writable(part, "recvmsg_into"))
        except TypeError:
            words = "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers"
            raise TypeError(words) from None
    return views


def _control(items):
    """Control messages as this system has them: struct cmsghdr, data, and what fills a word."""
    try:
        items = list(items)
    except TypeError:
        raise TypeError("sendmsg() argument 2 must be an iterable") from None
    out = b""
    for item in items:
        what = "[sendmsg() ancillary data items]() argument must be "
        try:
            given = len(item)
            parts = list(item)
        except TypeError:
            raise TypeError(f"{what}3-item sequence, not {_type(item)}") from None
        if given != 3:
            raise TypeError(f"{what}sequence of length 3, not {given}")
        level, kind, data = _int(parts[0]), _int(parts[1]), bytes(_data(parts[2]))
        head = _struct.pack("<Iii", CMSG_LEN(len(data)), level, kind)
        out += (head + data).ljust(CMSG_SPACE(len(data)), b"\0")
    return out


def _items(control):
    """Control messages that have come, each as far as it is there."""
    items = []
    head = CMSG_LEN(0)
    at = 0
    while at + head <= len(control):
        length, level, kind = _struct.unpack_from("<Iii", control, at)
        if length < head:
            break
        items.append((level, kind, bytes(control[at + head:at + length])))
        at += CMSG_SPACE(length - head)
    return items


SocketType = socket
_default_timeout = -1


def getdefaulttimeout():
    """getdefaulttimeout() -> timeout

Returns the default timeout in seconds (float) for new socket objects.
A value of None indicates that new socket objects have no timeout.
When the socket module is first imported, the default is None."""
    return None if _default_timeout < 0 else _default_timeout / 1e9


def setdefaulttimeout(timeout, /):
    """setdefaulttimeout(timeout)

Set the default timeout in seconds (float) for new socket objects.
A value of None indicates that new socket objects have no timeout.
When the socket module is first imported, the default is None."""
    global _default_timeout
    _default_timeout = _nanoseconds(timeout)


def close(fd, /):
    """close(integer) -> None

Close an integer socket file descriptor.  This is like os.close(), but for
sockets; on some platforms os.close() won't work for socket file descriptors."""
    result = _close(_fd(fd))
    if result < 0 and result != -_errno.ECONNRESET:
        raise _error(result)


def dup(fd, /):
    """dup(integer) -> integer

Duplicate an integer socket file descriptor.  This is like os.dup(), but for
sockets; on some platforms os.dup() won't work for socket file descriptors."""
    return _os.dup(_fd(fd))


def socketpair(*args):
    """socketpair([family[, type [, proto]]]) -> (socket object, socket object)

Create a pair of socket objects from the sockets returned by the platform
socketpair() function.
The arguments are the same as for socket() except the default family is
AF_UNIX if defined on the platform; otherwise, the default is AF_INET."""
    _count("socketpair", args, 0, 3)
    family, type, proto = (*map(_int, args), *(AF_UNIX, SOCK_STREAM, 0)[len(args):])
    room = _take(0)
    try:
        _checked(_door.socketpair(family, type | SOCK_CLOEXEC, proto, room.at))
        first, second = _struct.unpack_from("<2i", room.view)
    finally:
        _give(room)
    return socket(family, type, proto, first), socket(family, type, proto, second)


# Names.

def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    """getaddrinfo(host, port [, family, type, proto, flags])
    -> list of (family, type, proto, canonname, sockaddr)

Resolve host and port into addrinfo struct."""
    family, type, proto, flags = map(_int, (family, type, proto, flags))
    node = None
    if isinstance(host, str):
        node = _c_string(_octets(host.encode("idna")))
    elif isinstance(host, bytes):
        node = _c_string(_octets(host))
    elif host is not None:
        raise TypeError("getaddrinfo() argument 1 must be string or None")
    service = None
    if isinstance(port, int):
        service = str(int(port))
    elif isinstance(port, str):
        service = _c_string(_octets(port.encode()))
    elif isinstance(port, bytes):
        service = _c_string(_octets(port))
    elif port is not None:
        raise OSError("Int or String expected")
    _sys.audit("socket.getaddrinfo", host, port, family, type, proto)
    found = _found(_door.getaddrinfo(node, service, family, type, proto, flags), gaierror)
    return [(*row[:3], row[3].encode("latin-1").decode(), row[4]) for row in found]


def _found(answer, kind):
    """What a resolver has found, or its exception."""
    found = _plain(answer)
    if found and isinstance(found[0], int):
        raise _lookup_error(found, kind, _door.gai_strerror if kind is gaierror else _door.hstrerror)
    return found


def getnameinfo(*args):
    """getnameinfo(sockaddr, flags) --> (host, port)

Get host and port for a sockaddr."""
    _count("getnameinfo", args, 2, 2)
    address, flags = args[0], _int(args[1])
    if not isinstance(address, tuple):
        # The traceback of a C function holds no arguments.
        del address, args
        raise TypeError("getnameinfo() argument 1 must be a tuple")
    illegal = "getnameinfo(): illegal sockaddr argument"
    host, port, flowinfo, scope = (*_parts(address, 2, 4, illegal), 0, 0)[:4]
    if not isinstance(host, str):
        raise TypeError(illegal)
    if "\0" in host:
        raise ValueError("embedded null character")
    port, flowinfo, scope = _int(port), _unsigned(flowinfo), _unsigned(scope)
    if flowinfo > 0xFFFFF:
        raise OverflowError("getnameinfo(): flowinfo must be 0-1048575.")
    _sys.audit("socket.getnameinfo", address)
    answer = _door.getnameinfo(_octets(host.encode()), str(port), flowinfo, scope, len(address), flags)
    if isinstance(answer, str):
        raise OSError(answer)
    node, service = _found(answer, gaierror)
    return _text(node), _text(service)


def gethostbyname(*args):
    """gethostbyname(host) -> address

Return the IP address (a string of the form '255.255.255.255') for a host."""
    _count("gethostbyname", args, 1, 1)
    name = _idna(args[0], "gethostbyname")
    _sys.audit("socket.gethostbyname", args[0])
    return _numeric(name, AF_INET)


def gethostbyname_ex(*args):
    """gethostbyname_ex(host) -> (name, aliaslist, addresslist)

Return the true host name, a list of aliases, and a list of IP addresses,
for a host.  The host argument is a string giving a host name or IP number."""
    _count("gethostbyname_ex", args, 1, 1)
    name = _idna(args[0], "gethostbyname_ex")
    _sys.audit("socket.gethostbyname", args[0])
    _numeric(name, AF_INET)
    return _entry(_door.gethostbyname(name))


def gethostbyaddr(*args):
    """gethostbyaddr(host) -> (name, aliaslist, addresslist)

Return the true host name, a list of aliases, and a list of IP addresses,
for a host.  The host argument is a string giving a host name or IP number."""
    _count("gethostbyaddr", args, 1, 1)
    name = _idna(args[0], "gethostbyaddr")
    _sys.audit("socket.gethostbyaddr", args[0])
    numeric = _numeric(name, AF_UNSPEC)
    return _entry(_door.gethostbyaddr(numeric))


def _numeric(name, family):
    if name == "":
        return "0.0.0.0" if family == AF_INET else "::"
    return _resolve(name, family)


def _entry(answer):
    name, aliases, addresses = _found(answer, herror)
    return _text(name), [_text(alias) for alias in aliases], list(addresses)


def gethostname():
    """gethostname() -> string

Return the current host name."""
    _sys.audit("socket.gethostname")
    name = _door.gethostname()
    return _text(name if isinstance(name, str) else _checked(name))


def sethostname(*args):
    """sethostname(name)

Sets the hostname to name."""
    _count("sethostname", args, 1, 1)
    name = args[0] if isinstance(args[0], bytes) else _os.fsencode(args[0])
    if 0 in name:
        raise ValueError("embedded null byte")
    _sys.audit("socket.sethostname", args[0])
    _checked(_door.sethostname(_octets(name)))


def getservbyname(*args):
    """getservbyname(servicename[, protocolname]) -> integer

Return a port number from a service name and protocol name.
The optional protocol name, if given, should be 'tcp' or 'udp',
otherwise any protocol will match."""
    _count("getservbyname", args, 1, 2)
    name = _string(args[0], "getservbyname", 1)
    protocol = _string(args[1], "getservbyname", 2) if len(args) > 1 else None
    _sys.audit("socket.getservbyname", args[0], args[1] if len(args) > 1 else "")
    port = _door.getservbyname(name, protocol)
    if port == -_errno.ENOENT:
        raise OSError("service/proto not found")
    return _checked(port)


def getservbyport(*args):
    """getservbyport(port[, protocolname]) -> string

Return the service name from a port number and protocol name.
The optional protocol name, if given, should be 'tcp' or 'udp',
otherwise any protocol will match."""
    _count("getservbyport", args, 1, 2)
    port = _int(args[0])
    protocol = _string(args[1], "getservbyport", 2) if len(args) > 1 else None
    if not 0 <= port <= 0xFFFF:
        raise OverflowError("getservbyport: port must be 0-65535.")
    _sys.audit("socket.getservbyport", port, args[1] if len(args) > 1 else "")
    name = _door.getservbyport(port, protocol)
    if name == -_errno.ENOENT:
        raise OSError("port/proto not found")
    return _text(name if isinstance(name, str) else _checked(name))


def getprotobyname(*args):
    """getprotobyname(name) -> integer

Return the protocol number for the named protocol.  (Rarely used.)"""
    _count("getprotobyname", args, 1, 1)
    number = _door.getprotobyname(_string(args[0], "getprotobyname", 1))
    if number == -_errno.ENOENT:
        raise OSError("protocol not found")
    return _checked(number)


def inet_pton(*args):
    """inet_pton(af, ip) -> packed IP address string

Convert an IP address from string format to a packed string suitable
for use with low-level network functions."""
    _count("inet_pton", args, 2, 2)
    family = _int(args[0])
    text = _string(args[1], "inet_pton", 2)
    if family not in (AF_INET, AF_INET6):
        raise _error(-_errno.EAFNOSUPPORT)
    octets = _door.pton(family, text)
    if octets is None:
        raise OSError("illegal IP address string passed to inet_pton")
    return octets.encode("latin-1")


def inet_ntop(*args):
    """inet_ntop(af, packed_ip) -> string formatted IP address

Convert a packed IP address of the given family to string format."""
    _count("inet_ntop", args, 2, 2)
    family = _int(args[0])
    octets = bytes(_data(args[1]))
    if family not in (AF_INET, AF_INET6):
        raise ValueError(f"unknown address family {family}")
    if len(octets) != (4 if family == AF_INET else 16):
        raise ValueError("invalid length of packed IP address string")
    return _door.ntop(family, _octets(octets))


def if_nameindex():
    """if_nameindex()

Returns a list of network interface information (index, name) tuples."""
    rows = _door.if_nameindex()
    if isinstance(rows, int):
        raise _error(rows)
    return [(index, _text(name)) for index, name in _plain(rows)]


def if_nametoindex(*args):
    """if_nametoindex(if_name)

Returns the interface index corresponding to the interface name if_name."""
    _count("if_nametoindex", args, 1, 1)
    name = _os.fsencode(args[0])
    if 0 in name:
        raise ValueError("embedded null byte")
    index = _door.if_nametoindex(_octets(name))
    if index < 0:
        raise OSError("no interface with this name") if index != -_errno.EACCES else _error(index)
    return index


def if_indextoname(index, /):
    """if_indextoname(if_index)

Returns the interface name corresponding to the interface index if_index."""
    if not hasattr(index, "__index__"):
        raise TypeError("an integer is required")
    number = _index(index)
    if number < 0:
        raise OverflowError("can't convert negative value to unsigned int")
    if number > 0xFFFFFFFF:
        raise OverflowError("index is too large")
    name = _door.if_indextoname(number)
    return _text(name if isinstance(name, str) else _checked(name))
