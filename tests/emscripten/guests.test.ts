// What a guest gets through each door: descriptors in messages, times, errors inside data, a memory that
// grows, its own end.
import { openSync, closeSync } from "node:fs";
import { collect } from "../../shim/gc.js";
import { dispose, instantiateWasm } from "../../shim/emscripten/index.js";
import { translateErrors } from "../../shim/emscripten/netlink.js";
import { PolicyError } from "../../shim/policy/index.js";
import { wasm } from "../../ts/codec/webassembly.js";
import { equal, is, ok, openDescriptors, rejects, test, throws } from "../suite.js";
import { doors, moduleOf, PAGE_SIZE, start, type Running } from "./guest.js";

const EACCES = 2;
const EBADF = 8;
const ECONNREFUSED = 14;
const STREAM = 1;
const DATAGRAM = 2;
const MSG_CTRUNC = 8;
const MSG_ERRQUEUE = 0x2000;
const SCM_RIGHTS = 1;
const policy = ["udp-bind:127.0.0.1:*", "udp-connect:127.0.0.1:*", "unix-pair", "rights", "names:*"] as const;

/** A pair of AF_UNIX. */
function pair(g: Running): [number, number] {
  g.good("socketpair", 1, STREAM, 0, 1600);
  return [g.word(1600), g.word(1604)];
}

/** Sends a byte with these descriptors; gives the result. */
function pass(g: Running, fd: number, fds: readonly number[]): number {
  g.words(2100, 1500, 1);
  g.words(2200, 12 + 4 * fds.length, 1, SCM_RIGHTS, ...fds);
  g.words(512, 0, 0, 2100, 1, 2200, 12 + 4 * fds.length, 0);
  return g.call("__syscall_sendmsg", fd, 512, 0);
}

/** Receives with room for so much control data. */
function take(
  g: Running,
  fd: number,
  room: number,
  flags = 0,
): { length: number; flags: number; words: number[] } {
  g.words(2100, 1500, 64);
  g.words(512, 0, 0, 2100, 1, 2200, room, 0);
  g.good("__syscall_recvmsg", fd, 512, flags);
  const length = g.word(512 + 20);
  return {
    length,
    flags: g.word(512 + 24),
    words: Array.from({ length: length >> 2 }, (_, i) => g.word(2200 + 4 * i) | 0),
  };
}

