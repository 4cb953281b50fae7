// The resolver and the databases: held against CPython, on names of loopback only and names that no
// server is asked for.
import { spawnSync } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import type { AddrInfoRow, Host } from "../../shim/contract.js";
import { nodeHost } from "../../shim/node.js";
import { unsupported } from "../../shim/unsupported.js";
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
  EAI_SYSTEM,
  EMFILE,
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
  getfqdn,
  gethostbyaddr,
  gethostbyname,
  gethostbynameEx,
  getnameinfo,
  getprotobyname,
  getservbyname,
  getservbyport,
  sethostname,
  socketModule,
} from "../../ts/index.js";
import { wasm } from "../../ts/codec/webassembly.js";
import { noHostnameNamespace, noIPv6 } from "../have.js";
import { ask } from "../python.js";
import { textArguments } from "../runtime.js";
import { equal, fails, instance, is, match, test, throws } from "../suite.js";

const NUMERIC = NI_NUMERICHOST | NI_NUMERICSERV;
const UTF8 = "b\u00fccher";
/** Longer than any name in the DNS, so that no server is asked for it. */
const ENDLESS = Array(6).fill("x".repeat(60)).join(".");

/** The row of 127.0.0.1:80 as this system has it. */
const LOOPBACK = nodeHost().getaddrinfo(
  Buffer.from("127.0.0.1"),
  Buffer.from("80"),
  AF_INET,
  SOCK_STREAM,
  0,
  0,
) as AddrInfoRow[];

interface Outcome {
  ok?: unknown;
  error?: string;
  errno?: number | null;
  message?: string;
}

const PYTHON = `
def plain(v): return bytes(v["bytes"]) if isinstance(v, dict) else tuple(map(plain, v)) if isinstance(v, list) else v
def outcome(name, arguments):
    try: return {"ok": getattr(socket, name)(*map(plain, arguments))}
    except socket.gaierror as e: return {"error": "GaiError", "errno": e.errno, "message": e.strerror}
    except socket.herror as e: return {"error": "HError", "errno": e.errno, "message": e.strerror}
    except OSError as e: return {"error": "OSError", "errno": e.errno}
    except (ValueError, OverflowError) as e: return {"error": "RangeError"}
    except TypeError as e: return {"error": "TypeError"}
print(json.dumps([outcome(*row) for row in data]))`;
const functions = ours as unknown as Record<string, (...args: unknown[]) => unknown>;
const renamed: Record<string, string> = { gethostbynameEx: "gethostbyname_ex" };

function outcomeOf(call: () => unknown): Outcome {
  try {
    return { ok: call() };
  } catch (error) {
    if (error instanceof GaiError || error instanceof HError)
      return { error: error.name, errno: error.errno!, message: error.message };
    if (error instanceof OSError) return { error: "OSError", errno: error.errno ?? null };
    return { error: (error as Error).name };
  }
}

/** What CPython says for a failure of the resolver. */
function gaiText(status: number): string {
  return ask<string>(
    "try: socket.getaddrinfo('localhost', 80, flags=socket.AI_NUMERICHOST)\nexcept OSError as e: print(json.dumps(e.strerror if e.errno == data else str(e)))",
    status,
  );
}

