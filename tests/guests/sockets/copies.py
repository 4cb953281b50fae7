# Descriptors: duplicates, detached and adopted ones, os.read and os.write, warnings of forgotten ones.
import gc
import os
import socket
import warnings
import weakref

a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
copy = a.dup()
print(copy.family.name, copy.type.name, copy.fileno() != a.fileno(), copy.get_inheritable())
copy.send(b"through the copy")
print(b.recv(100))
number = a.detach()
print(a.fileno(), a._closed)
again = socket.socket(fileno=number)
print(again.family, again.type, again.proto, again.fileno() == number)
print(os.write(again.fileno(), b"written"), os.read(b.fileno(), 100))
again.set_inheritable(True)
print(again.get_inheritable(), os.get_inheritable(again.fileno()))
again.close()
copy.close()
print(b.recv(1))
from_number = socket.fromfd(b.fileno(), socket.AF_UNIX, socket.SOCK_SEQPACKET)
print(from_number.type.name)
from_number.close()
for wrong in (-1, "x"):
    try:
        socket.socket(fileno=wrong)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    forgotten = socket.socket()
    shown = repr(forgotten)
    there = weakref.ref(forgotten)
    del forgotten
    gc.collect()
    print(len(caught), caught[0].category.__name__, str(caught[0].message) == f"unclosed {shown}", there())
try:
    import pickle

    pickle.dumps(b)
except TypeError as error:
    print(error)


class Own(socket.socket):
    def __init__(self):
        super().__init__(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.note = "subclass"


own = Own()
print(own.note, own.family.name)
b.close()
print("[closed]" in repr(b))
