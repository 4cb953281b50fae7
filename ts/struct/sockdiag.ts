// Requests and answers of NETLINK_SOCK_DIAG (sock_diag(7), linux/inet_diag.h, unix_diag.h), what
// ss(8) asks; ts/netlink/sockdiag.ts has the attributes that follow an answer.
import type { AddressContext } from "../codec/address.js";
import { addressBytes, addressText } from "../codec/host-bytes.js";
import { growing, mapped, struct, type Bindable } from "../codec/layout.js";
import { show } from "../base/check.js";
import { part } from "../base/views.js";

/**
 * Which socket: local and remote port, local and remote address in text of the family, `if` the
 * index of the interface that it is bound to (0: none). `cookie` tells the socket from later ones
 * with the same numbers; 2^64-1 (INET_DIAG_NOCOOKIE twice) asks for any.
 */
export interface InetDiagSockid {
  /** The local port. */
  sport: number;
  /** The remote port. */
  dport: number;
  /** The local address, in the family's text. */
  src: string;
  /** The remote address, in the family's text. */
  dst: string;
  /** The index of the interface that it is bound to; 0: none. */
  if: number;
  /** Tells the socket from later ones with the same numbers; 2^64-1 asks for any. */
  cookie: bigint;
}
/**
 * Asks for sockets. `family`: AF_INET or AF_INET6; `protocol`: IPPROTO_*; `ext`: a bit `1 <<
 * (INET_DIAG_* - 1)` for each attribute that the answer shall have, up to INET_DIAG_SHUTDOWN;
 * `states`: a bit `1 << TCP_*` for each state that is wanted; `rawProtocol`: the protocol of raw
 * sockets. Without `id` all are meant, which takes NLM_F_DUMP.
 */
export interface InetDiagReqV2 {
  /** AF_INET or AF_INET6. */
  family: number;
  /** IPPROTO_*. */
  protocol: number;
  /** A bit `1 << (INET_DIAG_* - 1)` for each attribute that the answer shall have. */
  ext?: number;
  /** The protocol of raw sockets. */
  rawProtocol?: number;
  /** A bit `1 << TCP_*` for each state that is wanted. */
  states: number;
  /** The socket; without it all are meant. */
  id?: Partial<InetDiagSockid>;
}
/**
 * One socket. `state`: TCP_*; `timer`: 0 none, 1 retransmission, 2 keep-alive, 3 TIME_WAIT, 4 zero
 * window; `retrans`: how often that one has run; `expires`: milliseconds until it runs; `rqueue`
 * and `wqueue`: bytes to be read and not yet acknowledged (of a listener: connections that wait,
 * and how many may); `uid`: of the owner; `inode`: as in /proc/PID/fd.
 */
export interface InetDiagMsg {
  /** AF_INET or AF_INET6. */
  family: number;
  /** TCP_*. */
  state: number;
  /** What runs: 0 nothing, 1 retransmission, 2 keep-alive, 3 TIME_WAIT, 4 zero window. */
  timer: number;
  /** How often that timer has run. */
  retrans: number;
  /** Which socket. */
  id: InetDiagSockid;
  /** Milliseconds until the timer runs. */
  expires: number;
  /** Bytes to be read; of a listener the connections that wait. */
  rqueue: number;
  /** Bytes not yet acknowledged; of a listener how many connections may wait. */
  wqueue: number;
  /** The owner's user id. */
  uid: number;
  /** Its inode, as in /proc/PID/fd. */
  inode: number;
}
/**
 * INET_DIAG_MEMINFO, in bytes: held by data to be read, by data to be sent, allocated ahead, and
 * `tmem` the sending buffer's.
 */
export interface InetDiagMeminfo {
  /** Bytes held by data to be read. */
  rmem: number;
  /** Bytes held by data to be sent. */
  wmem: number;
  /** Bytes allocated ahead. */
  fmem: number;
  /** The sending buffer's bytes. */
  tmem: number;
}
/**
 * Asks for AF_UNIX sockets. `states`: a bit `1 << TCP_*` for each state that is wanted; `ino`: one
 * socket's inode, 0 with NLM_F_DUMP; `show`: UDIAG_SHOW_*; `cookie`: 2^64-1, any, if none is given.
 */
