# Puts the module _socket (_socket.py) into a Pyodide that has just been loaded, and tells those modules
# of it that were imported while it started. asyncio gets a loop over sockets, which runs inside
# Pyodide's own: that one counts as running at all times, and has no turn meanwhile.
import asyncio
import contextlib
import functools
import importlib
import os
import sys
import types
from asyncio import base_events, events, runners, selector_events, streams, tasks, unix_events

import _berkeley_sockets
from pyodide.webloop import WebLoop


_CHUNK = 1 << 17


def sendfile(out_fd, in_fd, offset, count):
    """Copy count bytes from file descriptor in_fd to file descriptor out_fd.

Return the number of bytes that were sent; None for the offset is the file's position."""
    size = min(count, _CHUNK)
    data = os.read(in_fd, size) if offset is None else os.pread(in_fd, size, offset)
    sent = 0
    try:
        sent = os.write(out_fd, data)
    finally:
        if offset is None and sent < len(data):
            os.lseek(in_fd, sent - len(data), os.SEEK_CUR)
    return sent


def replace_socket():
    """`_socket` anew, `socket` run again with it; whoever has taken names out of that gets the new ones."""
    import socket

    before = dict(vars(socket))
    module = types.ModuleType("_socket")
    exec(compile(_berkeley_sockets.moduleSource, "_socket.py", "exec"), vars(module))
    sys.modules["_socket"] = module
    # The module `socket` looks for it while it is imported.
    if not hasattr(os, "sendfile"):
        os.sendfile = sendfile
    importlib.reload(socket)
    replaced = {
        name: value
        for name, value in before.items()
        if getattr(value, "__module__", None) in ("socket", "_socket") and vars(socket)[name] is not value
    }
    for taker in list(sys.modules.values()):
        for name, value in replaced.items():
            if taker is not socket and getattr(taker, "__dict__", {}).get(name) is value:
                setattr(taker, name, vars(socket)[name])

    # Some builds' os.set_inheritable() does nothing.
    @functools.wraps(socket.socket.set_inheritable)
    def set_inheritable(self, inheritable):
        sys.modules["_socket"]._checked(_berkeley_sockets.setInheritable(self.fileno(), bool(inheritable)))

    socket.socket.set_inheritable = set_inheritable


def complete_asyncio():
    """What asyncio has left out for want of sockets, or was told while it was imported."""
    base_events._HAS_IPv6 = True
    selector_events._HAS_SENDMSG = True
    importlib.reload(streams)
    for name in streams.__all__:
        setattr(asyncio, name, getattr(streams, name))
    asyncio.__all__ = tuple(dict.fromkeys(asyncio.__all__ + tuple(streams.__all__)))


@contextlib.contextmanager
def outside():
    """Pyodide's own loop is hidden, and its task, if one runs."""
    own = events._get_running_loop()
    if not isinstance(own, WebLoop):
        yield
        return
    task = tasks._swap_current_task(own, None)
    events._set_running_loop(None)
    try:
        yield
    finally:
        events._set_running_loop(own)
        tasks._swap_current_task(own, task)


class SelectorEventLoop(unix_events.SelectorEventLoop):
    """A loop over sockets that blocks while it runs."""

    def _check_running(self):
        with outside():
            super()._check_running()

    def run_forever(self):
        with outside():
            super().run_forever()

    def run_in_executor(self, executor, func, *args):
        """There are no threads: without an executor the function runs at once."""
        if executor is not None or self._default_executor is not None:
            return super().run_in_executor(executor, func, *args)
        self._check_closed()
        future = self.create_future()
        try:
            result = func(*args)
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(result)
        return future


def replace_loop():
    """New loops are those over sockets; what Pyodide runs itself stays on its own."""
    for module in (asyncio, unix_events):
        module.SelectorEventLoop = SelectorEventLoop
        if hasattr(module, "EventLoop"):
            module.EventLoop = SelectorEventLoop
    get_policy = getattr(events, "_get_event_loop_policy", None) or events.get_event_loop_policy
    policy = get_policy()
    policy.new_event_loop = SelectorEventLoop
    policy.set_event_loop = lambda loop: None

    Runner = runners.Runner
    create, run_coroutine, run_main = Runner.__init__, Runner.run, runners.run

    @functools.wraps(create)
    def __init__(self, *, debug=None, loop_factory=None):
        create(self, debug=debug, loop_factory=loop_factory or SelectorEventLoop)

    @functools.wraps(run_coroutine)
    def run_outside(self, coro, *, context=None):
        with outside():
            return run_coroutine(self, coro, context=context)

    @functools.wraps(run_main)
    def run(main, **options):
        with outside():
            return run_main(main, **options)

    Runner.__init__, Runner.run = __init__, run_outside
    asyncio.run = run


replace_socket()
complete_asyncio()
replace_loop()
