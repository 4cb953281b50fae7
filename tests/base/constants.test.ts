// The constants: their values against CPython and the headers of this system, and what calls say to
// those that it lacks.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { unsupported } from "../../shim/unsupported.js";
import { constantNames } from "../../ts/base/constants.gen.js";
import * as api from "../../ts/index.js";
import {
  AF_INET,
  AF_LINK,
  AI_DEFAULT,
  AI_PASSIVE,
  MSG_BCAST,
  MSG_PEEK,
  NI_NUMERICSCOPE,
  OSError,
  SIO_RCVALL,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_RTABLE,
  Socket,
  defined,
  fromfd,
  getaddrinfo,
  getnameinfo,
  inet_ntop,
  inet_pton,
  poll,
  socketModule,
  socketpair,
} from "../../ts/index.js";
import { wasm } from "../../ts/codec/webassembly.js";
import { ask } from "../python.js";
import { equal, is, ok, test, throws } from "../suite.js";

const values = api as unknown as Readonly<Record<string, number>>;
const flagOf = /^(MSG|AI|NI)_|^SOCK_(NONBLOCK|CLOEXEC)$/;
// A second CPython, where there is one: distributions build theirs with Bluetooth.
const pythons = [process.env.PYTHON ?? "python3", "/usr/bin/python3"].filter(
  (path, i) => i === 0 || existsSync(path),
);

for (const python of pythons) {
  test(`constants: ${python} has none that we lack, nor with another value`, () => {
    const theirs: Record<string, number | string> = ask(
      `
import errno
numbers = {n: int(v) for m in (socket, errno) for n, v in vars(m).items() if n[0].isupper() and isinstance(v, int) and not isinstance(v, bool)}
print(json.dumps(numbers | {n: v for n, v in vars(socket).items() if n[0].isupper() and isinstance(v, str)}))`,
      null,
      python,
    );
    ok(Object.keys(theirs).length > 300);
    equal(
      Object.entries(theirs).filter(([name, value]) => values[name] !== value),
      [],
    );
  });
}

test("constants: each has a value, NaN where it is absent, or 0x80000000 where it is a flag", () => {
  for (const name of constantNames) {
    const value = values[name];
    is(typeof value, "number", name);
    ok(
      defined(name)
        ? Number.isSafeInteger(value)
        : flagOf.test(name)
          ? value === 0x80000000
          : Number.isNaN(value),
      `${name} is ${value}`,
    );
  }
  is(new Set(constantNames).size, constantNames.length);
});

// What Linux's headers call otherwise than Python, and headers that the addon itself does without.
const cName = (name: string) => name.replace(/^CAN_BCM_(?=.)/, "");
const headers = [
  "can/error",
  "dccp",
  "genetlink",
  "icmp",
  "inet_diag",
  "kcm",
  "llc",
  "mctp",
  "mptcp",
  "neighbour",
  "nfc",
  "phonet",
  "rds",
  "rtnetlink",
  "sock_diag",
  "unix_diag",
];

test(
  "constants: the numbers are those of this system's headers",
  () => {
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const checked = constantNames.filter(name => defined(name) && name !== "CAN_BCM");
    const source = [
      '#include "host/headers.h"',
      ...headers.map(name => `#if __has_include(<linux/${name}.h>)\n#include <linux/${name}.h>\n#endif`),
      ...checked.map(
        (name, i) =>
          `#line ${i + 1} "constants"\nstatic_assert(static_cast<double>(${cName(name)}) == ${values[name]}.0, "");`,
      ),
    ].join("\n");
    const { stderr, error } = spawnSync(
      "g++",
      ["-std=c++17", "-D_GNU_SOURCE", "-fsyntax-only", "-fmax-errors=0", `-I${root}`, "-x", "c++", "-"],
      { input: source, encoding: "utf8", env: { ...process.env, LC_ALL: "C" }, maxBuffer: 1 << 26 },
    );
    if (error) throw error;
    const lines = (pattern: RegExp) =>
      new Set(Array.from(stderr.matchAll(pattern), match => checked[Number(match[1]) - 1]!));
    const wrong = lines(/^constants:(\d+):\d+: error: static assertion failed/gm);
    const unknown = lines(/^constants:(\d+):\d+: error: .* was not declared/gm);
    equal([...wrong], []);
    // Headers older than a number lack it; this many have long been there.
    const known = checked.length - unknown.size;
    ok(
      known > 1200,
      `${known} of ${checked.length} are known here; not: ${[...unknown].join(" ")}\n${stderr.slice(0, 2000)}`,
    );
  },
  { seconds: 60, skip: process.platform === "linux" ? undefined : "the numbers with guards are Linux's" },
);

test("defined: what this system lacks, what no system has, what is no constant", () => {
  is(defined("AF_INET"), true);
  is(defined("BDADDR_ANY"), true);
  is(defined("CAN_EFF_FLAG"), true);
  is(defined("AF_NOBODY"), false);
  is(defined("toString"), false);
  is(defined("Socket"), false);
});

const lacks = { skip: process.platform === "linux" ? undefined : "other systems lack other names" };
const without = (name: string, prefix: string) =>
  new RegExp(
    `^${name} must be an integer 0\\.\\.\\d+, got \\S+; this system lacks (${prefix}\\w+, )*${prefix}\\w+$`,
  );