export interface UnixDiagReq {
  /** AF_UNIX. */
  family: number;
  /** 0. */
  protocol?: number;
  /** A bit `1 << TCP_*` for each state that is wanted. */
  states: number;
  /** One socket's inode; 0 with NLM_F_DUMP. */
  ino?: number;
  /** UDIAG_SHOW_*: the attributes that the answer shall have. */
  show?: number;
  /** The socket's cookie; 2^64-1, any, if none is given. */
  cookie?: bigint;
}
/** One AF_UNIX socket. `type`: SOCK_*; `state`: TCP_ESTABLISHED, TCP_LISTEN, TCP_CLOSE. */
export interface UnixDiagMsg {
  /** AF_UNIX. */
  family: number;
  /** SOCK_*. */
  type: number;
  /** TCP_ESTABLISHED, TCP_LISTEN or TCP_CLOSE. */
  state: number;
  /** Its inode, as in /proc/PID/fd. */
  ino: number;
  /** Tells it from a later socket of the same inode. */
  cookie: bigint;
}
/** UNIX_DIAG_VFS: inode and device of the file that a path names. */
export interface UnixDiagVfs {
  /** The inode of the file. */
  ino: number;
  /** Its device. */
  dev: number;
}
/**
 * UNIX_DIAG_RQLEN, in bytes; of a listener `rqueue` are connections that wait, `wqueue` how many
 * may.
 */
export interface UnixDiagRqlen {
  /** Bytes to be read; of a listener the connections that wait. */
  rqueue: number;
  /** Bytes not yet read by the peer; of a listener how many connections may wait. */
  wqueue: number;
}
/**
 * INET_DIAG_SKMEMINFO and UNIX_DIAG_MEMINFO, SK_MEMINFO_*: in bytes, `drops` in packets. `rcvbuf`
 * and `sndbuf` are the most that `rmemAlloc` and `wmemAlloc` may become.
 */
export interface SkMeminfo {
  /** Bytes held by data to be read. */
  rmemAlloc: number;
  /** The most that `rmemAlloc` may become, bytes. */
  rcvbuf: number;
  /** Bytes held by data to be sent. */
  wmemAlloc: number;
  /** The most that `wmemAlloc` may become, bytes. */
  sndbuf: number;
  /** Bytes allocated ahead. */
  fwdAlloc: number;
  /** Bytes of the sending queue. */
  wmemQueued: number;
  /** Bytes of options and control messages. */
  optmem: number;
  /** Bytes that wait for the owner of the lock. */
  backlog: number;
  /** Packets dropped; missing before Linux 4.6. */
  drops?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: values by the names of the codec's table, which gives their types
type Fields = any;
interface Words {
  cookie0: number;
  cookie1: number;
}
interface Id extends Words {
  sport: number;
  dport: number;
  src: Uint8Array;
  dst: Uint8Array;
  if: number;
}
const ID = ["sport", "dport", "src", "dst", "if", "cookie0", "cookie1"] as const;

const HIGH = 2n ** 32n;
const ANY = 2n ** 64n - 1n;
const SIZE = 16;

function words(name: string, cookie: unknown = ANY): Words {
  if (typeof cookie !== "bigint")
    throw new TypeError(`${name}: cookie must be a bigint, got ${show(cookie)}`);
  if (cookie < 0n || cookie > ANY)
    throw new RangeError(`${name}: cookie must be a bigint 0..${ANY}, got ${cookie}`);
  return { cookie0: Number(cookie % HIGH), cookie1: Number(cookie / HIGH) };
}
const cookieOf = ({ cookie0, cookie1 }: Words): bigint => BigInt(cookie1) * HIGH + BigInt(cookie0);

function idFields(context: AddressContext, name: string, given: unknown): Id {
  const { sport = 0, dport = 0, src, dst, if: index = 0, cookie } = object(`${name}: id`, given);
  const address = (what: string, text: unknown) => {
    const bytes = new Uint8Array(SIZE);
    if (text !== undefined) bytes.set(addressBytes(context.wire, `${name}: id.${what}`, text));
    return bytes;
  };
  return {
    sport: sport as number,
    dport: dport as number,
    src: address("src", src),
    dst: address("dst", dst),
    if: index as number,
    ...words(name, cookie),
  };
}

function object(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null)
    throw new TypeError(`${name} must be an object, got ${show(value)}`);
  return value as Record<string, unknown>;
}

