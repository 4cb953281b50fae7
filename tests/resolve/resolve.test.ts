// The resolver: held against CPython, on names of loopback only and names that no server is asked
// for.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import * as ours from "../../ts/index.js";
import {
  AF_INET,
  AF_INET6,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  EAI_NONAME,
  EAI_SERVICE,
  GaiError,
  HError,
  IPPROTO_TCP,
  NI_DGRAM,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  OSError,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  getaddrinfo,
  gethostbyaddr,
  gethostbyname,
  gethostbynameEx,
  getnameinfo,
  getservbyname,
  getservbyport,
  sethostname,
} from "../../ts/index.js";
import { ask } from "../python.js";
import { equal, instance, is, test, throws } from "../suite.js";
import { UTF8, ENDLESS, same } from "./outcomes.js";

const NUMERIC = NI_NUMERICHOST | NI_NUMERICSERV;

/** What CPython says for a failure of the resolver. */
function gaiText(status: number): string {
  return ask<string>(
    "try: socket.getaddrinfo('localhost', 80, flags=socket.AI_NUMERICHOST)\nexcept OSError as e: print(json.dumps(e.strerror if e.errno == data else str(e)))",
    status,
  );
}

test("getaddrinfo: hosts and services as CPython has them", () =>
  same([
    ["getaddrinfo", "localhost", 80],
    ["getaddrinfo", "localhost", null, 0, SOCK_STREAM],
    ["getaddrinfo", "localhost", "", AF_INET],
    ["getaddrinfo", Buffer.from("localhost"), Buffer.from("http"), AF_INET],
    ["getaddrinfo", null, 0, 0, SOCK_DGRAM],
    ["getaddrinfo", null, 80, 0, SOCK_DGRAM, 0, AI_PASSIVE],
    ["getaddrinfo", null, null],
    ["getaddrinfo", "", 80],
    ["getaddrinfo", "127.1", 80],
    ["getaddrinfo", "0x7f.1", 80],
    ["getaddrinfo", "127.0.0.1 ", 80, 0, 0, 0, AI_NUMERICHOST],
    ["getaddrinfo", "\uff11\uff12\uff17.0.0.1", 80],
    ["getaddrinfo", "::1", 80, AF_INET6, SOCK_STREAM, IPPROTO_TCP],
    ["getaddrinfo", "::ffff:127.0.0.1", 80, AF_INET],
    ["getaddrinfo", "fe80::1%1", 80, 0, SOCK_DGRAM],
    ["getaddrinfo", "::1%nope", 80],
    ["getaddrinfo", "fe80::1%nope", 80],
    ["getaddrinfo", "localhost", 80, AF_INET, SOCK_STREAM, 0, AI_CANONNAME],
    ["getaddrinfo", "127.0.0.1", 80, AF_INET6],
    ["getaddrinfo", "127.0.0.1", 80, 99],
    ["getaddrinfo", "127.0.0.1", 80, -1],
    ["getaddrinfo", "127.0.0.1", 80, AF_INET, 77],
    ["getaddrinfo", "127.0.0.1", 80, AF_INET, SOCK_STREAM, 9999],
    ["getaddrinfo", "127.0.0.1", 80, 0, 0, 0, 0x40000000],
    ["getaddrinfo", "localhost", 80, 0, 0, 0, AI_NUMERICHOST],
    ["getaddrinfo", "127.0.0.1", "http", 0, 0, 0, AI_NUMERICSERV],
    ["getaddrinfo", "127.0.0.1", "http"],
    ["getaddrinfo", "127.0.0.1", "nosuch"],
    ["getaddrinfo", "127.0.0.1", "domain", AF_INET, SOCK_DGRAM],
    ["getaddrinfo", "127.0.0.1", -1],
    ["getaddrinfo", "127.0.0.1", 70000],
    ["getaddrinfo", "127.0.0.1", 2 ** 40],
    ["getaddrinfo", "a..b", 80],
    ["getaddrinfo", Buffer.from("a..b"), 80],
    ["getaddrinfo", ".", 80],
    ["getaddrinfo", "b\u00fc..b", 80],
    ["getaddrinfo", "x".repeat(64), 80],
    ["getaddrinfo", ENDLESS, 80],
    ["getaddrinfo", `${UTF8}.invalid`, 80, 0, 0, 0, AI_NUMERICHOST],
    ["getaddrinfo", 1, 80],
    ["getaddrinfo", ["127.0.0.1"], 80],
  ]));

test("getaddrinfo: a row is what makes a socket that connects", () => {
  using server = new Socket(AF_INET, SOCK_STREAM);
  server.bind(["127.0.0.1", 0]);
  server.listen();
  const [row, ...others] = getaddrinfo("localhost", server.getsockname()[1], AF_INET, SOCK_STREAM);
  equal(others, []);
  const [family, type, proto, canonname, address] = row!;
  const typed: [string, number] = address;
  is(canonname, "");
  using client = new Socket(family, type, proto);
  client.connect(typed);
  equal(client.getpeername(), server.getsockname());
});

