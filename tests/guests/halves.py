"""A worker that runs CPython's own tests, natively or in a guest, one at a time as it is asked to.

A threaded test of test_socket.py has two halves, a method for the server and one for the client, which
are two threads of one test case. Here they are two workers: what the threads share, attributes of the
test case and events, goes through a channel beside the sockets. Each message is a line of JSON.
"""
import ast
import importlib
import json
import os
import random
import sys
import threading
import traceback
import types
import unittest

MODULES = ("test_socket", "test_select", "test_selectors", "test_poll", "test_timeout")


class Half:
    """The test that this worker runs a half of, and what it has told the other."""

    def __init__(self, channel):
        self.channel = channel
        self.test = None
        self.sockets = {}
        self.told = {}
        self.ended = True

    def begin(self):
        self.test = None
        self.sockets.clear()
        self.told.clear()
        self.ended = False

    def tell(self, *message):
        self.channel.send(json.dumps(message))

    def share(self, name, value):
        """Tells the other half of an attribute, as far as its value can be told."""
        if self.ended:
            return
        self.sockets.pop(name, None)
        if isinstance(value, Event):
            value.name = name
            self.tell("event", name)
        elif isinstance(value, socket.socket):
            self.sockets[name] = value
        elif value is None or isinstance(value, (bool, int, float, str, bytes, tuple, list)):
            try:
                ast.literal_eval(repr(value))
            except (ValueError, SyntaxError):
                return
            self.tell("value", name, repr(value))

    def share_names(self):
        """Tells the addresses that the sockets of this half have by now."""
        for attribute, sock in list(self.sockets.items()):
            try:
                name = repr(sock.getsockname())
            except OSError:
                continue
            if self.told.get(attribute) != name:
                self.told[attribute] = name
                self.tell("socket", attribute, name)

    def hear(self):
        """Takes the other half's next message; False when it has ended and says no more."""
        if self.ended:
            return False
        kind, *rest = json.loads(self.channel.receive())
        known = self.test.__dict__
        if kind == "end":
            self.ended = True
        elif kind == "set":
            known[rest[0]].flag = True
        elif kind == "event" and not isinstance(known.get(rest[0]), Event):
            known[rest[0]] = Event(rest[0])
        elif kind == "value":
            known[rest[0]] = ast.literal_eval(rest[1])
        elif kind == "socket" and not isinstance(known.get(rest[0]), socket.socket):
            known[rest[0]] = Elsewhere(ast.literal_eval(rest[1]))
        return not self.ended


class Elsewhere:
    """A socket of the other half, of which the address is known here."""

    def __init__(self, name):
        self.name = name

    def getsockname(self):
        return self.name


class Event:
    """threading.Event, as an attribute of a test case of which there are two."""

    def __init__(self, name=None):
        self.name = name
        self.flag = False

    def is_set(self):
        return self.flag

    def set(self):
        self.flag = True
        if self.name is not None:
            half.share_names()
            half.tell("set", self.name)

    def wait(self, timeout=None):
        """Waits as long as the other half lives: whoever started the two ends a test that hangs."""
        while not self.flag and half.hear():
            pass
        return self.flag


def set_attribute(test, name, value):
    object.__setattr__(test, name, value)
    if not name.startswith("_"):
        half.share(name, value)


def set_up_server(test):
    """What ThreadableTest's own does before a test, but for the thread."""
    test.server_ready, test.client_ready, test.done = Event(), Event(), Event()
    test.server_crashed = False
    try:
        test._ThreadableTest__setUp()
    except BaseException:
        test.server_crashed = True
        raise
    finally:
        test.server_ready.set()
    test.client_ready.wait()
    test.addCleanup(test.done.wait)


def run_client(test, method):
    """The client's half, as ThreadableTest's own thread runs it."""
    test.server_ready, test.client_ready, test.done = Event(), Event(), Event()
    test.server_crashed = False
    if not test.server_ready.wait() or test.server_crashed:
        return
    try:
        try:
            test.clientSetUp()
        finally:
            test.client_ready.set()
        getattr(test, "_" + method)()
    finally:
        test.clientTearDown()


