// A host that makes no system call: it notes what it was asked, and answers as if all went well. And
// calls as data (explain's), made on a guarded host.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Host } from "../../shim/contract.js";
import type { Call, GuardedHost } from "../../shim/policy/index.js";
import { nodeHost } from "../../shim/node.js";
import { unsupported } from "../../shim/unsupported.js";
import { constantNames, type Constants } from "../../ts/base/constants.gen.js";
import { constantsOf } from "../../ts/base/absent-constants.js";

const values = nodeHost().constants();
export const c: Constants = constantsOf(values);

/** Calls that only look: the guard asks them itself. */
const LOOKS = new Set<string>([
  "attach",
  "channel",
  "constants",
  "getsockname",
  "getsockopt",
  "if_indextoname",
  "isInheritable",
  "keepLoopAlive",
  "now",
  "own",
  "ownerOf",
]);

export interface Recording extends Host {
  /** The names of what it was asked, looks left out. */
  readonly done: string[];
  /** What a descriptor of it is. */
  readonly sorts: Map<number, [family: number, type: number, protocol: number]>;
  /** Addresses that sending, connecting and binding calls brought, as hexadecimal bytes. */
  readonly addresses: string[];
  /** The names of descriptors. */
  readonly bound: Map<number, Uint8Array>;
  /** Options of descriptors: `level:name`. */
  readonly options: Map<string, number>;
}

const interfaces = ["", "lo", "eth0", "vcan0"];
/** The port that this kernel picks. */
export const PICKED = 40000;

export function recording(): Recording {
  const done: string[] = [];
  const addresses: string[] = [];
  const sorts: Recording["sorts"] = new Map();
  const options: Recording["options"] = new Map();
  const bound = new Map<number, Uint8Array>();
  let block: Uint8Array = new Uint8Array(0);
  let next = 1000;
  const open = (sort: [number, number, number]) => {
    sorts.set(next, sort);
    return next++;
  };
  const note = (length: number) =>
    length > 0 && addresses.push(Buffer.from(block.subarray(16, 16 + length)).toString("hex"));
  const answers: Partial<Host> = {
    constants: () => values,
    attach(memory) {
      block = memory;
      return 0;
    },
    channel: () => ({ hasSubscribers: false, publish() {} }),
    now: () => performance.now(),
    socket: (family, type, protocol) => open([family, type & 15, protocol]),
    socketpair(family, type, protocol, out) {
      out[0] = open([family, type & 15, protocol]);
      out[1] = open([family, type & 15, protocol]);
      return 0;
    },
    accept: fd => open(sorts.get(fd)!),
    bind(fd, length) {
      note(length);
      const name = block.slice(16, 16 + length);
      const view = new DataView(name.buffer);
      const family = sorts.get(fd)![0];
      if ((family === c.AF_INET || family === c.AF_INET6) && view.getUint16(2) === 0)
        view.setUint16(2, PICKED);
      if (family === c.AF_VSOCK && view.getUint32(4, true) === 0xffffffff) view.setUint32(4, PICKED, true);
      bound.set(
        fd,
        family === c.AF_UNIX && length === 2
          ? Uint8Array.from([1, 0, 0, 0x30, 0x30, 0x30, 0x30, 0x37])
          : name,
      );
      return 0;
    },
    connect(_, length) {
      note(length);
      return 0;
    },
    getsockname(fd) {
      const family = sorts.get(fd)![0];
      const name =
        bound.get(fd) ??
        Uint8Array.from({ length: family === c.AF_INET6 ? 28 : 16 }, (_, i) => (i === 0 ? family : 0));
      block.set(name, 16);
      new DataView(block.buffer, block.byteOffset).setUint32(0, name.length, true);
      return 0;
    },
    getsockopt(fd, level, name, buffer) {
      const view = new DataView(buffer.buffer, buffer.byteOffset);
      const sort = sorts.get(fd);
      const at = level === c.SOL_SOCKET ? [c.SO_DOMAIN, c.SO_TYPE, c.SO_PROTOCOL].indexOf(name as never) : -1;
      if (sort === undefined) return -c.ENOTSOCK;
      if (buffer.length >= 4)
        view.setInt32(0, at >= 0 ? sort[at]! : (options.get(`${level}:${name}`) ?? 0), true);
      return buffer.length;
    },
    send: (_, data) => data.length,
    sendto(_, data, __, length) {
      note(length);
      return data.length;
    },
    sendmsg(_, buffers, __, ___, length) {
      note(length);
      return buffers.length;
    },
    sendmmsg(_, __, names, ___, words, first, count) {
      const size = names.length / (words.length / 4);
      for (let i = first; i < first + count; i++)
        addresses.push(Buffer.from(names.subarray(i * size, i * size + words[4 * i + 1]!)).toString("hex"));
      return count;
    },
    if_indextoname: index => interfaces[index] || -c.ENXIO,
    if_nametoindex: name => interfaces.indexOf(String(Buffer.from(name))),
    if_nameindex: () => [],
    gethostname: () => "here",
    getservbyport: () => "http",
    getaddrinfo: () => [],
    getnameinfo: () => ["there", "0"],
    gethostbyname: () => ["there", [], []],
    gethostbyaddr: () => ["there", [], []],
    dup: fd => open(sorts.get(fd)!),
    own: () => 1,
    release: () => 1,
  };
  const none = unsupported("");
  const host = {
    ...none,
    unavailable: undefined,
    done,
    sorts,
    addresses,
    bound,
    options,
  } as unknown as Recording;
  for (const [name, member] of Object.entries(none)) {
    if (typeof member !== "function") continue;
    const answer = (answers as Record<string, (...args: unknown[]) => unknown>)[name] ?? (() => 0);
    (host as unknown as Record<string, unknown>)[name] = (...args: unknown[]) => {
      if (!LOOKS.has(name)) done.push(name);
      return answer(...args);
    };
  }
  return host;
}

