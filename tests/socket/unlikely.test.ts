// What a machine seldom does, by hosts whose calls are written out: a second step that fails after a
// first one opened a descriptor, options of 64 bits, control messages of AF_ALG.
import { once } from "node:events";
import { createServer as listen } from "node:net";
import { nodeHost } from "../../shim/node.js";
import { load } from "../../ts/codec.js";
import * as S from "../../ts/index.js";
import { runtime } from "../runtime.js";
import { codec, scripted } from "../scripted.js";
import { equal, fails, is, match, test, throws } from "../suite.js";

const { AF_ALG, AF_INET, AF_UNIX, AF_VSOCK, ALG_OP_ENCRYPT, SOCK_SEQPACKET, SOCK_STREAM, SOL_ALG } = S;
const ENOMEM = 12;
const EINVAL = 22;

test("socketpair: where the second socket can't be made, both descriptors are closed", () => {
  const closed: number[] = [];
  let owned = 0;
  const m = scripted({
    socketpair: (_family, _type, _proto, fds) => {
      fds.set([50, 51]);
      return 0;
    },
    own: () => (++owned === 1 ? 1 : -ENOMEM),
    ownerOf: () => undefined,
    close: fd => {
      closed.push(fd);
      return 0;
    },
  });
  fails("ENOMEM", () => m.socketpair(AF_UNIX, SOCK_STREAM));
  equal([closed.includes(50), closed.includes(51)], [true, true]);
});

test("Socket: a descriptor that can't be owned is closed if it was opened, and left if it was given", () => {
  const calls: string[] = [];
  const m = scripted({
    own: () => -ENOMEM,
    close: fd => calls.push(`close ${fd}`) && 0,
    release: fd => calls.push(`release ${fd}`),
  });
  fails("ENOMEM", () => new m.Socket(AF_INET, SOCK_STREAM));
  equal(calls, ["close 1000"]);
  fails("ENOMEM", () => new m.Socket(AF_INET, SOCK_STREAM, 0, 77));
  equal(calls, ["close 1000", "release 77"]);
});

test("createServer: an option that the kernel refuses closes the socket", () => {
  const m = scripted({
    setsockopt: () => -EINVAL,
    getaddrinfo: () => [[AF_INET, SOCK_STREAM, 6, "", null]] as never,
  });
  fails("EINVAL", () => m.createServer(["127.0.0.1", 0]));
  is(m.made.at(-1), "closeOwned");
});

test("hasDualstackIPv6: where the kernel refuses IPV6_V6ONLY it is false, and the probe is closed", () => {
  const m = scripted({ setsockopt: () => -EINVAL });
  is(m.hasDualstackIPv6(), false);
  is(m.made.at(-1), "closeOwned");
});

test("options of 64 bits: read and set as numbers, and refused where a number can't hold them", () => {
  let held = 5n;
  const littleEndian = S.htons(1) !== 1;
  const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);
  const m = scripted({
    getsockopt: (_fd, _level, _name, bytes) => {
      viewOf(bytes).setBigUint64(0, held, littleEndian);
      return 8;
    },
    setsockopt: (_fd, _level, _name, bytes) => {
      held = viewOf(bytes!).getBigUint64(0, littleEndian);
      return 0;
    },
  });
  const s = new m.Socket(AF_VSOCK, SOCK_STREAM);
  is(s.getsockopt(AF_VSOCK, S.SO_VM_SOCKETS_BUFFER_SIZE), 5);
  s.setsockopt(AF_VSOCK, S.SO_VM_SOCKETS_BUFFER_SIZE, 2 ** 40);
  is(held, 2n ** 40n);
  held = 2n ** 60n;
  throws(
    () => s.getsockopt(AF_VSOCK, S.SO_VM_SOCKETS_BUFFER_SIZE),
    RangeError,
    `getsockopt: the value is ${2n ** 60n}, more than a number can hold exactly; with a length of 8 it comes as bytes`,
  );
  throws(
    () => s.setsockopt(AF_VSOCK, S.SO_VM_SOCKETS_BUFFER_SIZE, -1),
    RangeError,
    /^value must be an integer/,
  );
});

