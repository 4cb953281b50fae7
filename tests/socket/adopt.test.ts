// Descriptors from outside: new Socket({ fileno }), new Socket(…, fd) and fromfd(fd), for both
// classes.
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as b from "../../ts/index.js";
import * as p from "../../ts/promises/index.js";
import { tcp, udp } from "../pairs.js";
import { noNetlink } from "../have.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";

const self = fileURLToPath(import.meta.url);
const classes: Readonly<Record<string, typeof b>> = { blocking: b, promises: p as unknown as typeof b };

for (const [name, S] of Object.entries(classes)) {
  test(`${name}: family, type and protocol are detected`, () => {
    const [client, server] = tcp();
    const [sender, receiver] = udp();
    const [one, other] = b.socketpair(b.AF_UNIX, b.SOCK_SEQPACKET);
    using _server = server;
    using _sender = sender;
    using _one = one;
    for (const [socket, kind] of [
      [client, [b.AF_INET, b.SOCK_STREAM, b.IPPROTO_TCP]],
      [receiver, [b.AF_INET, b.SOCK_DGRAM, b.IPPROTO_UDP]],
      [other, [b.AF_UNIX, b.SOCK_SEQPACKET, 0]],
    ] as const) {
      {
        using copy = S.fromfd(socket.fileno());
        equal([copy.family, copy.type, copy.proto], kind);
        ok(copy.fileno() !== socket.fileno());
      }
      const fd = socket.detach();
      using adopted = new S.Socket({ fileno: fd });
      equal([adopted.family, adopted.type, adopted.proto, adopted.fileno()], [...kind, fd]);
    }
  });

  test(`${name}: what is no socket is refused, and stays open`, () => {
    const file = openSync(self, "r");
    try {
      fails("ENOTSOCK", () => new S.Socket({ fileno: file }));
      fails("ENOTSOCK", () => new S.Socket(b.AF_INET, b.SOCK_STREAM, 0, file));
      fails("ENOTSOCK", () => S.fromfd(file));
      fails("ENOTSOCK", () => S.fromfd(file, b.AF_INET, b.SOCK_STREAM));
      fails("EBADF", () => new S.Socket({ fileno: 1 << 20 }));
      fails("EBADF", () => new S.Socket(b.AF_INET, b.SOCK_STREAM, 0, 1 << 20));
      fails("EBADF", () => S.fromfd(1 << 20));
    } finally {
      closeSync(file);
    }
    const wrong: unknown[] = [{}, { fileno: 3, family: 2 }, { fd: 3 }, []];
    for (const adopted of wrong)
      throws(
        () => new S.Socket(adopted as never),
        TypeError,
        /^Socket: family must be a number, or \{ fileno \}/,
      );
    throws(() => new S.Socket({ fileno: 3 } as never, b.SOCK_STREAM), TypeError, /the only argument/);
    throws(() => new S.Socket({ fileno: "3" } as never), TypeError, 'fileno must be a number, got "3"');
  });
}

test("promises: a descriptor that a living promise socket has is not adopted by another", async () => {
  const [one, other] = p.socketpair();
  using _one = one;
  using _other = other;
  const error = fails("EEXIST", () => new p.Socket({ fileno: one.fileno() }));
  ok(/dup\(\) it/.test(error.message), error.message);
  const waiting = one.recv(10);
  using copy = p.fromfd(one.fileno());
  await other.send("x");
  is(String(await waiting), "x");
  await other.send("y");
  is(String(await copy.recv(10)), "y");
});

test("blocking and promises: neither class adopts a descriptor that a living socket of the other has", async () => {
  const [one, other] = p.socketpair();
  const [blocks, peer] = b.socketpair();
  using _one = one;
  using _other = other;
  using _blocks = blocks;
  using _peer = peer;
  const waiting = one.recv(10);
  fails("EEXIST", () => new b.Socket({ fileno: one.fileno() }));
  fails("EEXIST", () => new b.Socket(b.AF_UNIX, b.SOCK_STREAM, 0, one.fileno()));
  fails("EEXIST", () => new p.Socket({ fileno: blocks.fileno() }));
  await other.send("x");
  is(String(await waiting), "x");
  using mine = new p.Socket({ fileno: blocks.detach() });
  peer.send("y");
  is(String(await mine.recv(10)), "y");
});

test("blocking: two sockets on one descriptor, as CPython's own tests have them", () => {
  using s = new b.Socket();
  const second = new b.Socket({ fileno: s.fileno() });
  is(s.detach(), second.fileno());
  second.close();
});

test(
  "a netlink socket is adopted",
  () => {
    const fd = new b.Socket(b.AF_NETLINK, b.SOCK_RAW, b.NETLINK_ROUTE).detach();
    using adopted = new b.Socket({ fileno: fd });
    equal([adopted.family, adopted.type, adopted.proto], [b.AF_NETLINK, b.SOCK_RAW, b.NETLINK_ROUTE]);
  },
  { skip: noNetlink },
);