/** The number of a constant's name. */
export function numberOf(value: string | number | undefined, usual = 0): number {
  if (typeof value !== "string") return value ?? usual;
  if (!constantNames.includes(value as never)) throw new Error(`${value} is no constant`);
  return c[value as "AF_INET"];
}

const text = new TextEncoder();

/** The bytes of a call's address, as Linux has them. */
export function addressOf({ family: name, address }: Call): Uint8Array {
  if (typeof address === "object") return Uint8Array.from(Buffer.from(address.hex, "hex"));
  const family = numberOf(name);
  const given = address ?? "";
  const at = given.lastIndexOf(":");
  const first = given.slice(0, at).replace(/^\[(.*)\]$/, "$1");
  const second = Number(given.slice(at + 1));
  const bytes = new Uint8Array(28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family, true);
  switch (family) {
    case c.AF_INET:
    case c.AF_INET6: {
      const six = first.includes(":");
      view.setUint16(0, six ? c.AF_INET6 : c.AF_INET, true);
      view.setUint16(2, second);
      bytes.set(six ? octets6(first) : first.split(".").map(Number), six ? 8 : 4);
      return bytes.subarray(0, six ? 28 : 16);
    }
    case c.AF_UNIX: {
      if (given === "") return bytes.subarray(0, 2);
      const path = text.encode(given);
      if (given.startsWith("@")) path[0] = 0;
      return Uint8Array.from([1, 0, ...path, ...(given.startsWith("@") ? [] : [0])]);
    }
    case c.AF_VSOCK:
      view.setUint32(4, second, true);
      view.setUint32(8, Number(first), true);
      return bytes.subarray(0, 16);
    case c.AF_NETLINK:
      view.setUint32(4, Number(first), true);
      view.setUint32(8, second, true);
      return bytes.subarray(0, 12);
    case c.AF_PACKET:
    case c.AF_CAN:
      view.setInt32(4, interfaces.indexOf(given), true);
      return bytes.subarray(0, 20);
    default:
      return bytes.subarray(0, 16);
  }
}

/** The 16 bytes of an IPv6 address, by the URL parser: another hand than the policy's. */
export function octets6(address: string): number[] {
  const host = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head, tail] = host.split("::") as [string, string?];
  const groups = (part: string | undefined) =>
    part ? part.split(":").map(group => Number.parseInt(group, 16)) : [];
  const before = groups(head);
  const after = groups(tail);
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return all.flatMap(group => [group >> 8, group & 255]);
}

export const block = new Uint8Array(16 + 256);