/** Each row's function and arguments come to the same in CPython and here. */
function same(rows: [name: string, ...args: unknown[]][]): void {
  const portable = (v: unknown): unknown =>
    v instanceof Uint8Array ? { bytes: [...v] } : Array.isArray(v) ? v.map(portable) : v;
  const theirs = ask<Outcome[]>(
    PYTHON,
    rows.map(([name, ...args]) => [renamed[name] ?? name, args.map(portable)]),
  );
  rows.forEach(([name, ...args], i) => {
    const mine = outcomeOf(() => functions[name]!(...args));
    equal({ call: [name, ...args], ...mine }, { call: [name, ...args], ...theirs[i] });
  });
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

test("getservbyname, getservbyport, getprotobyname: as CPython has them", () =>
  same([
    ["getservbyname", "http"],
    ["getservbyname", "http", "tcp"],
    ["getservbyname", "domain", "udp"],
    ["getservbyname", "http", "nosuch"],
    ["getservbyname", "http", ""],
    ["getservbyname", "nosuch"],
    ["getservbyname", ""],
    ["getservbyname", "\ud800"],
    ["getservbyname", Buffer.from("http")],
    ["getservbyname", "http", null],
    ["getservbyname", 80],
    ["getservbyport", 80],
    ["getservbyport", 80, "tcp"],
    ["getservbyport", 53, "udp"],
    ["getservbyport", 80, "nosuch"],
    ["getservbyport", 80, ""],
    ["getservbyport", 0],
    ["getservbyport", 65535],
    ["getservbyport", 65536],
    ["getservbyport", -1],
    ["getservbyport", "80"],
    ["getservbyport", 80, null],
    ["getprotobyname", "tcp"],
    ["getprotobyname", "TCP"],
    ["getprotobyname", "ipv6-icmp"],
    ["getprotobyname", "nosuch"],
    ["getprotobyname", ""],
    ["getprotobyname", Buffer.from("tcp")],
    ["gethostname"],
  ]));

test("getservbyname, getservbyport, getprotobyname: what isn't there is an OSError that says so", () => {
  throws(() => getservbyname("nosuch"), OSError, "service/proto not found");
  throws(() => getservbyport(65535), OSError, "port/proto not found");
  throws(() => getprotobyname("nosuch"), OSError, "protocol not found");
  throws(
    () => getservbyport(65536),
    RangeError,
    "getservbyport: port must be an integer 0..65535, got 65536",
  );
  throws(() => getservbyname("http\0"), TypeError, "getservbyname: servicename must not hold a zero byte");
  throws(
    () => getservbyname("http", "tcp\0"),
    TypeError,
    "getservbyname: protocolname must not hold a zero byte",
  );
  throws(() => getprotobyname("tcp\0"), TypeError, "getprotobyname: protocolname must not hold a zero byte");
});

test(
  "sethostname: a namespace of its own gets the name, as text or bytes",
  () => {
    const script = `
    import { sethostname, gethostname, getfqdn } from ${JSON.stringify(new URL("../../ts/index.js", import.meta.url).href)};
    const names = [];
    for (const name of ["localhost", new Uint8Array([0x62, 0xff, 0x63]), "b\\udcffd"]) { sethostname(name); names.push(gethostname()); if (name === "localhost") names.push(getfqdn(), getfqdn("0.0.0.0"), getfqdn("::")); }
    let long; try { sethostname("x".repeat(65)); } catch (error) { long = error.code; }
    console.log(JSON.stringify([...names, long]));`;
    const child = spawnSync("unshare", ["--uts", process.execPath, ...textArguments([], script)], {
      encoding: "utf8",
    });
    is(child.stderr, "");
    const fqdn = getfqdn("localhost");
    equal(JSON.parse(child.stdout), ["localhost", fqdn, fqdn, fqdn, "b\udcffc", "b\udcffd", "EINVAL"]);
  },
  { skip: noHostnameNamespace },
);

test("sethostname: a bad name is refused before the system is asked", () => {
  throws(() => sethostname("a\0b"), TypeError, "sethostname: name must not hold a zero byte");
  throws(() => sethostname(Buffer.from("a\0b")), TypeError, /zero byte/);
  throws(() => sethostname("\ud800"), RangeError, /lone surrogate/);
  throws(
    () => sethostname(1 as never),
    TypeError,
    "sethostname: name must be a string or a Uint8Array, got 1",
  );
});

// The hosts of socket addresses, which Python resolves by another rule than the functions: no label
// is measured, "" and "<broadcast>" mean something.
const HOSTS = [
  "127.0.0.1",
  "127.1",
  "0x7f.1",
  "",
  "<broadcast>",
  "255.255.255.255",
  "::1",
  "::ffff:127.0.0.1",
  "\uff11\uff12\uff17.0.0.1",
  "a..b",
  ENDLESS,
  "127.0.0.1 ",
  "%lo",
  "a\0",
  Buffer.from(""),
  Buffer.from("<broadcast>"),
  Buffer.from("127.0.0.1"),
  Buffer.from("::1"),
  Buffer.from("127.1"),
  Buffer.from("a\0"),
  1,
  null,
];

function bindOutcome(family: number, host: unknown): Outcome {
  return outcomeOf(() => {
    using s = new Socket(family, SOCK_DGRAM);
    s.bind([host, 0] as never);
    return (s.getsockname() as unknown[])[0];
  });
}

const BIND = `
def bound(host):
    with socket.socket(data["family"], socket.SOCK_DGRAM) as s:
        s.bind((host, 0))
        return s.getsockname()[0]
socket.bound = bound
`;

for (const [label, family, skip] of [
  ["AF_INET", AF_INET, undefined],
  ["AF_INET6", AF_INET6, noIPv6],
] as const) {
  test(
    `bind: ${label} hosts come to what they come to in CPython`,
    () => {
      // No other name is in every hosts file, and none for IPv6.
      const hosts = family === AF_INET ? [...HOSTS, "localhost", Buffer.from("localhost")] : HOSTS;
      const rows = hosts.map(host => ["bound", [host instanceof Uint8Array ? { bytes: [...host] } : host]]);
      const theirs = ask<Outcome[]>(BIND + PYTHON.replace("for row in data", 'for row in data["rows"]'), {
        rows,
        family,
      });
      for (const [i, host] of hosts.entries())
        equal({ host, ...bindOutcome(family, host) }, { host, ...theirs[i] });
    },
    { skip },
  );
}

test("bind: text that IDNA has no form of is a RangeError", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  throws(() => s.bind(["\u00fc\ud800", 0]), RangeError, /^bind: host must be a host name/);
  equal(s.getsockname(), ["0.0.0.0", 0]);
});

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

