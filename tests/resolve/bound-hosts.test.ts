// The hosts of addresses that a socket is bound to, held against CPython, which resolves them by
// another rule than its functions.
import { AF_INET, AF_INET6, SOCK_DGRAM, Socket } from "../../ts/index.js";
import { noIPv6 } from "../have.js";
import { ask } from "../python.js";
import { equal, test, throws } from "../suite.js";
import { ENDLESS, PYTHON, outcomeOf, type Outcome } from "./outcomes.js";

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