/** Makes a call on a guarded host; returns what it said. Sockets are given to the guest, however they are judged. */
export function perform(guard: GuardedHost, inner: Recording, call: Call): unknown {
  const family = numberOf(call.family);
  const type = numberOf(call.type, 1);
  const protocol = numberOf(call.protocol);
  const host = guard as unknown as Record<string, (...args: unknown[]) => unknown>;
  if (call.call === "socket") return guard.socket(family, type, protocol);
  if (call.call === "socketpair") return guard.socketpair(family, type, protocol, new Int32Array(2));
  const lookup = text.encode(call.host ?? call.interface ?? "");
  switch (call.call) {
    case "getaddrinfo":
      return guard.getaddrinfo(lookup, null, 0, 0, 0, 0);
    case "gethostbyname":
    case "if_nametoindex":
    case "getprotobyname":
      return host[call.call]!(lookup);
    case "if_indextoname":
      return guard.if_indextoname(Math.max(0, interfaces.indexOf(call.interface!)));
    case "getservbyname":
      return guard.getservbyname(lookup, null);
    case "getservbyport":
      return guard.getservbyport(80, null);
    case "gethostname":
    case "if_nameindex":
      return host[call.call]!();
    case "sethostname":
      return guard.sethostname(lookup);
    case "getnameinfo":
    case "gethostbyaddr": {
      const six = String(call.address).includes(":");
      const address = addressOf({
        call: "",
        family: six ? c.AF_INET6 : c.AF_INET,
        address: `${call.address}:0`,
      });
      if (call.call === "getnameinfo") return guard.getnameinfo(address, c.NI_NUMERICSERV);
      return guard.gethostbyaddr(six ? address.slice(8, 24) : address.slice(4, 8), six ? 10 : 2);
    }
  }
  inner.sorts.set(5, [family, type, protocol]);
  guard.adopt(5);
  inner.done.length = 0;
  const address = call.address === undefined ? new Uint8Array(0) : addressOf(call);
  block.set(address, 16);
  const level = numberOf(call.level);
  const name = numberOf(call.name);
  const size = call.size === undefined ? 4 : call.size;
  const value = size === null ? null : new Uint8Array(size);
  switch (call.call) {
    case "bind":
    case "connect":
      return guard[call.call](5, address.length);
    case "listen":
      inner.bound.set(5, address);
      return guard.listen(5, 1);
    case "sendto":
      return guard.sendto(5, new Uint8Array(1), 0, address.length);
    case "sendmsg":
      return guard.sendmsg(5, [new Uint8Array(1)], null, 0, address.length);
    case "sendmmsg":
      return guard.sendmmsg(
        5,
        new Uint8Array(1),
        address,
        new Uint8Array(0),
        Int32Array.of(1, address.length, 0, 0),
        0,
        1,
        0,
      );
    case "getsockopt":
      return guard.getsockopt(5, level, name, new Uint8Array(8));
    case "setsockopt":
      return guard.setsockopt(5, level, name, value, size ?? 4);
    case "attachFilter":
      return guard.attachFilter(5, name, new Uint8Array(8));
    case "ioctl":
      return guard.ioctl(5, name, value, 0);
    case "control":
      return guard.sendmsg(5, [new Uint8Array(1)], controlOf(level, name, value!), 0, 0);
    case "rights":
      return guard.sendmsg(
        5,
        [new Uint8Array(1)],
        controlOf(c.SOL_SOCKET, c.SCM_RIGHTS, Uint8Array.of(5, 0, 0, 0)),
        0,
        0,
      );
    default:
      throw new Error(`${call.call} can't be made`);
  }
}

/** A control message of a 64-bit Linux. */
export function controlOf(level: number, type: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + Math.ceil(data.length / 8) * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 16 + data.length, true);
  view.setInt32(8, level, true);
  view.setInt32(12, type, true);
  bytes.set(data, 16);
  return bytes;
}

/** Runs with a folder of these files: a socket's place is a plain file here, `-> target` a symbolic link. */
export function withFiles(files: Readonly<Record<string, string>>, body: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "policy-"));
  try {
    for (const [path, what] of Object.entries(files)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      if (what.startsWith("-> ")) symlinkSync(what.slice(3), file);
      else writeFileSync(file, what);
    }
    body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