for (const door of doors) {
  test(`${door}: descriptors that go out are the guest's sockets, those that come in are numbers of its own`, async () => {
    const g = await start(door, policy);
    const [first, second] = pair(g);
    const datagrams = g.bound(DATAGRAM);
    const file = openSync("package.json", "r");
    for (const foreign of [0, 1, 2, 3, file, 600, -1])
      is(pass(g, first, [datagrams, foreign]), -EBADF, `descriptor ${foreign}`);
    closeSync(file);
    is(g.call("__syscall_recvfrom", second, 1600, 1, 0x40, 0, 0), -6, "nothing was sent");

    is(pass(g, first, [datagrams, datagrams]), 1);
    const before = openDescriptors().length;
    const both = take(g, second, 64);
    equal(both.words.slice(0, 3), [20, 1, SCM_RIGHTS]);
    is(both.flags & MSG_CTRUNC, 0);
    const got = both.words.slice(3);
    ok(got.every(fd => fd >= 512 && fd < 1024 && ![first, second, datagrams].includes(fd)));
    is(g.port(got[0]!), g.port(datagrams));
    for (const fd of got) is(g.call("fd_close", fd), 0);

    // Room for one of the two: the other is closed.
    is(pass(g, first, [datagrams, datagrams]), 1);
    const one = take(g, second, 16);
    is(one.words.length, 4);
    is(one.flags & MSG_CTRUNC, MSG_CTRUNC);
    is(g.call("fd_close", one.words[3]!), 0);
    is(pass(g, first, [datagrams]), 1);
    equal(take(g, second, 0), { length: 0, flags: MSG_CTRUNC, words: [] });
    is(openDescriptors().length, before);
    g.dispose();
  });

  test(`${door}: control data that is malformed is an error, and nothing is sent`, async () => {
    const g = await start(door, policy);
    const [first, second] = pair(g);
    g.words(2100, 1500, 1);
    for (const length of [0, 4, 11, 200, 0x7fffffff, -1]) {
      g.words(2200, length, 1, SCM_RIGHTS, first);
      g.words(512, 0, 0, 2100, 1, 2200, 16, 0);
      ok(g.call("__syscall_sendmsg", first, 512, 0) < 0, `cmsg_len ${length}`);
    }
    is(g.call("__syscall_recvfrom", second, 1600, 1, 0x40, 0, 0), -6);
    g.dispose();
  });

  test(`${door}: stamps come under the number that was set, as wide as the guest's times are`, async () => {
    // What the guest's C says of its struct timeval, the option that it sets, and the stamp's length.
    for (const [told, option, size] of [
      [undefined, 29, 8],
      [undefined, 63, 16],
      [8, 63, 8],
      [16, 29, 16],
      [8, 29, 8],
      [16, 63, 16],
    ] as const) {
      const g = await start(door, policy);
      if (told !== undefined) is(g.call("berkeley_sockets_layout", told), 0);
      const [first, second] = [g.bound(DATAGRAM), g.bound(DATAGRAM)];
      is(g.call("setsockopt", second, 1, option, g.words(1500, 1), 4), 0);
      g.good("__syscall_sendto", first, 1500, 4, 0, g.inet(1024, g.port(second)), 16);
      const { words } = take(g, second, 64);
      equal(words.slice(0, 3), [12 + size, 1, option]);
      ok(Math.abs(words[3]! - Date.now() / 1000) < 60, "seconds first");
      // Timeouts: set, and given back.
      const timeout = told === undefined ? (size === 8 ? 20 : 66) : 66;
      g.words(1500, 3, ...(size === 8 ? [250000] : [0, 250000, 0]));
      is(g.call("setsockopt", second, 1, timeout, 1500, size), 0);
      g.words(1600, -1, -1, -1, -1);
      is(g.call("__syscall_getsockopt", second, 1, timeout, 1600, g.words(1700, size)), 0);
      is(g.word(1700), size);
      equal([g.word(1600), g.word(size === 8 ? 1604 : 1608)], [3, 250000]);
      g.dispose();
    }
    const g = await start(door, policy);
    throws(
      () => g.call("berkeley_sockets_layout", 12),
      Error,
      "a struct timeval of 12 bytes is not known here",
    );
    g.dispose();
  });

  test(`${door}: the error queue has the guest's numbers`, async () => {
    const g = await start(door, policy);
    const [first, gone] = [g.bound(DATAGRAM), g.bound(DATAGRAM)];
    const port = g.port(gone);
    g.good("fd_close", gone);
    is(g.call("setsockopt", first, 0, 11, g.words(1500, 1), 4), 0);
    g.good("__syscall_sendto", first, 1500, 4, 0, g.inet(1024, port), 16);
    g.words(700, first, 1);
    is(g.call("__syscall_poll", 700, 1, 2000), 1);
    const { words, flags } = take(g, first, 128, MSG_ERRQUEUE);
    equal(words.slice(1, 4), [0, 11, ECONNREFUSED]);
    ok(flags & MSG_ERRQUEUE);
    g.dispose();
  });

  test(`${door}: a memory that grows within a call`, async () => {
    const late: { g?: Running } = {};
    const grow = () => {
      late.g?.memory.grow(1);
    };
    let files = 0;
    let allocated = PAGE_SIZE;
    const g = await start(door, policy, {
      own: {
        __syscall_poll: () => {
          grow();
          return files;
        },
        malloc: size => {
          grow();
          allocated += size;
          return allocated - size;
        },
      },
    });
    late.g = g;
    const [first, second] = [g.bound(DATAGRAM), g.bound(DATAGRAM)];
    g.good("__syscall_sendto", first, 1500, 4, 0, g.inet(1024, g.port(second)), 16);
    // A file beside a socket: the guest's own poll is asked, and grows the memory.
    g.words(700, 1, 1, second, 1);
    is(g.call("__syscall_poll", 700, 2, 1000), 1);
    is(g.bytes()[700 + 8 + 6], 1);
    files = 1;
    const pages = g.memory.buffer.byteLength;
    g.put(1700, Buffer.from("127.0.0.1\0"));
    is(g.call("getaddrinfo", 1700, 0, 0, 1600), 0);
    ok(g.memory.buffer.byteLength > pages);
    const entry = g.word(1600);
    equal([g.word(entry + 4), g.word(entry + 16)], [2, 16]);
    is(g.call("gethostbyname", 1700) > 0, true);
    g.dispose();
  });

  test(`${door}: fstat() says a socket, in the struct of the guest's libc`, async () => {
    for (const at of [4, 12]) {
      let g: Running | undefined;
      const own = (fd: number, place: number) => {
        if (fd !== 1) return -EBADF;
        g!.words(place, 7, 0, 0, 0, 0);
        g!.words(place + at, 0o100644);
        return 0;
      };
      g = await start(door, policy, { own: { __syscall_fstat64: own } });
      is(g.call("__syscall_fstat64", g.bound(DATAGRAM), 1600), 0);
      is(g.word(1600 + at), 0o140777);
      is(g.word(1600), 7, "the rest is the libc's");
      is(g.call("__syscall_fstat64", 600, 1600), -EBADF);
      g.dispose();
    }
  });

  test(`${door}: dispose() ends a wait and all later calls`, async () => {
    let g: Running | undefined;
    let polls = 0;
    g = await start(door, policy, {
      own: {
        __syscall_poll: () => {
          if (++polls === 3) g!.dispose();
          return 0;
        },
      },
    });
    const before = openDescriptors().length;
    const [first] = [g.bound(DATAGRAM), g.bound(DATAGRAM)];
    is(openDescriptors().length, before + 2);
    g.words(700, 1, 1, first, 1);
    ok(g.call("__syscall_poll", 700, 2, -1) < 0, "a wait without end");
    is(openDescriptors().length, before);
    is(g.call("__syscall_socket", 2, DATAGRAM, 0), -EACCES);
    is(g.call("__syscall_sendto", first, 1500, 4, 0, 0, 0), -EBADF);
    is(g.call("fd_close", first), EBADF);
    dispose(g.owner);
    throws(() => dispose({}), TypeError, "this is no guest that was attached here");
  });

  test(
    `${door}: a guest that nobody has any more is closed`,
    async () => {
      const before = openDescriptors().length;
      await (async () => {
        const g = await start(door, policy);
        for (let i = 0; i < 5; i++) g.bound(DATAGRAM);
        is(openDescriptors().length, before + 5);
      })();
      for (let i = 0; i < 50 && openDescriptors().length > before; i++) {
        collect(1);
        await new Promise(done => setTimeout(done, 20));
      }
      is(openDescriptors().length, before);
    },
    { seconds: 30 },
  );

  test(`${door}: a host's entry lies where the guest wants it, and nowhere else`, async () => {
    const g = await start(door, policy);
    g.put(1700, Buffer.from("127.0.0.1\0"));
    const ask = (size: number, at = 1024, room = 1100) =>
      g.call("gethostbyname_r", 1700, at, room, size, 1600, 1604);
    for (const size of [0, 16, 20]) {
      g.words(1600, -1, 0);
      g.bytes().fill(7, 1024, 1400);
      is(ask(size), 68, `ERANGE for ${size}`);
      ok(
        g
          .bytes()
          .subarray(1024, 1400)
          .every(byte => byte === 7),
      );
    }
    is(ask(200), 0);
    is(g.word(1600), 1024);
    const [name, aliases, family, length, list] = [0, 4, 8, 12, 16].map(at => g.word(1024 + at)) as number[];
    equal([family, length, g.word(aliases!)], [2, 4, 0]);
    equal([...g.bytes().subarray(g.word(list!), g.word(list!) + 4)], [127, 0, 0, 1]);
    is(Buffer.from(g.bytes().subarray(name!, name! + 10)).toString(), "127.0.0.1\0");
    is(ask(200, 0xfffffff0), 21, "EFAULT");
    is(ask(200, 1024, 0xffffff00), 21);
    g.put(1700, Buffer.from("no name\0"));
    g.words(1600, -1, 0);
    is(ask(200), 0);
    is(g.word(1600), 0);
    ok(g.word(1604) !== 0, "h_errno");
    g.dispose();
  });

  test(`${door}: an import that is not known is refused by its name`, async () => {
    for (const name of ["__syscall_sendfoo", "__syscall_ppoll", "gethostbyaddr_r"])
      await rejects(
        () => start(door, policy, { own: { [name]: () => 0 } }),
        Error,
        `the module has an import that this version does not know: env.${name}`,
      );
  });
}

