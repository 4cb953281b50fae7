// The WIT (wasm/wit/*.wit) as the canonical ABI's types: tests/wit/interfaces.test.ts holds the two
// together.
import { targets } from "../contract.js";
import {
  bool,
  borrow,
  bytes,
  enumeration,
  list,
  option,
  own,
  record,
  result,
  s16,
  s32,
  s64,
  s8,
  string,
  tuple,
  u16,
  u32,
  u64,
  u8,
  variant,
  type Type,
} from "./types.js";

/** A function: its parameters in turn, and its result. */
export interface Signature {
  readonly params: readonly Type[];
  readonly result: Type;
}
/** Functions by their names in the core module: `poll`, `[method]socket.bind`. */
export type Signatures = Readonly<Record<string, Signature>>;

const fn = (params: readonly Type[], result: Type): Signature => ({ params, result });

export const VERSION = "0.1.0";
/** What a core module calls an interface. */
export const interfaceName = (name: string): string => `berkeley:sockets/${name}@${VERSION}`;

const target = enumeration("target", targets);

const inet6 = record("inet6-address", { host: string, port: u16, "flow-info": u32, "scope-id": u32 });
const packet = record("packet-address", {
  "interface-index": s32,
  protocol: u16,
  "hardware-type": u16,
  "packet-type": u8,
  "hardware-address": bytes,
});
const isotp = record("can-isotp-address", { "interface-index": s32, "rx-id": u32, "tx-id": u32 });
const j1939 = record("can-j1939-address", { "interface-index": s32, name: u64, pgn: u32, addr: u8 });
const tipc = record("tipc-address", { "addr-type": u8, v1: u32, v2: u32, v3: u32, scope: s8 });
const xdp = record("xdp-address", { "interface-index": u32, "queue-id": u32, "bind-flags": u16 });
const l2cap = record("l2cap-address", { bdaddr: string, psm: u16, cid: u16, "bdaddr-type": u8 });
const link = record("link-address", { index: u16, "link-type": u8, name: string, address: bytes });

export const address = variant("address", {
  unspecified: undefined,
  inet: record("inet-address", { host: string, port: u16 }),
  inet6,
  unix: bytes,
  netlink: record("netlink-address", { "port-id": u32, groups: u32 }),
  packet,
  can: record("can-address", { "interface-index": s32 }),
  "can-isotp": isotp,
  "can-j1939": j1939,
  tipc,
  vsock: record("vsock-address", { cid: u32, port: u32 }),
  qipcrtr: record("qipcrtr-address", { node: u32, port: u32 }),
  xdp,
  l2cap,
  rfcomm: record("rfcomm-address", { bdaddr: string, channel: u8 }),
  hci: record("hci-address", { device: u16, channel: u16 }),
  sco: string,
  iso: record("iso-address", { bdaddr: string, "bdaddr-type": u8 }),
  alg: record("alg-address", { "alg-type": string, name: string, feat: u32, mask: u32 }),
  system: record("system-address", { id: u32, unit: u32 }),
  link,
  hyperv: record("hyperv-address", { "vm-id": string, "service-id": string }),
  other: record("other-address", { family: u16, data: bytes }),
});

const control = list(record("control-message", { level: s32, kind: s32, data: bytes }));

const codecError = enumeration("codec-error", [
  "bad-text",
  "too-short",
  "too-long",
  "unsupported",
  "wrong-family",
  "out-of-range",
]);

const protocol = enumeration("protocol", [
  "default",
  "can-isotp",
  "can-j1939",
  "l2cap",
  "rfcomm",
  "hci",
  "sco",
  "iso",
]);

export const codec: Signatures = {
  "encode-address": fn([target, address], result(bytes, codecError)),
  "decode-address": fn([target, protocol, bytes], result(address, codecError)),
  pton: fn([string], result(bytes, codecError)),
  ntop: fn([bytes], result(string, codecError)),
  "encode-control": fn([target, control], result(bytes, codecError)),
  "decode-control": fn([target, bytes], result(control, codecError)),
};

