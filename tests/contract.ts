// The host contract as tests: each call's success and its -errno. Any shim runs it: contract(name,
// host, what it lacks).
import { readFileSync } from "node:fs";
import type { Host } from "../shim/contract.js";
import { unsupported } from "../shim/unsupported.js";
import { constantNames } from "../ts/base/constants.gen.js";
// Not from index.js, whose module would take the addon before this one.
import { socketModule } from "../ts/module.js";
import { wasm } from "../ts/codec/webassembly.js";
import { names } from "./contractnames.js";
import { NOBODY, owning } from "./contractowning.js";
import { equal, instance, is, ok, test } from "./suite.js";

export type Calls = {
  [K in keyof Host]-?: Host[K] extends (...args: any[]) => unknown ? K : never;
}[keyof Host];

export interface Situation {
  /** Calls that answer -ENOSYS here. */
  lacks?: readonly Calls[];
  /**
   * A file that can be opened, and how: sendfile, read and lseek take a descriptor from outside.
   */
  open(): { fd: number; content: string; close(): void };
}

export function contract(title: string, host: Host, { lacks = [], open }: Situation): void {
  const { core } = socketModule(
    host,
    new wasm.Module(readFileSync(new URL("../codec.wasm", import.meta.url))),
  );
  const { wire, registry } = core;
  const c = core.constants;
  const seen = new Set<string>();

  /** A test of these calls; where the host lacks one, of what that one says. */
  function calls(names: readonly Calls[], what: string, body: () => unknown): void {
    for (const name of names) seen.add(name);
    const missing = names.filter(name => lacks.includes(name));
    if (missing.length === 0) test(`${title}: ${names[0]}: ${what}`, body);
    else
      test(`${title}: ${names[0]}: ${what}: lacks ${missing.join(", ")}`, () => {
        for (const name of missing)
          is((host[name] as unknown as (...args: unknown[]) => unknown)(NOBODY, 0, 0, 0), -c.ENOSYS);
      });
  }

  /** Puts an address into the block and returns its length; takes one out. */
  const put = (family: number, address: unknown) =>
    registry.find(family, 0).encode(core, address, "contract");
  const take = (family: number) => registry.decode(core, wire.addressLength(), registry.find(family, 0));
  const local = (port = 0) => put(c.AF_INET, ["127.0.0.1", port]);
  const opened = (fd: number) => {
    ok(fd >= 0, `-errno ${fd}`);
    return fd;
  };

  /** Runs with sockets that are closed afterwards. */
  function having(make: (() => number)[], body: (...fds: number[]) => void): void {
    const fds: number[] = [];
    try {
      for (const one of make) fds.push(opened(one()));
      body(...fds);
    } finally {
      for (const fd of fds) host.close(fd);
    }
  }
  const stream = () => host.socket(c.AF_INET, c.SOCK_STREAM, 0);
  const datagrams = () => host.socket(c.AF_INET, c.SOCK_DGRAM, 0);
  function bound(fd: number): number {
    is(host.bind(fd, local()), 0);
    is(host.getsockname(fd), 0);
    return take(c.AF_INET)[1];
  }
  /** A connected pair of streams. */
  function pair(body: (client: number, server: number) => void): void {
    having([stream, stream], (listener, client) => {
      const port = bound(listener);
      is(host.listen(listener, 5), 0);
      is(host.connect(client, local(port)), 0);
      having([() => host.accept(listener, 0)], server => body(client, server));
    });
  }

  test(`${title}: constants: as many as there are names, numbers or NaN`, () => {
    const values = host.constants();
    is(values.length, constantNames.length);
    is(values[constantNames.indexOf("AF_UNSPEC")], 0);
    ok(values.every(value => Number.isNaN(value) || Number.isSafeInteger(value)));
    ok(
      ["EBADF", "EAGAIN", "EINTR", "ENOSYS", "SOL_SOCKET", "POLLIN"].every(
        name => values[constantNames.indexOf(name as "EBADF")]! > 0,
      ),
    );
  });

  calls(["attach"], "once", () => is(host.attach(new Uint8Array(300)), -c.EBUSY));

  calls(["socket", "close", "isInheritable"], "close-on-exec", () => {
    const fd = opened(stream());
    is(host.isInheritable(fd), 0);
    is(host.close(fd), 0);
    is(host.close(fd), -c.EBADF);
  });
  calls(["socket"], "an unknown family, type or protocol", () => {
    is(host.socket(0x7777, c.SOCK_STREAM, 0), -c.EAFNOSUPPORT);
    is(host.socket(c.AF_INET, 0x77, 0), -c.EINVAL);
    is(host.socket(c.AF_INET, c.SOCK_STREAM, c.IPPROTO_UDP), -c.EPROTONOSUPPORT);
  });
  calls(["socketpair", "isInheritable"], "two descriptors, close-on-exec", () => {
    const out = new Int32Array(2);
    is(host.socketpair(c.AF_UNIX, c.SOCK_STREAM, 0, out), 0);
    const [a, b] = out as unknown as [number, number];
    equal([host.isInheritable(a), host.isInheritable(b)], [0, 0]);
    is(host.send(a, Buffer.from("x"), 0), 1);
    is(host.recv(b, new Uint8Array(9), 9, 0), 1);
    host.close(a);
    host.close(b);
    is(host.socketpair(c.AF_INET, c.SOCK_STREAM, 0, out), -c.EOPNOTSUPP);
  });

  calls(["bind", "getsockname"], "the address comes back", () =>
    having([datagrams, datagrams], (a, b) => {
      const port = bound(a);
      ok(port > 0);
      is(host.bind(b, local(port)), -c.EADDRINUSE);
      is(host.bind(a, local()), -c.EINVAL);
      is(host.bind(NOBODY, local()), -c.EBADF);
      is(host.getsockname(NOBODY), -c.EBADF);
    }),
  );
  calls(["listen", "connect", "accept", "getpeername"], "a connection, and both its names", () =>
    having([stream, stream], (listener, client) => {
      const port = bound(listener);
      is(host.listen(listener, 1), 0);
      is(host.connect(client, local(port)), 0);
      is(host.getpeername(client), 0);
      equal(take(c.AF_INET), ["127.0.0.1", port]);
      is(host.getsockname(client), 0);
      const name = take(c.AF_INET);
      having([() => host.accept(listener, 0)], server => {
        equal(take(c.AF_INET), name);
        equal([host.isNonblocking(server), host.isInheritable(server)], [0, 0]);
      });
      is(host.connect(client, local(port)), -c.EISCONN);
    }),
  );
  calls(["accept", "setNonblocking"], "non-blocking, and what it makes", () =>
    having([stream, stream], (listener, client) => {
      const port = bound(listener);
      is(host.accept(listener, 0), -c.EINVAL);
      host.listen(listener, 1);
      is(host.setNonblocking(listener, 1), 0);
      is(host.accept(listener, 0), -c.EAGAIN);
      host.connect(client, local(port));
      having([() => host.accept(listener, 1)], server => is(host.isNonblocking(server), 1));
      is(host.accept(NOBODY, 0), -c.EBADF);
    }),
  );
  calls(["bind", "connect", "sendto", "sendmsg", "setsockopt"], "lengths that lie", () =>
    having([datagrams], fd => {
      const data = new Uint8Array(4);
      const beyond = wire.addressSize + 1;
      for (const length of [-1, beyond, 1 << 20]) {
        is(host.bind(fd, length), -c.EINVAL);
        is(host.connect(fd, length), -c.EINVAL);
        is(host.sendto(fd, data, 0, length), -c.EINVAL);
        is(host.sendmsg(fd, [data], null, 0, length), -c.EINVAL);
      }
      is(host.setsockopt(fd, c.SOL_SOCKET, c.SO_RCVBUF, data, 32), -c.EFAULT);
      is(host.setsockopt(fd, c.SOL_SOCKET, c.SO_RCVBUF, data, -1), -c.EFAULT);
    }),
  );
  calls(["attachFilter"], "one instruction; none; a part of one", () =>
    having([datagrams], fd => {
      const returns = core.structs.sock_filter.pack({ code: c.BPF_RET, jt: 0, jf: 0, k: 0 });
      is(host.attachFilter(fd, c.SO_ATTACH_FILTER, returns), 0);
      is(host.attachFilter(fd, c.SO_ATTACH_FILTER, new Uint8Array(0)), -c.EINVAL);
      is(host.attachFilter(fd, c.SO_ATTACH_FILTER, returns.subarray(1)), -c.EINVAL);
      is(host.attachFilter(NOBODY, c.SO_ATTACH_FILTER, returns), -c.EBADF);
    }),
  );
  calls(["interruptible", "interruptions"], "a call that blocks ends early, until it is told not to", () =>
    having([stream], listener => {
      bound(listener);
      host.listen(listener, 1);
      is(host.interruptible(20), 0);
      host.interruptions();
      const began = host.now();
      is(host.accept(listener, 0), -c.EINTR);
      ok(host.now() - began >= 10 && host.interruptions() >= 1);
      is(host.interruptible(0), 0);
      host.interruptions();
      is(host.poll(Int32Array.of(listener, c.POLLIN, 0), 60), 0);
      is(host.interruptions(), 0);
      is(host.interruptible(-1), -c.EINVAL);
    }),
  );
  calls(["connect"], "refused, in progress, no descriptor", () =>
    having([stream, stream, stream], (a, b, free) => {
      const port = bound(free); // bound, but nobody listens
      is(host.connect(a, local(port)), -c.ECONNREFUSED);
      is(host.connect(NOBODY, local(port)), -c.EBADF);
      host.listen(free, 1);
      host.setNonblocking(b, 1);
      is(host.connect(b, local(port)), -c.EINPROGRESS);
    }),
  );
  calls(["listen", "getpeername", "shutdown"], "errors", () =>
    having([stream, datagrams], (s, d) => {
      is(host.listen(d, 1), -c.EOPNOTSUPP);
      is(host.listen(NOBODY, 1), -c.EBADF);
      is(host.getpeername(s), -c.ENOTCONN);
      is(host.shutdown(s, 2), -c.ENOTCONN);
      is(host.shutdown(NOBODY, 2), -c.EBADF);
    }),
  );

  calls(["send", "recv", "shutdown"], "bytes, the end, and after it", () =>
    pair((a, b) => {
      const buffer = new Uint8Array(8);
      is(host.send(a, Buffer.from("hello"), 0), 5);
      is(host.recv(b, buffer, 3, 0), 3);
      is(host.recv(b, buffer.subarray(3), 6, 0), -c.EFAULT); // never more than the buffer holds
      is(host.recv(b, buffer.subarray(3), 5, 0), 2);
      is(Buffer.from(buffer.subarray(0, 5)).toString(), "hello");
      is(host.recv(b, buffer, 8, c.MSG_DONTWAIT), -c.EAGAIN);
      is(host.shutdown(a, c.SHUT_WR), 0);
      is(host.recv(b, buffer, 8, 0), 0);
      is(host.send(a, buffer, 0), -c.EPIPE);
      is(host.send(NOBODY, buffer, 0), -c.EBADF);
      is(host.recv(NOBODY, buffer, 8, 0), -c.EBADF);
    }),
  );
  calls(["recvEach"], "each of several, and each one's error", () =>
    pair((a, b) => {
      const buffers = [new Uint8Array(3), new Uint8Array(8), new Uint8Array(2), undefined];
      const calls = Int32Array.of(b, 3, NOBODY, 8, b, 3, b, 1, b, 2);
      is(host.send(a, Buffer.from("hello"), 0), 5);
      is(host.recvEach(calls, buffers, 4), 4);
      equal([...calls.subarray(0, 8)], [b, 3, NOBODY, -c.EBADF, b, -c.EFAULT, b, -c.EINVAL]);
      is(Buffer.from(buffers[0]!).toString(), "hel");
      is(host.recvEach(calls.subarray(8), [buffers[2]], 1), 1);
      equal([calls[9], Buffer.from(buffers[2]!).toString()], [2, "lo"]);
      is(host.recvEach(calls, buffers, 6), -c.EINVAL);
      is(host.recvEach(calls, buffers, 0), 0);
    }),
  );
  calls(["sendto", "recvfrom"], "a datagram and where it is from", () =>
    having([datagrams, datagrams], (a, b) => {
      const to = bound(a);
      const from = bound(b);
      const buffer = new Uint8Array(8);
      is(host.sendto(b, Buffer.from("dgram"), 0, local(to)), 5);
      is(host.recvfrom(a, buffer, 9, 0), -c.EFAULT);
      is(host.recvfrom(a, buffer, 8, 0), 5);
      equal(take(c.AF_INET), ["127.0.0.1", from]);
      is(host.recvfrom(a, buffer, 8, c.MSG_DONTWAIT), -c.EAGAIN);
      is(host.sendto(b, new Uint8Array(70000), 0, local(to)), -c.EMSGSIZE);
      is(host.sendto(NOBODY, buffer, 0, local(to)), -c.EBADF);
      is(host.recvfrom(NOBODY, buffer, 8, 0), -c.EBADF);
      is(host.send(b, buffer, 0), -c.EDESTADDRREQ);
    }),
  );
  calls(["sendmsg", "recvmsg"], "several buffers, flags, address", () =>
    having([datagrams, datagrams], (a, b) => {
      const to = bound(a);
      const from = bound(b);
      const parts = [new Uint8Array(2), new Uint8Array(0), new Uint8Array(2)];
      is(host.sendmsg(b, [Buffer.from("ab"), Buffer.from(""), Buffer.from("cde")], null, 0, local(to)), 5);
      is(host.recvmsg(a, parts, null, 0), 4);
      equal(
        [take(c.AF_INET), wire.controlLength(), wire.messageFlags() & c.MSG_TRUNC],
        [["127.0.0.1", from], 0, c.MSG_TRUNC],
      );
      equal(
        parts.map(part => Buffer.from(part).toString()),
        ["ab", "", "cd"],
      );
      is(host.recvmsg(a, parts, null, c.MSG_DONTWAIT), -c.EAGAIN);
      is(host.sendmsg(b, [], null, 0, 0), -c.EDESTADDRREQ);
      is(host.sendmsg(NOBODY, [], null, 0, 0), -c.EBADF);
      is(host.recvmsg(NOBODY, parts, null, 0), -c.EBADF);
      is(host.sendmsg(b, Array(2000).fill(parts[0]), null, 0, local(to)), -c.EMSGSIZE);
    }),
  );
  calls(
    ["sendmsg", "recvmsg", "isInheritable"],
    "a descriptor as control data, close-on-exec on arrival",
    () => {
      const out = new Int32Array(2);
      is(host.socketpair(c.AF_UNIX, c.SOCK_STREAM, 0, out), 0);
      having([() => out[0]!, () => out[1]!], (a, b) => {
        const data = new Uint8Array(Int32Array.of(a).buffer);
        const space = wire.calls.cmsg_space(wire.target, 4);
        const control = new Uint8Array(space);
        const start = wire.calls.cmsg_encode(wire.target, wire.image, c.SOL_SOCKET, c.SCM_RIGHTS, 4);
        control.set(wire.bytes.subarray(wire.image, wire.image + start));
        control.set(data, start);
        is(host.sendmsg(a, [Buffer.from("x")], control, 0, 0), 1);
        const into = new Uint8Array(space + 8);
        is(host.recvmsg(b, [new Uint8Array(1)], into, 0), 1);
        ok(wire.controlLength() > 0 && wire.controlLength() <= space);
        const fd = new DataView(into.buffer, start).getInt32(
          0,
          new Uint8Array(Int32Array.of(1).buffer)[0] === 1,
        );
        having([() => fd], received => is(host.isInheritable(received), 0));
      });
    },
  );

  calls(["sendfile"], "a file's part, and its end", () =>
    pair((a, b) => {
      const file = open();
      const buffer = new Uint8Array(100);
      try {
        is(host.sendfile(a, file.fd, 3, 4), 4);
        is(host.recv(b, buffer, 100, 0), 4);
        is(Buffer.from(buffer.subarray(0, 4)).toString(), file.content.slice(3, 7));
        is(host.sendfile(a, file.fd, file.content.length, 4), 0);
        is(host.sendfile(a, NOBODY, 0, 4), -c.EBADF);
        is(host.sendfile(NOBODY, file.fd, 0, 4), -c.EBADF);
      } finally {
        file.close();
      }
    }),
  );
  calls(["read", "lseek"], "a file from a place", () => {
    const file = open();
    const buffer = new Uint8Array(3);
    try {
      is(host.lseek(file.fd, 2, 0), 2);
      is(host.read(file.fd, buffer, buffer.length + 1), -c.EFAULT);
      is(host.read(file.fd, buffer, buffer.length), 3);
      is(Buffer.from(buffer).toString(), file.content.slice(2, 5));
      is(host.lseek(file.fd, -1, 0), -c.EINVAL);
      is(host.lseek(NOBODY, 0, 0), -c.EBADF);
      is(host.read(NOBODY, buffer, 3), -c.EBADF);
    } finally {
      file.close();
    }
  });
  calls(["sendmmsg", "recvmmsg"], "several datagrams in one call", () =>
    having([datagrams, datagrams], (a, b) => {
      const port = bound(a);
      is(host.connect(b, local(port)), 0);
      const none = new Uint8Array(0);
      const data = Buffer.from("onetwo");
      const words = Int32Array.of(3, 0, 0, 0, 2, 0, 0, 0);
      is(host.sendmmsg(b, data, none, none, words, 0, 2, 0), 2);
      const into = new Uint8Array(8);
      const got = new Int32Array(8);
      is(host.recvmmsg(a, into, none, none, got, 2, 0), 2);
      equal([Buffer.from(into).toString("latin1"), got[0], got[4]], ["one\0tw\0\0", 3, 2]);
      is(host.recvmmsg(a, into, none, none, got, 2, c.MSG_DONTWAIT), -c.EAGAIN);
      is(host.recvmmsg(NOBODY, into, none, none, got, 2, 0), -c.EBADF);
      is(host.sendmmsg(NOBODY, data, none, none, words, 0, 2, 0), -c.EBADF);
    }),
  );

  calls(["getsockopt", "setsockopt"], "an option set and read", () =>
    having([stream], s => {
      const value = new Int32Array(1);
      const bytes = new Uint8Array(value.buffer);
      is(host.getsockopt(s, c.SOL_SOCKET, c.SO_TYPE, bytes), 4);
      is(value[0], c.SOCK_STREAM);
      value[0] = 1;
      is(host.setsockopt(s, c.SOL_SOCKET, c.SO_KEEPALIVE, bytes, 4), 0);
      value[0] = 0;
      is(host.getsockopt(s, c.SOL_SOCKET, c.SO_KEEPALIVE, bytes), 4);
      ok(value[0] !== 0);
      is(host.getsockopt(s, c.SOL_SOCKET, 0x7777, bytes), -c.ENOPROTOOPT);
      is(host.setsockopt(s, c.SOL_SOCKET, 0x7777, bytes, 4), -c.ENOPROTOOPT);
      is(host.setsockopt(s, c.SOL_SOCKET, c.SO_KEEPALIVE, null, 0), -c.EINVAL);
      is(host.getsockopt(NOBODY, c.SOL_SOCKET, c.SO_TYPE, bytes), -c.EBADF);
      is(host.setsockopt(NOBODY, c.SOL_SOCKET, c.SO_KEEPALIVE, bytes, 4), -c.EBADF);
    }),
  );
  calls(["ioctl"], "FIONREAD by bytes, FIONBIO by bytes, an unknown one", () => {
    if (!host.target.startsWith("linux")) return;
    const FIONREAD = 0x541b;
    const FIONBIO = 0x5421;
    const value = new Int32Array(1);
    const bytes = new Uint8Array(value.buffer);
    pair((a, b) => {
      host.send(a, Buffer.from("12345"), 0);
      host.recv(b, new Uint8Array(1), 1, c.MSG_PEEK);
      is(host.ioctl(b, FIONREAD, bytes, 0), 0);
      is(value[0], 5);
      value[0] = 1;
      is(host.ioctl(b, FIONBIO, bytes, 0), 0);
      is(host.isNonblocking(b), 1);
      is(host.ioctl(b, 0xdead, null, 0), -c.ENOTTY);
      is(host.ioctl(NOBODY, FIONREAD, bytes, 0), -c.EBADF);
    });
  });
  calls(["dup", "isInheritable"], "another descriptor, close-on-exec", () =>
    having([datagrams], s => {
      const port = bound(s);
      having([() => host.dup(s, 1)], copy => {
        ok(copy !== s);
        is(host.isInheritable(copy), 0);
        host.getsockname(copy);
        is(take(c.AF_INET)[1], port);
      });
      is(host.dup(NOBODY, 0), -c.EBADF);
    }),
  );
  calls(["isNonblocking", "setNonblocking"], "on and off", () =>
    having([stream], s => {
      for (const on of [1, 1, 0, 0]) {
        is(host.setNonblocking(s, on), 0);
        is(host.isNonblocking(s), on);
      }
      equal([host.isNonblocking(NOBODY), host.setNonblocking(NOBODY, 1)], [-c.EBADF, -c.EBADF]);
    }),
  );
  calls(["isInheritable", "setInheritable"], "on and off", () =>
    having([stream], s => {
      for (const on of [1, 1, 0, 0]) {
        is(host.setInheritable(s, on), 0);
        is(host.isInheritable(s), on);
      }
      equal([host.isInheritable(NOBODY), host.setInheritable(NOBODY, 1)], [-c.EBADF, -c.EBADF]);
    }),
  );

  calls(["poll"], "who is ready for what, and how long it waits", () =>
    pair((a, b) => {
      const entries = Int32Array.of(a, c.POLLIN, 0x77, b, c.POLLIN | c.POLLOUT, 0);
      is(host.poll(entries, 0), 1);
      equal([...entries], [a, c.POLLIN, 0, b, c.POLLIN | c.POLLOUT, c.POLLOUT]);
      const start = performance.now();
      is(host.poll(Int32Array.of(a, c.POLLIN, 0), 30), 0);
      const took = performance.now() - start;
      ok(took >= 29, `${took} ms`);
      const nobody = Int32Array.of(NOBODY, c.POLLIN, 0);
      is(host.poll(nobody, -1), 1);
      is(nobody[2], c.POLLNVAL);
      is(host.poll(new Int32Array(0), 0), 0);
    }),
  );
  owning(host, core, calls, { having, stream, datagrams, opened });

  names(host, core, calls);

  test(`${title}: what is the runtime's own: a channel, IDNA, warnings, handles`, () => {
    const channel = host.channel(`contract.${title}`);
    is(channel.hasSubscribers, false);
    equal([host.idna("localhost"), host.idna("bücher.example")], ["localhost", "xn--bcher-kva.example"]);
    is(host.descriptorOf({}), null);
    is(host.descriptorOf(5), null);
    instance(host.warn, Function);
    ok(host.name.length > 0 && host.maxBlockMs >= 0 && host.lookups >= 1);
  });

  calls(
    ["now", "setTimer", "clearTimer", "nextTurn", "random"],
    "time goes on, timers fire once, the next turn comes",
    async () => {
      const began = host.now();
      const fired: string[] = [];
      host.clearTimer(host.setTimer(() => fired.push("cleared"), 1));
      await new Promise<void>(resolve => {
        const timer = host.setTimer(() => {
          fired.push("timer");
          resolve();
        }, 5);
        timer.unref();
        timer.ref();
      });
      ok(host.now() - began >= 4, `${host.now() - began} ms`);
      await new Promise<void>(resolve => host.nextTurn(resolve));
      equal(fired, ["timer"]);
      const chance = host.random();
      ok(chance >= 0 && chance < 1);
    },
  );

  test(`${title}: every call of the contract is tested`, () => {
    const elsewhere = ["constants", "channel", "idna", "descriptorOf", "warn", "gai_strerror", "hstrerror"];
    const all = Object.entries(unsupported(""))
      .filter(([, call]) => typeof call === "function")
      .map(([name]) => name);
    equal(
      all.filter(name => !seen.has(name) && !elsewhere.includes(name)),
      [],
    );
    equal(
      all.filter(name => typeof host[name as keyof Host] !== "function"),
      [],
    );
  });
}
