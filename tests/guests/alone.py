"""Makes the list of the tests that pass natively and start no thread and no process: python3.11 alone.py
in this folder writes alone.txt."""
import os
import subprocess
import threading

import halves

# One that connects to hosts elsewhere.
ELSEWHERE = {"test_timeout.TCPTimeoutTestCase.testConnectTimeout"}
started = []


def note(original):
    def start(*args, **kwargs):
        started.append(original)
        return original(*args, **kwargs)
    return start


threaded = halves.load(False)
halves.half = halves.Half(None)
names = []
for module in halves.MODULES:
    for test in list(halves.cases(halves.tests[module])):
        name = halves.name_of(test)
        if isinstance(test, threaded) or name in ELSEWHERE or halves.skipped(test) is not None:
            continue
        started.clear()
        thread_start, fork, popen = threading.Thread.start, os.fork, subprocess.Popen.__init__
        threading.Thread.start, os.fork = note(thread_start), note(fork)
        subprocess.Popen.__init__ = note(popen)
        try:
            what, _ = halves.run("alone", name)
        finally:
            threading.Thread.start, os.fork, subprocess.Popen.__init__ = thread_start, fork, popen
        if what == "pass" and not started:
            names.append(name)
with open("alone.txt", "w") as out:
    print("# Tests of CPython 3.11 that pass natively and start no thread and no process: made by alone.py.",
          *names, sep="\n", file=out)