test(
  "Socket: a family that this system lacks is a RangeError that names the lacking",
  () => {
    for (const make of [
      () => new Socket(AF_LINK),
      () => socketpair(AF_LINK),
      () => fromfd(0, AF_LINK, SOCK_STREAM),
    ]) {
      const { message } = throws(make, RangeError, without("family", "AF_"));
      ok(message.includes("AF_LINK") && !message.includes("AF_INET"));
    }
  },
  lacks,
);

test(
  "flags: one that this system lacks is refused by every call, alone and or-ed",
  () => {
    using s = new Socket(AF_INET, SOCK_DGRAM);
    s.bind(["127.0.0.1", 0]);
    s.settimeout(0);
    const here = s.getsockname();
    const buffer = new Uint8Array(8);
    for (const flags of [MSG_BCAST, MSG_PEEK | MSG_BCAST]) {
      const calls = [
        () => s.recv(1, flags),
        () => s.recvfrom(1, flags),
        () => s.recvmsg(1, 0, flags),
        () => s.recvmsgInto([buffer], 0, flags),
        () => s.recvInto(buffer, 1, flags),
        () => s.recvfromInto(buffer, 1, flags),
        () => s.send("x", flags),
        () => s.sendall("x", flags),
        () => s.sendto("x", flags, here),
        () => s.sendmsg(["x"], [], flags, here),
      ];
      for (const call of calls)
        ok(throws(call, RangeError, without("flags", "MSG_")).message.includes("MSG_BCAST"), String(call));
    }
    throws(() => s.recv(1), OSError); // nothing was sent
    throws(
      () => getaddrinfo("127.0.0.1", 80, 0, 0, 0, AI_PASSIVE | AI_DEFAULT),
      RangeError,
      without("flags", "AI_"),
    );
    throws(() => getaddrinfo("127.0.0.1", 80, 0, 0, 0, AI_DEFAULT), RangeError, without("flags", "AI_"));
    throws(() => getnameinfo(["127.0.0.1", 80], NI_NUMERICSCOPE), RangeError, without("flags", "NI_"));
  },
  lacks,
);

test(
  "NaN: is no number to any call",
  () => {
    const hint = /got NaN \(a constant that this system lacks\?\)$/;
    using s = new Socket(AF_INET, SOCK_DGRAM);
    for (const call of [
      () => s.getsockopt(SOL_SOCKET, SO_RTABLE),
      () => s.getsockopt(NaN, 1),
      () => s.setsockopt(SOL_SOCKET, SO_RTABLE, 1),
      () => s.ioctl(SIO_RCVALL, 1),
      () => s.shutdown(NaN),
      () => s.listen(NaN),
      () => s.recv(NaN),
      () => new Socket(AF_INET, SOCK_DGRAM, NaN),
      () => poll([[s, NaN]], 0),
      () => inet_pton(AF_LINK, "::"),
      () => inet_ntop(AF_LINK, new Uint8Array(4)),
      () => getaddrinfo(null, 80, NaN),
      () => s.sendmsg([], [[NaN, 1, "x"]]),
    ])
      throws(call, RangeError, hint);
    throws(
      () => new Socket(AF_INET, NaN),
      RangeError,
      /^type must be .* got NaN \(a constant that this system lacks\?\)$/,
    );
    throws(() => s.recv(1, NaN), RangeError, without("flags", "MSG_"));
  },
  lacks,
);

test("SOCK_NONBLOCK: where it is absent, or-ed into a type it is refused", () => {
  const numbers = new Float64Array(
    constantNames.map(name => (/^(SOCK_NONBLOCK|SOCK_CLOEXEC|AI_\w+)$/.test(name) ? NaN : values[name]!)),
  );
  let calls = 0;
  const host = {
    ...unsupported(""),
    unavailable: undefined,
    attach: () => 0,
    constants: () => numbers,
    socket: () => {
      calls++;
      return -1;
    },
  };
  const {
    constants: c,
    Socket,
    defined,
    AddressInfo,
  } = socketModule(host, new wasm.Module(readFileSync(new URL("../../codec.wasm", import.meta.url))));
  is(c.SOCK_NONBLOCK, 0x80000000);
  is(defined("SOCK_NONBLOCK"), false);
  equal(
    Object.keys(AddressInfo).filter(name => /^\d/.test(name)),
    [],
  );
  throws(
    () => new Socket(AF_INET, SOCK_STREAM | c.SOCK_NONBLOCK),
    RangeError,
    "type must be an integer 0..2147483647, got -2147483647; this system lacks SOCK_CLOEXEC, SOCK_NONBLOCK",
  );
  is(calls, 0);
});

test("unsupported: a family that can't be known is ENOSYS, which says why", () => {
  const { Socket, constants } = socketModule(
    unsupported("the addon is missing"),
    new wasm.Module(readFileSync(new URL("../../codec.wasm", import.meta.url))),
  );
  for (const make of [() => new Socket(constants.AF_INET), () => new Socket()]) {
    const { code, message } = throws(make, OSError, /: the addon is missing$/);
    is(code, "ENOSYS", message);
  }
});