test("getaddrinfo: what can't be a host, a service or a number is refused before the resolver is asked", () => {
  throws(() => getaddrinfo("localhost\0x", 80), TypeError, "getaddrinfo: host must not hold a zero byte");
  throws(() => getaddrinfo(Buffer.from("localhost\0"), 80), TypeError, /zero byte/);
  throws(() => getaddrinfo(UTF8 + "\0", 80), TypeError, /zero byte/);
  throws(() => getaddrinfo("127.0.0.1", "80\0"), TypeError, "getaddrinfo: port must not hold a zero byte");
  throws(() => getaddrinfo("\ud800", 80), RangeError, /^getaddrinfo: host must be a host name, got/);
  throws(
    () => getaddrinfo("127.0.0.1", "\ud800"),
    RangeError,
    /^getaddrinfo: port must be text without lone surrogates, got/,
  );
  for (const host of [
    "\u00fc/b",
    "\u00fc%41",
    "\u00fc\tb",
    "\u00fc b",
    "\u00fc:1",
    "\u00fc\uff0fb",
    "xn--\u00fc",
  ]) {
    throws(() => getaddrinfo(host, 80), RangeError, /host must be a host name/);
  }
  throws(() => getaddrinfo("127.0.0.1", 1.5), RangeError, /^getaddrinfo: port must be an integer/);
  throws(() => getaddrinfo("127.0.0.1", NaN), RangeError, /port must be an integer/);
  throws(
    () => getaddrinfo("127.0.0.1", true as never),
    TypeError,
    /^getaddrinfo: port must be a string or a Uint8Array, got true/,
  );
  throws(
    () => getaddrinfo(undefined as never, 80),
    TypeError,
    /^getaddrinfo: host must be a string or a Uint8Array, got undefined/,
  );
  throws(() => getaddrinfo("127.0.0.1", 80, NaN), RangeError, /^getaddrinfo: family must be/);
  throws(
    () => getaddrinfo("127.0.0.1", 80, 0, "1" as never),
    TypeError,
    /^getaddrinfo: type must be a number/,
  );
  throws(() => getaddrinfo("127.0.0.1", 80, 0, 0, 2 ** 31), RangeError, /^getaddrinfo: proto must be/);
  throws(() => getaddrinfo("127.0.0.1", 80, 0, 0, 0, 0x80000000), RangeError, /^flags must be/);
});

test("GaiError: number, name and words of the failure", () => {
  const error = throws(() => getaddrinfo("localhost", 80, 0, 0, 0, AI_NUMERICHOST), GaiError);
  instance(error, OSError);
  equal(
    [error.errno, error.code, error.syscall, error.address, error.name],
    [EAI_NONAME, "EAI_NONAME", "getaddrinfo", "localhost", "GaiError"],
  );
  is(error.message, gaiText(EAI_NONAME));
  is(throws(() => getaddrinfo("127.0.0.1", "nosuch"), GaiError).errno, EAI_SERVICE);
});

test("getnameinfo: as CPython has it", () =>
  same([
    ["getnameinfo", ["127.0.0.1", 80], 0],
    ["getnameinfo", ["127.0.0.1", 80], NUMERIC],
    ["getnameinfo", ["127.1", 80], NUMERIC],
    ["getnameinfo", ["127.0.0.1", 53], NI_DGRAM | NI_NUMERICHOST],
    ["getnameinfo", ["127.0.0.1", 0], NUMERIC],
    ["getnameinfo", ["::1", 80], NUMERIC],
    ["getnameinfo", ["::1", 80, 0xfffff, 0], NUMERIC],
    ["getnameinfo", ["::1", 80, 0, 1], NUMERIC],
    ["getnameinfo", ["fe80::1", 80, 0, 1], NUMERIC],
    ["getnameinfo", ["ff02::1", 80, 0, 1], NUMERIC],
    ["getnameinfo", ["fe80::1", 80, 0, 4294967295], NUMERIC],
    ["getnameinfo", ["localhost", 80], NUMERIC],
    ["getnameinfo", ["", 80], NUMERIC],
    ["getnameinfo", ["\u00fc", 80], NUMERIC],
    ["getnameinfo", ["127.0.0.1", 80, 0], NUMERIC],
    ["getnameinfo", ["127.0.0.1", 80, 0, 0], NUMERIC],
    ["getnameinfo", ["127.0.0.1", 80], 0x4000000],
    ["getnameinfo", ["::1", 80, 0x100000], NUMERIC],
    ["getnameinfo", ["::1", 80, -1], NUMERIC],
    ["getnameinfo", ["\ud800", 80], NUMERIC],
    ["getnameinfo", ["::1"], NUMERIC],
    ["getnameinfo", ["::1", 80, 0, 0, 0], NUMERIC],
    ["getnameinfo", ["::1", "80"], NUMERIC],
    ["getnameinfo", [Buffer.from("::1"), 80], NUMERIC],
    ["getnameinfo", "127.0.0.1", NUMERIC],
    ["getnameinfo", ["127.0.0.1", 80], "0"],
  ]));

