// A generated matrix of family, type, call, address and option on a recording host: what is refused
// says so and does nothing, what is granted does what was asked. What must come out is computed by
// another hand than the policy's: Node's BlockList, and the tables of docs/policy.md. With MATRIX=FILE
// each call and its decision are written there, a line of JSON each, for the policy of another host.
import { readFileSync, writeFileSync } from "node:fs";
import { BlockList } from "node:net";
import { guarded, type Call, type GuardedHost } from "../../shim/policy/index.js";
import { constantNames } from "../../ts/base/constants.gen.js";
import { equal, is, ok, test } from "../suite.js";
import { block, c, perform, recording, type Recording } from "./recording.js";

let made = 0;
const lines: string[] = [];
const policies = new WeakMap<GuardedHost, string[]>();

function guardOf(policy: string[]): [GuardedHost, Recording] {
  const inner = recording();
  const guard = guarded(inner, policy);
  guard.attach(block);
  policies.set(guard, policy);
  return [guard, inner];
}

function note(guard: GuardedHost, call: Call): void {
  if (process.env.MATRIX === undefined) return;
  const { granted, error, place, why } = guard.explain(call);
  lines.push(JSON.stringify({ policy: policies.get(guard), call, granted, error, place, why }));
}

/** Makes a call; a refusal did no work, a grant did. Returns whether it was granted. */
function grants(guard: GuardedHost, inner: Recording, call: Call): boolean {
  made++;
  note(guard, call);
  inner.done.length = 0;
  inner.bound.clear();
  const result = perform(guard, inner, call);
  const refused = result === -c.EACCES;
  ok(refused || (typeof result === "number" && result >= 0), `${JSON.stringify(call)}: ${result}`);
  is(inner.done.length === 0, refused, `${JSON.stringify(call)}: ${inner.done}`);
  if (!isDual(call)) is(guard.explain(call).granted, !refused, JSON.stringify(call));
  return !refused;
}
/** What explain() says of one family, the call asks of both. */
const isDual = ({ call, address }: Call) =>
  /^(bind|listen)$/.test(call) && String(address).startsWith("[::]");

const sockets: [transport: string, type: string, protocol: string | number, listens: boolean][] = [
  ["tcp", "SOCK_STREAM", 0, true],
  ["tcp", "SOCK_STREAM", "IPPROTO_TCP", true],
  ["mptcp", "SOCK_STREAM", "IPPROTO_MPTCP", true],
  ["sctp", "SOCK_STREAM", "IPPROTO_SCTP", true],
  ["sctp", "SOCK_SEQPACKET", 0, true],
  ["udp", "SOCK_DGRAM", 0, false],
  ["udplite", "SOCK_DGRAM", "IPPROTO_UDPLITE", false],
];
const hosts = [
  "10.0.0.1",
  "10.255.255.255",
  "11.0.0.0",
  "127.0.0.1",
  "0.0.0.0",
  "255.255.255.255",
  "[::1]",
  "[::]",
  "[::ffff:10.0.0.1]",
  "[::ffff:0.0.0.0]",
  "[::10.0.0.1]",
  "[2001:db8::1]",
  "[2001:db9::1]",
  "[64:ff9b::10.0.0.1]",
];
const granted: [address: string, block: [string, number, "ipv4" | "ipv6"] | null][] = [
  ["10.0.0.0/8", ["10.0.0.0", 8, "ipv4"]],
  ["127.0.0.0/8", ["127.0.0.0", 8, "ipv4"]],
  ["0.0.0.0/0", ["0.0.0.0", 0, "ipv4"]],
  ["[2001:db8::]/32", ["2001:db8::", 32, "ipv6"]],
  ["[::1]", ["::1", 128, "ipv6"]],
  ["[::]/0", ["::", 0, "ipv6"]],
  ["*", null],
];

/** Whether a block holds an address, as the kernel takes it. */
function holds(grant: (typeof granted)[number], host: string): boolean {
  const [, net] = grant;
  if (net === null) return true;
  const list = new BlockList();
  list.addSubnet(...net);
  const plain = host.replace(/^\[|\]$/g, "");
  const v4 = plain.startsWith("::ffff:") ? plain.slice(7) : plain.includes(":") ? undefined : plain;
  return v4 === undefined
    ? net[2] === "ipv6" && list.check(plain, "ipv6")
    : net[2] === "ipv4" && list.check(v4, "ipv4");
}