/** The cases of error-code. */
export const errorCodes = (
  "eperm enoent esrch eintr eio enxio e2big ebadf eagain enomem eacces efault ebusy eexist enodev enotdir " +
  "einval enfile emfile enotty enospc erofs epipe erange edeadlk enametoolong enosys eloop enomsg enodata " +
  "etime enonet ecomm eproto emultihop ebadmsg eoverflow enotuniq ebadfd eremchg eilseq eusers enotsock " +
  "edestaddrreq emsgsize eprototype enoprotoopt eprotonosupport esocktnosupport eopnotsupp epfnosupport " +
  "eafnosupport eaddrinuse eaddrnotavail enetdown enetunreach enetreset econnaborted econnreset enobufs " +
  "eisconn enotconn eshutdown etoomanyrefs etimedout econnrefused ehostdown ehostunreach ealready " +
  "einprogress eremoteio edquot enomedium ecanceled enokey ekeyexpired ekeyrevoked ekeyrejected erfkill other"
).split(" ");

/**
 * The methods that `syscalls` and `sockets` have in common: of a resource, with addresses, control
 * messages and errors each in its own form.
 */
function endpoint(resource: string, name: Type, messages: Type, error: Type): Signatures {
  const self = borrow(resource);
  const mine = own(resource);
  const method = (params: readonly Type[], ok: Type | undefined) => fn([self, ...params], result(ok, error));
  const datagrams = list(
    record("datagram", { data: bytes, control: messages, "msg-flags": s32, address: name }),
  );
  const message = record("message", {
    data: bytes,
    control: messages,
    rights: list(mine),
    "msg-flags": s32,
    address: name,
  });
  const methods: Signatures = {
    bind: method([name], undefined),
    connect: method([name], undefined),
    listen: method([s32], undefined),
    accept: method([], tuple(mine, name)),
    shutdown: method([s32], undefined),
    getsockname: method([], name),
    getpeername: method([], name),
    recv: method([u32, s32], bytes),
    recvfrom: method([u32, s32], tuple(bytes, name)),
    recvmsg: method([u32, u32, s32], message),
    "receive-many": method([u32, u32, u32, s32], datagrams),
    send: method([bytes, s32], u32),
    sendto: method([bytes, s32, name], u32),
    sendmsg: method([bytes, messages, list(self), s32, name], u32),
    "send-many": method([datagrams, s32], u32),
    getsockopt: method([s32, s32, u32], bytes),
    setsockopt: method([s32, s32, bytes], undefined),
    ioctl: method([u32, bytes], bytes),
    duplicate: method([], mine),
    "is-nonblocking": method([], bool),
    "set-nonblocking": method([bool], undefined),
    close: method([], undefined),
  };
  return {
    [`[static]${resource}.open`]: fn([s32, s32, s32], result(mine, error)),
    [`[static]${resource}.pair`]: fn([s32, s32, s32], result(tuple(mine, mine), error)),
    ...Object.fromEntries(
      Object.entries(methods).map(([method, signature]) => [`[method]${resource}.${method}`, signature]),
    ),
    constants: fn([list(string)], list(option(s64))),
    poll: fn([list(tuple(self, s16)), s32], result(list(s16), error)),
  };
}

export const syscalls: Signatures = {
  "host-target": fn([], target),
  ...endpoint("descriptor", bytes, bytes, s32),
};

export const sockets: Signatures = endpoint(
  "socket",
  address,
  control,
  enumeration("error-code", errorCodes),
);

const lookupError = variant("lookup-error", { status: s32, system: s32 });
const addressInfo = record("address-info", {
  family: s32,
  kind: s32,
  protocol: s32,
  "canonical-name": string,
  address: bytes,
});

export const names: Signatures = {
  getaddrinfo: fn(
    [option(string), option(string), s32, s32, s32, s32],
    result(list(addressInfo), lookupError),
  ),
  getnameinfo: fn([bytes, s32], result(tuple(string, string), lookupError)),
  getservbyname: fn([string, option(string)], option(u16)),
  getservbyport: fn([u16, option(string)], option(string)),
  getprotobyname: fn([string], option(s32)),
  gethostname: fn([], result(string, s32)),
  "if-nametoindex": fn([string], result(u32, s32)),
  "if-indextoname": fn([u32], result(string, s32)),
  "if-nameindex": fn([], result(list(record("network-interface", { index: u32, name: string })), s32)),
};