test("program: what can't be attached is refused by what it is", async () => {
  const bytes = moduleOf();
  const take = { policy: [], wasm: bytes };
  throws(() => instantiateWasm({ policy: ["tcp-conect:*:*"] }), PolicyError);
  throws(() => instantiateWasm({ policy: [], wasm: "/no such file" }), Error, /ENOENT/);
  const module = new wasm.Module(bytes);
  const compiled = { policy: [], wasm: module as unknown as Uint8Array };
  throws(
    () => instantiateWasm(compiled),
    TypeError,
    "wasm: a compiled module can't be patched: give its bytes",
  );
  const alone = new wasm.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const running = { policy: [], wasm: new wasm.Instance(alone) as unknown as Uint8Array };
  throws(() => instantiateWasm(running), TypeError, /an instance that already runs can't be attached/);
  const nothing = { instantiateWasm: instantiateWasm({ policy: [] }) };
  throws(() => nothing.instantiateWasm({}, () => {}), TypeError, /give the path, the URL or the bytes/);
  const minified = { instantiateWasm: instantiateWasm({ policy: [], wasm: moduleOf({ minified: true }) }) };
  throws(
    () => minified.instantiateWasm({ a: {} }, () => {}),
    Error,
    /minified \(-O3\): link it with --js-library/,
  );

  const g = await start("program", []);
  const again = Object.assign(g.owner, { instantiateWasm: instantiateWasm(take) });
  throws(() => again.instantiateWasm({}, () => {}), Error, /already runs: it can't be attached/);
  g.dispose();
});

test("netlink: errors in messages are translated, whatever their lengths say", () => {
  const guest = { numbers: { AF_NETLINK: 16 }, errno: (number: number) => 1000 + number } as never;
  const descriptor = { description: { family: 16 } } as never;
  const messageOf = (length: number, type: number, error: number) =>
    new Uint8Array(Int32Array.of(length, type, 0, 0, error).buffer);
  const translated = (...messages: Uint8Array[]) => {
    const bytes = Buffer.concat(messages);
    // In two buffers, whose border is within a number.
    const parts = [new Uint8Array(bytes.subarray(0, 18)), new Uint8Array(bytes.subarray(18))];
    translateErrors(guest, descriptor, parts, bytes.length);
    const whole = Buffer.concat(parts);
    return messages.map((_, i) => whole.readInt32LE(20 * i + 16));
  };
  equal(translated(messageOf(20, 2, -5), messageOf(20, 2, -6)), [-1005, -1006]);
  equal(translated(messageOf(20, 2, 0), messageOf(20, 3, -6)), [0, -1006]);
  equal(translated(messageOf(20, 16, -5), messageOf(20, 2, -6)), [-5, -1006]);
  for (const length of [0, 15, -1, 0xfffffffd | 0, 0x7fffffff])
    equal(translated(messageOf(length, 2, -5), messageOf(20, 2, -6)), [-1005, -6]);
});