/** Where connect(2) and send(2) of all zeros go. */
const reached = (host: string) =>
  ({ "0.0.0.0": "127.0.0.1", "[::]": "[::1]", "[::ffff:0.0.0.0]": "127.0.0.1" })[host] ?? host;

for (const grant of granted) {
  test(
    `matrix: addresses of IP by rules of ${grant[0]}`,
    () => {
      for (const [transport, type, protocol, listens] of sockets) {
        const verbs = listens ? ["connect", "listen"] : ["connect", "bind"];
        for (const verb of verbs) {
          const [guard, inner] = guardOf([`${transport}-${verb}:${grant[0]}:443`]);
          for (const host of hosts) {
            for (const port of [443, 444]) {
              const family = host.includes(":") ? "AF_INET6" : "AF_INET";
              const calls = listens
                ? ["connect", "sendto", "bind", "listen"]
                : ["connect", "sendto", "sendmsg", "sendmmsg", "bind"];
              for (const name of calls) {
                const local = name === "bind" || name === "listen";
                const call: Call = { call: name, family, type, protocol, address: `${host}:${port}` };
                const may =
                  port === 443 &&
                  local === (verb !== "connect") &&
                  holds(grant, local ? host : reached(host)) &&
                  (!(local && host === "[::]") || holds(grant, "0.0.0.0"));
                is(
                  grants(guard, inner, call),
                  may,
                  `${transport}-${verb}:${grant[0]}:443 ${JSON.stringify(call)}`,
                );
              }
            }
          }
          guard.dispose();
        }
      }
    },
    { seconds: 60 },
  );
}

/** What opens a socket of each family, type and protocol: one rule each. */
const openers: [rule: string, opens: (family: number, type: number, protocol: number) => boolean][] = [
  ["tcp-connect:*:*", (f, t, p) => isInet(f) && t === 1 && (p === 0 || p === 6)],
  ["udp-bind:*:*", (f, t, p) => isInet(f) && t === 2 && (p === 0 || p === 17)],
  [
    "sctp-listen:*:*",
    (f, t, p) => isInet(f) && ((t === 1 && p === 132) || (t === 5 && (p === 0 || p === 132))),
  ],
  ["ping:*", (f, t, p) => t === 2 && ((f === 2 && p === 1) || (f === 10 && p === 58))],
  ["raw:icmp", (f, t, p) => isInet(f) && t === 3 && p === 1],
  ["raw:*", (f, t) => isInet(f) && t === 3],
  ["unix:/**", f => f === 1],
  ["abstract:**", f => f === 1],
  ["netlink:route", (f, _, p) => f === 16 && p === 0],
  ["netlink:*", f => f === 16],
  ["packet:eth0", (f, t, p) => f === 17 && p === 0 && (t === 2 || t === 3)],
  ["packet:*", (f, t) => f === 17 && (t === 2 || t === 3)],
  ["can:vcan0", f => f === 29],
  ["vsock-listen:*:*", f => f === 40],
  ["family:tipc", f => f === 30],
  ["family:45", f => f === 45],
  ["rights", () => false],
  ["option:*", () => false],
];
const isInet = (family: number) => family === 2 || family === 10;

test(
  "matrix: families, types and protocols by each rule",
  () => {
    for (const [rule, opens] of openers) {
      for (let family = 0; family < 48; family++) {
        // Anew for each: the limit on descriptors is not what this is about.
        const [guard, inner] = guardOf([rule]);
        for (const type of [1, 2, 3, 5, 6, 10]) {
          for (const protocol of [0, 1, 6, 17, 58, 132, 255]) {
            const call: Call = { call: "socket", family, type: type | c.SOCK_NONBLOCK, protocol };
            is(grants(guard, inner, call), opens(family, type, protocol), `${rule} ${JSON.stringify(call)}`);
          }
        }
        guard.dispose();
      }
    }
  },
  { seconds: 60 },
);

