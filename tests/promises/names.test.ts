// berkeley-sockets/promises has the names of berkeley-sockets: what never waits is the same value,
// what waits returns promises.
import * as blocking from "../../ts/index.js";
import * as promises from "../../ts/promises/index.js";
import { equal, is, ok, test } from "../suite.js";

const theirs = blocking as Readonly<Record<string, unknown>>;
const ours = promises as Readonly<Record<string, unknown>>;

/** What the promise module lacks, and why. */
const ABSENT: Readonly<Record<string, string>> = {
  socketModule: "makes a blocking module of a host",
  BufferedReader: "files are the blocking Socket's makefile()",
  BufferedRWPair: "",
  BufferedWriter: "",
  SocketIO: "",
  TextIOWrapper: "",
};
/** What waits, or makes sockets: another value than the blocking module's. */
const OWN = [
  "Socket",
  "SocketType",
  "createConnection",
  "createServer",
  "socketpair",
  "fromfd",
  "sendFds",
  "recvFds",
  "poll",
  "netlink",
  "getaddrinfo",
  "getfqdn",
  "getnameinfo",
  "gethostbyname",
  "gethostbynameEx",
  "gethostbyaddr",
];
/** Methods of the blocking Socket that the other lacks. */
const ABSENT_METHODS = ["makefile"];
/** Methods that only the promise Socket has. */
const OWN_METHODS = ["ref", "unref", "ready", "connections", "datagrams", "toDuplex", "toWeb", "toNode"];

test("names: those of the blocking module, but what can't be", () => {
  equal(
    Object.keys(theirs)
      .filter(name => !(name in ours))
      .sort(),
    Object.keys(ABSENT).sort(),
  );
  equal(
    Object.keys(ours).filter(name => !(name in theirs)),
    [],
  );
});

test("names: what never waits is the blocking module's", () => {
  ok(Object.keys(ours).length > 2000);
  equal(
    Object.keys(ours)
      .filter(name => !Object.is(ours[name], theirs[name]))
      .sort(),
    [...OWN].sort(),
  );
});

function methods(from: object): string[] {
  const found = new Set<string>();
  for (let at = from; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at))
      if (!name.startsWith("_") && name !== "constructor") found.add(name);
  }
  return [...found].sort();
}

test("names: both Sockets have the same methods, but few", () => {
  const all = methods(promises.Socket.prototype);
  equal(
    all.filter(name => !OWN_METHODS.includes(name)),
    methods(blocking.Socket.prototype).filter(name => !ABSENT_METHODS.includes(name)),
  );
  equal(
    OWN_METHODS.filter(name => !all.includes(name)),
    [],
  );
  is(typeof promises.Socket.prototype[Symbol.asyncIterator], "function");
});