// Answers that the real system can't be made to give.
const codec = new wasm.Module(readFileSync(new URL("../../codec.wasm", import.meta.url)));
const pretending = (answers: Partial<Host>) =>
  socketModule({ ...nodeHost(), attach: () => 0, ...answers }, codec);

test("EAI_SYSTEM: the errno's own exception", () => {
  const { getaddrinfo, getnameinfo, gethostbyname } = pretending({
    getaddrinfo: () => ({ status: EAI_SYSTEM, errno: EMFILE }),
  });
  for (const call of [
    () => getaddrinfo("localhost", 80),
    () => getnameinfo(["127.0.0.1", 80], 0),
    () => gethostbyname("localhost"),
  ]) {
    const error = throws(call, OSError, /^getaddrinfo EMFILE /);
    is(error instanceof GaiError, false);
    is(error.errno, EMFILE);
  }
});

test("GaiError: a number without a name keeps its number", () => {
  const error = throws(
    () => pretending({ getaddrinfo: () => ({ status: -9999, errno: 0 }) }).getaddrinfo("localhost", 80),
    GaiError,
    "Unknown error",
  );
  equal([error.errno, error.code], [-9999, "-9999"]);
});

test("HError: each h_errno has its name and its words; errno's own exception where that failed", () => {
  for (const [status, code, message] of [
    [ours.HOST_NOT_FOUND, "HOST_NOT_FOUND", "Unknown host"],
    [ours.TRY_AGAIN, "TRY_AGAIN", "Host name lookup failure"],
    [ours.NO_RECOVERY, "NO_RECOVERY", "Unknown server error"],
    [ours.NO_DATA, "NO_DATA", "No address associated with name"],
    [ours.NETDB_INTERNAL, "NETDB_INTERNAL", "Resolver internal error"],
    [77, "77", "Unknown resolver error"],
  ] as const) {
    const error = throws(
      () => pretending({ gethostbyaddr: () => ({ status, errno: 0 }) }).gethostbyaddr("127.0.0.1"),
      HError,
      message,
    );
    equal([error.errno, error.code], [status, code]);
  }
  fails("EMFILE", () =>
    pretending({ gethostbyaddr: () => ({ status: ours.NETDB_INTERNAL, errno: EMFILE }) }).gethostbyaddr(
      "127.0.0.1",
    ),
  );
});

test("names: bytes that are no UTF-8 come out as surrogates, UTF-8 as text", () => {
  const name = "b\xc3\xbcr";
  const alias = "b\xffr";
  const text = "b\u00fcr";
  const escaped = "b\udcffr";
  const row: AddrInfoRow = [AF_INET, SOCK_STREAM, IPPROTO_TCP, name, LOOPBACK[0]![4]];
  const module = pretending({
    getaddrinfo: () => [row],
    gethostbyname: () => [name, [alias, "c"], [Uint8Array.of(127, 0, 0, 1)]],
    getnameinfo: () => [alias, name],
    getservbyport: () => alias,
    gethostname: () => alias,
    if_indextoname: () => alias,
    if_nameindex: () => [[1, alias]],
  });
  equal(module.getaddrinfo("x", 80), [[AF_INET, SOCK_STREAM, IPPROTO_TCP, text, ["127.0.0.1", 80]]]);
  equal(module.gethostbynameEx("x"), [text, [escaped, "c"], ["127.0.0.1"]]);
  equal(module.getnameinfo(["127.0.0.1", 80], 0), [escaped, text]);
  equal(
    [module.getservbyport(1), module.gethostname(), module.if_indextoname(1), module.if_nameindex()],
    [escaped, escaped, escaped, [[1, escaped]]],
  );
});

test("getaddrinfo: a name that is not ASCII reaches the resolver by IDNA", () => {
  const asked: string[] = [];
  const module = pretending({
    getaddrinfo: node => {
      asked.push(Buffer.from(node!).toString("latin1"));
      return LOOPBACK;
    },
  });
  module.getaddrinfo(`${UTF8}.Example\u3002`, 80);
  module.gethostbyname(UTF8);
  equal(asked, ["xn--bcher-kva.example.", "xn--bcher-kva"]);
});

test("getfqdn: the first name with a dot", () => {
  const fqdn = (...names: string[]) =>
    pretending({ gethostbyaddr: () => [names[0]!, names.slice(1), []] }).getfqdn("127.0.0.1");
  equal([fqdn("a"), fqdn("a", "b"), fqdn("a", "b.c", "d.e"), fqdn("a.b", "c.d")], ["a", "a", "b.c", "a.b"]);
});

test("a host without a resolver says why", () => {
  const module = socketModule(unsupported("nothing to ask here"), codec);
  for (const call of [
    () => module.getaddrinfo("localhost", 80),
    () => module.gethostbyname("localhost"),
    () => module.getservbyname("http"),
    () => module.getservbyport(80),
    () => module.getprotobyname("tcp"),
    () => module.gethostname(),
    () => module.sethostname("a"),
    () => module.if_nameindex(),
  ])
    match(fails("ENOSYS", call).message, /: nothing to ask here$/);
});