/** A struct that holds a sockid: in the codec's table its fields are those of the whole. */
function identified<T extends { family: number; id?: Partial<InetDiagSockid> }>(
  name: string,
  ...fields: (keyof T & string)[]
): Bindable<T> {
  const base = struct<Fields>(name, ...fields.flatMap<string>(field => (field === "id" ? ID : [field])));
  return context => {
    const { wire } = context;
    const inet = wire.calls.family_number(wire.target, wire.kind("INET"));
    const width = (family: number) => (family === inet ? 4 : SIZE);
    return mapped<Fields, T>(
      base,
      value => {
        const { id, ...rest } = object(name, value);
        return { ...rest, ...idFields(context, name, id ?? {}) };
      },
      ({ sport, dport, src, dst, if: index, cookie0, cookie1, ...rest }: Id & { family: number }) => {
        const text = (bytes: Uint8Array) => addressText(wire, part(bytes, 0, width(rest.family)));
        return {
          ...rest,
          id: {
            sport,
            dport,
            src: text(src),
            dst: text(dst),
            if: index,
            cookie: cookieOf({ cookie0, cookie1 }),
          },
        } as unknown as T;
      },
    )(context);
  };
}

/** A struct whose cookie is two words of the codec's table. */
function cooked<T extends { cookie?: bigint }>(name: string, ...fields: string[]): Bindable<T> {
  return mapped<Fields, T>(
    struct<Fields>(name, ...fields, "cookie0", "cookie1"),
    value => {
      const { cookie, ...rest } = object(name, value);
      return { ...rest, ...words(name, cookie) };
    },
    ({ cookie0, cookie1, ...rest }: Words) => ({ ...rest, cookie: cookieOf({ cookie0, cookie1 }) }) as T,
  );
}

export const inet_diag_req_v2 = identified<InetDiagReqV2>(
  "inet_diag_req_v2",
  "family",
  "protocol",
  "ext?" as "ext",
  "rawProtocol?" as "rawProtocol",
  "states",
  "id",
);
export const inet_diag_msg = identified<InetDiagMsg>(
  "inet_diag_msg",
  "family",
  "state",
  "timer",
  "retrans",
  "id",
  "expires",
  "rqueue",
  "wqueue",
  "uid",
  "inode",
);
export const inet_diag_meminfo = struct<InetDiagMeminfo>("inet_diag_meminfo", "rmem", "wmem", "fmem", "tmem");
export const unix_diag_req = cooked<UnixDiagReq>(
  "unix_diag_req",
  "family",
  "protocol?",
  "states",
  "ino?",
  "show?",
);
export const unix_diag_msg = cooked<UnixDiagMsg>("unix_diag_msg", "family", "type", "state", "ino");
export const unix_diag_vfs = struct<UnixDiagVfs>("unix_diag_vfs", "ino", "dev");
export const unix_diag_rqlen = struct<UnixDiagRqlen>("unix_diag_rqlen", "rqueue", "wqueue");
export const sk_meminfo = growing<SkMeminfo>(
  "sk_meminfo",
  "rmemAlloc",
  "rcvbuf",
  "wmemAlloc",
  "sndbuf",
  "fwdAlloc",
  "wmemQueued",
  "optmem",
  "backlog",
  "drops?",
);
