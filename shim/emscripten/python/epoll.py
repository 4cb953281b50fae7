# select.epoll for a Pyodide, whose module select is built without: a class upon its poll(2). It is run in
# a namespace of its own, before what looks for it is imported.
import errno
import importlib
import math
import os
import select
import selectors
import stat
import time

CONSTANTS = {
    "EPOLLIN": 0x1, "EPOLLPRI": 0x2, "EPOLLOUT": 0x4, "EPOLLERR": 0x8, "EPOLLHUP": 0x10,
    "EPOLLRDNORM": 0x40, "EPOLLRDBAND": 0x80, "EPOLLWRNORM": 0x100, "EPOLLWRBAND": 0x200,
    "EPOLLMSG": 0x400, "EPOLLRDHUP": 0x2000, "EPOLLONESHOT": 1 << 30, "EPOLL_CLOEXEC": 0o2000000,
}  # fmt: skip
_ONESHOT = CONSTANTS["EPOLLONESHOT"]
_KNOWN = 0x27DF | _ONESHOT
_DEFAULT = 0x7  # EPOLLIN, EPOLLPRI, EPOLLOUT
_POLLNVAL = 0x20


def _error(number):
    return OSError(number, os.strerror(number))


class epoll:
    """select.epoll([sizehint=-1[, flags=0]])

An epoll object upon poll(2): level-triggered. EPOLLET and EPOLLEXCLUSIVE are EINVAL."""

    def __init__(self, sizehint=-1, flags=0):
        if sizehint < -1 or sizehint == 0:
            raise ValueError("negative sizehint")
        if flags & ~CONSTANTS["EPOLL_CLOEXEC"]:
            raise _error(errno.EINVAL)
        self._poller = select.poll()
        self._events = {}
        self._number = os.open("/dev/null", os.O_RDONLY)

    @classmethod
    def fromfd(cls, fd):
        """There are none but those that were made here."""
        raise _error(errno.EINVAL)

    @property
    def closed(self):
        return self._number < 0

    def _open(self):
        if self.closed:
            raise ValueError("I/O operation on closed epoll object")

    def close(self):
        if not self.closed:
            os.close(self._number)
            self._number = -1

    def fileno(self):
        self._open()
        return self._number

    def __enter__(self):
        self._open()
        return self

    def __exit__(self, *_):
        self.close()

    @staticmethod
    def _number_of(fd):
        number = fd if isinstance(fd, int) else fd.fileno()
        if number < 0:
            raise ValueError(f"file descriptor cannot be a negative integer ({number})")
        return number

    def _set(self, number, eventmask):
        if eventmask & ~_KNOWN:
            raise _error(errno.EINVAL)
        self._events[number] = eventmask
        self._poller.register(number, eventmask & ~_ONESHOT)

    def register(self, fd, eventmask=_DEFAULT):
        """Registers a new fd; OSError where it is registered, or is a file that is always ready."""
        self._open()
        number = self._number_of(fd)
        mode = os.fstat(number).st_mode
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
            raise _error(errno.EPERM)
        if number in self._events and not self._gone(number):
            raise _error(errno.EEXIST)
        self._set(number, eventmask)

    def modify(self, fd, eventmask):
        """Modifies the events of a registered fd."""
        self._open()
        number = self._number_of(fd)
        os.fstat(number)
        if number not in self._events:
            raise _error(errno.ENOENT)
        self._set(number, eventmask)

    def unregister(self, fd):
        """Removes a registered fd."""
        self._open()
        number = self._number_of(fd)
        os.fstat(number)
        if self._events.pop(number, None) is None:
            raise _error(errno.ENOENT)
        self._poller.unregister(number)

    def _gone(self, number):
        """Whether a descriptor has been closed, which takes it out."""
        if all(event != _POLLNVAL for at, event in self._poller.poll(0) if at == number):
            return False
        self._drop(number)
        return True

    def _drop(self, number):
        del self._events[number]
        self._poller.unregister(number)

    def poll(self, timeout=None, maxevents=-1):
        """Waits for events: a list of (fd, events)."""
        self._open()
        if maxevents < -1 or maxevents == 0:
            raise ValueError(f"maxevents must be greater than 0, got {maxevents}")
        forever = timeout is None or timeout < 0
        deadline = math.inf if forever else time.monotonic() + timeout
        while True:
            left = None if forever else math.ceil(max(0, deadline - time.monotonic()) * 1000)
            found = self._poller.poll(left)
            for number, event in found:
                if event == _POLLNVAL:
                    self._drop(number)
            ready = [(number, event) for number, event in found if event != _POLLNVAL]
            if ready or not forever and time.monotonic() >= deadline:
                break
        ready = ready[:maxevents] if maxevents > 0 else ready
        for number, _ in ready:
            if self._events[number] & _ONESHOT:
                self._set(number, 0)
        return ready


if not hasattr(select, "epoll"):
    epoll.__module__ = "select"
    select.epoll = epoll
    for name, value in CONSTANTS.items():
        setattr(select, name, value)
    importlib.reload(selectors)
    # The same without a layer between.
    selectors.DefaultSelector = selectors.PollSelector