test("getnameinfo: what CPython cuts or drops is refused or kept", () => {
  throws(
    () => getnameinfo(["127.0.0.1", 70000], NUMERIC),
    RangeError,
    "getnameinfo: port must be an integer 0..65535, got 70000",
  );
  throws(
    () => getnameinfo(["::1", 80, 0, 2 ** 33], NUMERIC),
    RangeError,
    "getnameinfo: scopeid must be an integer 0..4294967295, got 8589934592",
  );
  throws(
    () => getnameinfo(["127.0.0.1\0", 80], NUMERIC),
    TypeError,
    "getnameinfo: host must not hold a zero byte",
  );
  throws(() => getnameinfo(["127.0.0.1", 80], -1), RangeError, /^flags must be/);
  equal(getnameinfo(["fe80::1%1", 80], NUMERIC), getnameinfo(["fe80::1", 80, 0, 1], NUMERIC));
});

/**
 * Addresses without an entry, which gethostbyname(3) asks a server for or that no test can compare
 * (below).
 */
const NO_ENTRIES = ["0x7f.1", "", "<broadcast>", Buffer.from(""), Buffer.from("<broadcast>")];
const NAMES = [
  "255.255.255.255",
  "127.1",
  "localhost",
  "::1",
  "::ffff:127.0.0.1",
  "\uff11\uff12\uff17.0.0.1",
  "a..b",
  "x".repeat(64),
  ENDLESS,
  "\ud800",
  "localhost\0",
  1,
  null,
  Buffer.from("localhost"),
  Buffer.from("a..b"),
  Buffer.from("localhost\0"),
];

test("gethostbyname: as CPython has it", () =>
  same([...NO_ENTRIES, ...NAMES].map(name => ["gethostbyname", name])));

test("gethostbynameEx: as CPython has it", () => same(NAMES.map(name => ["gethostbynameEx", name])));

test("gethostbyaddr: as CPython has it", () =>
  same(
    [
      "127.0.0.1",
      "127.1",
      "localhost",
      Buffer.from("127.0.0.1"),
      "",
      "a..b",
      ENDLESS,
      "\ud800",
      "localhost\0",
      1,
      null,
    ].map(name => ["gethostbyaddr", name]),
  ));

// No comparison: CPython 3.13 reports a global h_errno that the reentrant call has not set.
test("HError: number, name and words of the failure", () => {
  const error = throws(() => gethostbynameEx(""), HError);
  instance(error, OSError);
  equal(
    [error.errno, error.code, error.syscall, error.address, error.name],
    [ours.NO_RECOVERY, "NO_RECOVERY", "gethostbyname", "", "HError"],
  );
  is(throws(() => gethostbynameEx("<broadcast>"), HError).code, "HOST_NOT_FOUND");
});

test("getfqdn: as CPython has it", () =>
  same([
    ["getfqdn", "localhost"],
    ["getfqdn", " localhost\n"],
    ["getfqdn", "127.0.0.1"],
    ["getfqdn", ENDLESS],
    ["getfqdn", "a..b"],
    ["getfqdn", "\0"],
  ]));

test("audit: the events of CPython, with its argument names", () => {
  const events: unknown[] = [];
  const note = (message: unknown, name: string | symbol) => events.push([name, message]);
  const names = [
    "getaddrinfo",
    "getnameinfo",
    "gethostbyname",
    "gethostbyaddr",
    "gethostname",
    "sethostname",
    "getservbyname",
    "getservbyport",
  ].map(n => `socket.${n}`);
  for (const name of names) subscribe(name, note);
  try {
    getaddrinfo("127.0.0.1", 80, AF_INET, SOCK_STREAM, 6);
    getnameinfo(["127.0.0.1", 80], NUMERIC);
    gethostbyname("127.0.0.1");
    gethostbynameEx("127.0.0.1");
    gethostbyaddr("127.0.0.1");
    ours.gethostname();
    getservbyname("http");
    getservbyport(80, "tcp");
    throws(() => sethostname("x".repeat(65)), OSError);
  } finally {
    for (const name of names) unsubscribe(name, note);
  }
  equal(events, [
    ["socket.getaddrinfo", { host: "127.0.0.1", port: 80, family: AF_INET, type: SOCK_STREAM, protocol: 6 }],
    ["socket.getnameinfo", { sockaddr: ["127.0.0.1", 80] }],
    ["socket.gethostbyname", { hostname: "127.0.0.1" }],
    ["socket.gethostbyname", { hostname: "127.0.0.1" }],
    ["socket.gethostbyaddr", { ip_address: "127.0.0.1" }],
    ["socket.gethostname", {}],
    ["socket.getservbyname", { servicename: "http", protocolname: null }],
    ["socket.getservbyport", { port: 80, protocolname: "tcp" }],
    ["socket.sethostname", { name: "x".repeat(65) }],
  ]);
});