const reference = readFileSync(new URL("../../../docs/policy.md", import.meta.url), "utf8");
/** Rows of a table of docs/policy.md: level, names, sizes, what they need. */
function rows(heading: string): [level: string, names: string[], sizes: string, needs: string][] {
  const [, text] = new RegExp(`## ${heading}\n([^]*?)(?:\n## |$)`).exec(reference)!;
  return [...text!.matchAll(/^\| `(\w+)` +\| (.*?) +\| (.*?) +\| (.*?) +\|$/gm)].map(
    ([, level, names, sizes, needs]) => [level!, names!.match(/\w+/g)!, sizes!, needs!],
  );
}
function sized(sizes: string, size: number): boolean {
  return sizes.split(", ").some(part => {
    const [, low, , high, , step = "1"] = /^(\d+)(-(\d+)( by (\d+))?)?$/.exec(part)!;
    return high === undefined
      ? size === Number(low)
      : size >= Number(low) && size <= Number(high) && size % Number(step) === 0;
  });
}

const named = constantNames.filter(name =>
  /^(SO|IP|IPV6|TCP|UDP|SCTP|PACKET|CAN_RAW|NETLINK|MCAST|ALG|TIPC)_[A-Z]/.test(name),
);
const levels = [
  "SOL_SOCKET",
  "IPPROTO_IP",
  "IPPROTO_IPV6",
  "IPPROTO_TCP",
  "IPPROTO_UDP",
  "SOL_SCTP",
  "SOL_PACKET",
  "SOL_CAN_RAW",
  "SOL_NETLINK",
  "SOL_ALG",
  "SOL_TIPC",
] as const;
const levelOf = (name: string) =>
  levels.filter(level =>
    level === "SOL_SOCKET"
      ? name.startsWith("SO_") && !/^SO_(VM_SOCKETS|J1939|RDS)/.test(name)
      : name.startsWith("MCAST_")
        ? /^IPPROTO_IP(V6)?$/.test(level)
        : name.startsWith(`${level.replace(/^(SOL|IPPROTO)_/, "")}_`),
  );

test(
  "matrix: options by what docs/policy.md says of them",
  () => {
    const table = rows("Options");
    ok(table.length >= 30);
    for (const policy of [[], ["option:*"]]) {
      const [guard, inner] = guardOf(policy);
      for (const name of named) {
        const number: number = c[name];
        if (!(number >= 0 && number <= 0xffff)) continue;
        for (const level of levelOf(name)) {
          for (const size of [1, 4, 8, 12, 16, 20, 136]) {
            for (const way of ["getsockopt", "setsockopt"]) {
              const call: Call = { call: way, family: "AF_INET", level, name, size };
              // Several names may have one number.
              const found = table.filter(
                ([l, names, , needs]) =>
                  c[l as "SOL_IP"] === c[level] &&
                  names.some(other => c[other as "SO_TYPE"] === number) &&
                  (way === "getsockopt" ? !needs.includes("set only") : !needs.includes("get only")),
              );
              const may = found.some(
                ([, , sizes, needs]) =>
                  (way === "getsockopt" || sized(sizes, size)) &&
                  (policy.length > 0 || !needs.includes("option:")),
              );
              made++;
              note(guard, call);
              inner.done.length = 0;
              const result = perform(guard, inner, call);
              is(result !== -c.EACCES, may, `${policy} ${JSON.stringify(call)}`);
              if (way === "setsockopt") is(inner.done.length > 0, may);
              is(guard.explain(call).granted, may);
            }
          }
        }
      }
    }
  },
  { seconds: 60 },
);