def run_client_case(test, result):
    """What a test suite does around a test, for the client's half."""
    cls = type(test)
    try:
        cls.setUpClass()
        try:
            run_client(test, test._testMethodName)
        finally:
            test.doCleanups()
            test.done.set()
            cls.tearDownClass()
            cls.doClassCleanups()
    except unittest.SkipTest as reason:
        result.addSkip(test, str(reason))
    except BaseException:
        result.addError(test, sys.exc_info())


def outcome(result):
    bad = result.failures + result.errors
    if bad:
        return "fail", bad[0][1].strip()
    return ("skip", result.skipped[0][1]) if result.skipped else ("pass", "")


def skipped(test):
    """Why a test is skipped before it begins, or None."""
    for of in (type(test), getattr(type(test), test._testMethodName)):
        if getattr(of, "__unittest_skip__", False):
            return of.__unittest_skip_why__
    return None


def cases(module):
    def flat(suite):
        for one in suite:
            yield from flat(one) if isinstance(one, unittest.TestSuite) else (one,)
    return flat(unittest.defaultTestLoader.loadTestsFromModule(module))


def name_of(test):
    return f"{type(test).__module__.rpartition('.')[2]}.{type(test).__qualname__}.{test._testMethodName}"


def make(name):
    module, cls, method = name.split(".")
    return getattr(tests[module], cls)(method)


def run(role, name):
    half.begin()
    # test_timeout wants the network to be allowed, whatever its tests do.
    support.use_resources = ["network"] if name.startswith("test_timeout.") else []
    # What a test makes up at random, both halves make up alike.
    random.seed(name)
    result = unittest.TestResult()
    try:
        half.test = test = make(name)
        if role == "client":
            run_client_case(test, result)
        else:
            unittest.TestSuite([test]).run(result)
        return outcome(result)
    except BaseException:
        return "fail", traceback.format_exc()
    finally:
        half.ended = True


def load(guest):
    """Imports the tests. In a guest whose sockets are Linux's they take it for Linux."""
    global socket, support, tests
    import asyncio, multiprocessing, platform, subprocess, tempfile  # these are to know where they are
    import socket
    from test import support
    if guest:
        sys.platform = "linux"
        support.is_emscripten = False
        support.has_socket_support = True
    tests = {}
    for name in MODULES:
        tests[name] = importlib.import_module(f"test.{name}")
    threaded = tests["test_socket"].ThreadableTest
    threaded.__setattr__ = set_attribute
    threaded._setUp = set_up_server
    threaded.clientTearDown = lambda test: None
    tests["test_socket"].threading = types.SimpleNamespace(
        Event=Event, RLock=threading.RLock, Thread=threading.Thread)
    return threaded


def serve(channel, guest):
    """Runs what is asked for, until the channel ends."""
    global half
    half = Half(channel)
    threaded = load(guest)
    all_threaded = [test for test in cases(tests["test_socket"]) if isinstance(test, threaded)]
    half.tell("tests", {name_of(test): skipped(test) for test in all_threaded})
    while line := channel.receive():
        kind, *rest = json.loads(line)
        if kind == "run":  # all else is what the other half said after this one had ended
            answer = run(*rest)
            half.tell("end")
            half.tell("outcome", *answer)


class Pipe:
    """The channel of a native worker: a descriptor."""

    def __init__(self, descriptor):
        self.file = os.fdopen(descriptor, "r+b", buffering=0)
        self.rest = b""

    def send(self, line):
        self.file.write(line.encode() + b"\n")

    def receive(self):
        while b"\n" not in self.rest:
            more = self.file.read(65536)
            if not more:
                return ""
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode()


if __name__ == "__main__":
    sys.modules["halves"] = sys.modules["__main__"]
    serve(Pipe(3), False)