test("sendmsgAfalg: operation, IV and length of associated data are control messages", async () => {
  const target = (await load(codec)).target(nodeHost().target);
  const sent: unknown[] = [];
  const m = scripted({
    sendmsg: (_fd, parts, control) => {
      sent.push(target.parseControl(control!).items.map(([level, type, data]) => [level, type, [...data]]));
      return parts.reduce((sum, part) => sum + part.length, 0);
    },
  });
  const { ALG_SET_OP, ALG_SET_IV, ALG_SET_AEAD_ASSOCLEN } = S;
  /** A word as this machine has it. */
  const word = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];
  const s = new m.Socket(AF_ALG, SOCK_SEQPACKET);
  const op = ALG_OP_ENCRYPT;
  is(s.sendmsgAfalg(["abc"], { op, iv: Uint8Array.of(1, 2, 3), assoclen: 7 }), 3);
  is(s.sendmsgAfalg(undefined, { op }), 0);
  equal(sent, [
    [
      [SOL_ALG, ALG_SET_OP, word(op)],
      [SOL_ALG, ALG_SET_IV, [...word(3), 1, 2, 3]],
      [SOL_ALG, ALG_SET_AEAD_ASSOCLEN, word(7)],
    ],
    [[SOL_ALG, ALG_SET_OP, word(op)]],
  ]);
  throws(() => s.sendmsgAfalg([], null as never), TypeError, "options must be an object with op, got null");
  throws(() => s.sendmsgAfalg([], { op: -1 }), RangeError, /^op must be an integer/);
  using other = new S.Socket(AF_INET, SOCK_STREAM);
  throws(() => other.sendmsgAfalg([], { op }), S.OSError, "algset is only supported for AF_ALG");
});

test("fromshare: Windows alone has it", () => {
  fails("ENOSYS", () => S.fromshare(new Uint8Array(10)));
  throws(() => S.fromshare(5 as never), TypeError);
});

test(
  "fromNode: what would change Node's descriptor is refused",
  async () => {
    const server = listen().listen(0, "127.0.0.1");
    await once(server, "listening");
    const view = S.fromNode(server);
    for (const call of [() => view.setInheritable(true), () => view.dup(), () => view.detach()])
      fails("ENOTSUP", call);
    server.close();
    await once(server, "close");
  },
  { skip: runtime === "deno" && "Deno does not tell the handle's descriptor" },
);

test("makefile: what a file is made of", () => {
  const [a, b] = S.socketpair();
  using _a = a;
  using _b = b;
  const both = a.makefile("rwb");
  is(both.name, a.fileno());
  const writer = b.makefile("wb");
  is(writer.raw.name, b.fileno());
  both.close();
  writer.close();
});

test("makefile: a byte that a single-byte encoding has no character for", () => {
  const [a, b] = S.socketpair();
  using _a = a;
  a.sendall(Uint8Array.of(0xe1, 0xd2));
  a.close();
  using file = b.makefile("r", undefined, { encoding: "windows-1253", errors: "replace" });
  b.close();
  is(file.read(), "\u03b1\ufffd"); // Python's "cp1253" gives the same
});

test("makefile: bytes that a multi-byte encoding has no character for", () => {
  const [a, b] = S.socketpair();
  using _a = a;
  a.sendall(Uint8Array.of(0x81, 0x20));
  a.close();
  using file = b.makefile("r", undefined, { encoding: "shift_jis" });
  b.close();
  throws(() => file.read(), RangeError, "shift_jis can't decode what was read");
});

test("getnameinfo: an address that resolves to two is refused", () => {
  const row = [AF_INET, S.SOCK_DGRAM, 17, "", null];
  const m = scripted({ getaddrinfo: () => [row, row] as never });
  const error = throws(() => m.getnameinfo(["127.0.0.1", 80], 0), S.OSError);
  match(error.message, /sockaddr resolved to multiple addresses/);
});