test("matrix: descriptors that are not the guest's are nobody's, in every call that names one", () => {
  const [guard, inner] = guardOf(["tcp-connect:*:*", "option:*", "ioctl:*", "rights", "attach-filter"]);
  const bytes = new Uint8Array(8);
  const calls: Record<string, (fd: number) => number> = {
    accept: fd => guard.accept(fd, 0),
    bind: fd => guard.bind(fd, 16),
    connect: fd => guard.connect(fd, 16),
    listen: fd => guard.listen(fd, 1),
    shutdown: fd => guard.shutdown(fd, 0),
    close: fd => guard.close(fd),
    closeOwned: fd => guard.closeOwned(fd, 1),
    getsockname: fd => guard.getsockname(fd),
    getpeername: fd => guard.getpeername(fd),
    recv: fd => guard.recv(fd, bytes, 8, 0),
    recvfrom: fd => guard.recvfrom(fd, bytes, 8, 0),
    recvmsg: fd => guard.recvmsg(fd, [bytes], null, 0),
    send: fd => guard.send(fd, bytes, 0),
    sendto: fd => guard.sendto(fd, bytes, 0, 16),
    sendmsg: fd => guard.sendmsg(fd, [bytes], null, 0, 0),
    sendfile: fd => guard.sendfile(fd, fd, 0, 1),
    read: fd => guard.read(fd, bytes, 8),
    lseek: fd => guard.lseek(fd, 0, 0),
    recvmmsg: fd => guard.recvmmsg(fd, bytes, bytes, bytes, new Int32Array(4), 1, 0),
    sendmmsg: fd => guard.sendmmsg(fd, bytes, bytes, bytes, new Int32Array(4), 0, 1, 0),
    getsockopt: fd => guard.getsockopt(fd, c.SOL_SOCKET, c.SO_ERROR, bytes),
    setsockopt: fd => guard.setsockopt(fd, c.SOL_SOCKET, c.SO_REUSEADDR, bytes, 4),
    attachFilter: fd => guard.attachFilter(fd, c.SO_ATTACH_FILTER, bytes),
    ioctl: fd => guard.ioctl(fd, c.FIONREAD, bytes.subarray(0, 4), 0),
    dup: fd => guard.dup(fd, 1),
    isNonblocking: fd => guard.isNonblocking(fd),
    setNonblocking: fd => guard.setNonblocking(fd, 1),
    isInheritable: fd => guard.isInheritable(fd),
    setInheritable: fd => guard.setInheritable(fd, 0),
    poll: fd => guard.poll(Int32Array.of(fd, 1, 0), 0),
    watch: fd => guard.watch(fd, 1, 1),
    own: fd => guard.own(fd, {}),
    surrender: fd => guard.surrender(fd),
    recvEach(fd) {
      const words = Int32Array.of(fd, 8);
      is(guard.recvEach(words, [bytes], 1), 1);
      return words[1]!;
    },
  };
  const members = Object.keys(guard).filter(
    name => typeof (guard as unknown as Record<string, unknown>)[name] === "function",
  );
  const without = members.filter(name => !(name in calls));
  equal(
    without.sort().join(" "),
    "adopt attach channel clearTimer collect constants descriptorOf diesWith dispose explain gai_strerror " +
      "getaddrinfo getaddrinfoAsync gethostbyaddr gethostbyaddrAsync gethostbyname gethostbynameAsync gethostname " +
      "getnameinfo getnameinfoAsync getprotobyname getservbyname getservbyport hstrerror idna if_indextoname " +
      "if_nameindex if_nametoindex interruptible interruptions keepLoopAlive nextTurn now owned ownerOf random " +
      "release setTimer sethostname socket socketpair startWatching sweep warn",
  );
  for (const [name, call] of Object.entries(calls)) {
    for (const fd of [0, 1, 2, 3, 999, 4294968296, 0.5, NaN]) {
      if (name === "recvEach" && !Number.isInteger(fd)) continue;
      made++;
      inner.done.length = 0;
      // poll(2) passes over what is no descriptor at all.
      const result = call(fd);
      is(result, -c.EBADF, `${name}(${fd})`);
      equal(inner.done, [], `${name}(${fd})`);
    }
  }
  is(guard.release(3, 1), 0);
  is(guard.ownerOf(3), undefined);
  // A descriptor of the guest's beside one that is not.
  const own = guard.socket(c.AF_INET, c.SOCK_STREAM, 0);
  inner.done.length = 0;
  is(guard.sendfile(own, 3, 0, 1), -c.EBADF);
  is(guard.poll(Int32Array.of(own, 1, 0, 3, 1, 0), 0), -c.EBADF);
  equal(inner.done, []);
});

test("matrix: docs/policy.md says of every member of the host how it is judged", () => {
  const [, section] = /\n\| member of the host +\|([^]*?)\n## /.exec(reference)!;
  const named = new Set(section!.match(/(?<=`)\w+(?=`)/g));
  const [guard] = guardOf([]);
  const calls = Object.entries(guard).flatMap(([name, member]) =>
    typeof member === "function" ? [name] : [],
  );
  const own = ["adopt", "diesWith", "dispose", "explain", "surrender"];
  equal(
    calls.filter(name => !own.includes(name) && !named.has(name.replace(/Async$/, ""))),
    [],
  );
});

test("matrix: it had at least 3,000 calls", () => {
  ok(made >= 3000, String(made));
  if (process.env.MATRIX !== undefined) writeFileSync(process.env.MATRIX, lines.join("\n"));
});
