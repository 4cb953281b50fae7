// A host without sockets: every call answers -ENOSYS, and `unavailable` says why.
import { constantNames } from "../ts/base/constants.gen.js";
import { clock } from "./clock.js";
import type { Host } from "./contract.js";

/** ENOSYS as Linux numbers it: this host has no system to ask. */
const ENOSYS = 38;

const calls = [
  "attach",
  "socket",
  "socketpair",
  "accept",
  "bind",
  "connect",
  "listen",
  "shutdown",
  "close",
  "closeOwned",
  "getsockname",
  "getpeername",
  "recv",
  "recvEach",
  "recvfrom",
  "recvmsg",
  "send",
  "sendto",
  "sendmsg",
  "sendfile",
  "read",
  "lseek",
  "recvmmsg",
  "sendmmsg",
  "getsockopt",
  "setsockopt",
  "attachFilter",
  "ioctl",
  "dup",
  "isNonblocking",
  "setNonblocking",
  "isInheritable",
  "setInheritable",
  "poll",
  "interruptible",
  "interruptions",
  "startWatching",
  "watch",
  "keepLoopAlive",
  "own",
  "release",
  "getservbyname",
  "getservbyport",
  "getprotobyname",
  "gethostname",
  "sethostname",
  "if_nametoindex",
  "if_indextoname",
  "if_nameindex",
] as const;
const lookups = ["getaddrinfo", "getnameinfo", "gethostbyname", "gethostbyaddr"] as const;
const asyncLookups = [
  "getaddrinfoAsync",
  "getnameinfoAsync",
  "gethostbynameAsync",
  "gethostbyaddrAsync",
] as const;

type NumberCalls = Pick<Host, (typeof calls)[number]>;
type LookupCalls = Pick<Host, (typeof lookups)[number]>;
type AsyncLookupCalls = Pick<Host, (typeof asyncLookups)[number]>;

export function unsupported(unavailable: string): Host {
  const each = <K extends string>(names: readonly K[], answer: () => unknown) =>
    Object.fromEntries(names.map(name => [name, answer]));
  return {
    ...clock,
    name: "unsupported",
    unavailable,
    target: "linux64",
    maxBlockMs: 0,
    lookups: 1,
    constants() {
      const values = new Float64Array(constantNames.length).fill(NaN);
      values[constantNames.indexOf("ENOSYS")] = ENOSYS;
      return values;
    },
    channel: () => ({
      hasSubscribers: false,
      publish() {
        throw new Error("a channel without subscribers");
      },
    }),
    idna: name => name,
    descriptorOf: () => null,
    warn: message => console.warn(message),
    collect() {},
    ownerOf: () => undefined,
    owned: () => 0,
    sweep: () => [],
    gai_strerror: status => `resolver status ${status}`,
    hstrerror: status => `resolver status ${status}`,
    ...(each(calls, () => -ENOSYS) as unknown as NumberCalls),
    ...(each(lookups, () => ({ status: 0, errno: ENOSYS })) as unknown as LookupCalls),
    ...(each(asyncLookups, async () => ({ status: 0, errno: ENOSYS })) as unknown as AsyncLookupCalls),
  };
}
