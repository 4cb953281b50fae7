"""Runs CPython's own test_socket on the bridge, or with --real on Python's own calls:
run.py [--real] [RESULTS] [PATTERN…]. Each test's outcome is a line of RESULTS: pass, fail, error or skip, and the test's name."""
import _socket as real
import faulthandler, os, sys, unittest
from contextlib import closing

arguments = sys.argv[1:]
on_bridge = "--real" not in arguments
arguments = [a for a in arguments if a != "--real"]
if on_bridge:
    import bridge
    bridge.install()
import socket
if on_bridge:
    assert issubclass(socket.socket, bridge.socket)
from test import support, test_socket

faulthandler.dump_traceback_later(int(os.environ.get("BRIDGE_SECONDS", 500)), exit=True)


class Outcomes(unittest.TextTestResult):
    """The first word that is said of a test is the one that counts, but for a failure."""
    outcomes = {}

    def startTest(self, test):
        super().startTest(test)
        self.note(test, "begun")

    def note(self, test, outcome):
        name = test.id().replace("test.test_socket.", "")
        if self.outcomes.get(name) not in ("fail", "error"):
            self.outcomes[name] = outcome

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, "pass")

    def addFailure(self, test, e):
        super().addFailure(test, e)
        self.note(test, "fail")

    def addError(self, test, e):
        super().addError(test, e)
        self.note(test, "error")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, "skip")


def has_local_vsock():
    """Whether a connection to this machine's own CID is made, by Python's own calls."""
    if not test_socket.HAVE_SOCKET_VSOCK:
        return False
    try:
        with closing(real.socket(real.AF_VSOCK, real.SOCK_STREAM)) as listener, closing(real.socket(real.AF_VSOCK, real.SOCK_STREAM)) as client:
            listener.bind((real.VMADDR_CID_ANY, real.VMADDR_PORT_ANY))
            listener.listen()
            client.settimeout(2)
            client.connect((test_socket.get_cid(), listener.getsockname()[1]))
            return True
    except OSError:
        return False


support.use_resources = []
suite = unittest.defaultTestLoader.loadTestsFromModule(test_socket)
if arguments[1:]:
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{p}*" for p in arguments[1:]]
    suite = loader.loadTestsFromModule(test_socket)
if not has_local_vsock():
    print("skip ThreadedVSOCKSocketStreamTest: this kernel connects no AF_VSOCK socket to its own CID, and the test would wait for that for ever")
    unittest.skip("no local transport")(test_socket.ThreadedVSOCKSocketStreamTest)
test_socket.setUpModule()
unittest.TextTestRunner(resultclass=Outcomes, verbosity=2 if os.environ.get("BRIDGE_VERBOSE") else 1).run(suite)
unittest.doModuleCleanups()
with open(arguments[0] if arguments else "/dev/stdout", "w") as out:
    for name, outcome in sorted(Outcomes.outcomes.items()):
        print(outcome, name, file=out)
listed = set()
with open(os.path.join(os.path.dirname(__file__), "cannot.txt")) as lines:
    listed = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}
bad = {name for name, outcome in Outcomes.outcomes.items() if outcome not in ("pass", "skip")}
passing = {name for name, outcome in Outcomes.outcomes.items() if outcome == "pass"}
for name in sorted(bad - listed):
    print("FAIL", name)
for name in sorted(passing & listed):
    print("FAIL", name, "passes, but cannot.txt lists it")
failed = len(bad - listed) + len(passing & listed)
skipped = len(Outcomes.outcomes) - len(passing) - len(bad - listed)
if on_bridge:
    print("calls:", sum(bridge.counted.values()), dict(sorted(bridge.counted.items())))
    bridge.end()
    print(f"{len(passing)} passed, {failed} failed, {skipped} skipped")
sys.stdout.flush()
os._exit(1 if on_bridge and failed else 0)
