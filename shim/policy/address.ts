// A socket address's bytes, as the policy sees them: read out of the guard's own message block, and
// there made what the kernel makes of them. Linux's layouts, which differ in byte order alone.
import { isZero, newIp, unmap } from "./ip.js";
import { latin1 } from "./latin1.js";

/** What a call does with an address. */
export type Use = "bind" | "listen" | "connect";

/** Numbers of Linux's families. */
export const UNSPEC = 0,
  UNIX = 1,
  INET = 2,
  INET6 = 10,
  NETLINK = 16,
  PACKET = 17,
  CAN = 29,
  VSOCK = 40;

/** Where the address begins in a message block (ts/codec/wire.ts), and how long the block is. */
export const HEAD = 16;
export const ROOM = 256;

/** `kind` says what of the rest counts. One object, filled anew for each call. */
export interface Address {
  kind:
    | "ip"
    | "path"
    | "abstract"
    | "unnamed"
    | "netlink"
    | "vsock"
    | "interface"
    | "other"
    | "unspecified"
    | "malformed";
  readonly ip: ReturnType<typeof newIp>;
  /** 16 bits of IP, 32 of VSOCK. */
  port: number;
  /** A path without its ending zero, an abstract name without its leading one: one character a byte. */
  name: string;
  /** Of an interface; 0: all of them. */
  index: number;
  /** VSOCK's cid, netlink's port ID. */
  number: number;
  groups: number;
}

export function newAddress(): Address {
  return { kind: "malformed", ip: newIp(), port: 0, name: "", index: 0, number: 0, groups: 0 };
}

/** Reads addresses at a place of one block of memory, in the byte order of its system. */
export class AddressReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #little: boolean;

  constructor(bytes: Uint8Array, little: boolean) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = little;
  }

  /** The address of `length` bytes at `at`, of a socket of `family`. */
  read(into: Address, at: number, length: number, family: number): void {
    into.kind = "malformed";
    if (length < 2 || length > ROOM) return;
    const own = this.#view.getUint16(at, this.#little);
    if (own === UNSPEC) into.kind = "unspecified";
    else if (own === INET && (family === INET || family === INET6)) this.#inet(into, at, length);
    else if (own !== family) return;
    else if (own === INET6) this.#inet6(into, at, length);
    else if (own === UNIX) this.#unix(into, at, length);
    else if (own === NETLINK) this.#netlink(into, at, length);
    else if (own === VSOCK) this.#vsock(into, at, length);
    else if (own === PACKET || own === CAN) {
      if (length < 8) return;
      into.kind = "interface";
      into.index = this.#view.getInt32(at + 4, this.#little);
    } else into.kind = "other";
  }

  /**
   * What connect(2) and send(2) make of an address that is all zeros is the loopback, or, of IPv4,
   * the address that the socket is bound to: it is written out as the loopback, so that what is judged
   * is where it goes.
   */
  settle(into: Address, at: number): void {
    if (into.kind !== "ip" || !isZero(into.ip)) return;
    const six = this.#view.getUint16(at, this.#little) === INET6;
    if (!into.ip.v4) {
      into.ip.words[3] = 1;
      this.#bytes[at + 23] = 1;
      return;
    }
    into.ip.words[3] = 0x7f000001;
    this.#view.setUint32(six ? at + 20 : at + 4, 0x7f000001);
  }

  /** A `sockaddr_in` or `sockaddr_in6` without a host and a port: what bind(2) of any address takes. Returns its length. */
  writeAny(at: number, family: number): number {
    const length = family === INET6 ? 28 : 16;
    this.#bytes.fill(0, at, at + length);
    this.#view.setUint16(at, family, this.#little);
    return length;
  }

  /** A `sockaddr_un` of a path. Returns its length; 0 if it is too long. */
  writePath(at: number, path: string): number {
    if (path.length > 107) return 0;
    this.#view.setUint16(at, UNIX, this.#little);
    for (let i = 0; i < path.length; i++) this.#bytes[at + 2 + i] = path.charCodeAt(i);
    this.#bytes[at + 2 + path.length] = 0;
    return path.length + 3;
  }

  #inet(into: Address, at: number, length: number): void {
    if (length < 16) return;
    const { ip } = into;
    ip.v4 = true;
    ip.words.fill(0);
    ip.words[3] = this.#view.getUint32(at + 4);
    into.port = this.#view.getUint16(at + 2);
    into.kind = "ip";
  }

  #inet6(into: Address, at: number, length: number): void {
    if (length < 24) return;
    const { ip } = into;
    ip.v4 = false;
    for (let i = 0; i < 4; i++) ip.words[i] = this.#view.getUint32(at + 8 + 4 * i);
    unmap(ip);
    into.port = this.#view.getUint16(at + 2);
    into.kind = "ip";
  }

  #unix(into: Address, at: number, length: number): void {
    if (length > 110) return;
    const bytes = this.#bytes.subarray(at + 2, at + length);
    if (bytes.length === 0) into.kind = "unnamed";
    else if (bytes[0] === 0) {
      into.kind = "abstract";
      into.name = latin1(bytes.subarray(1));
    } else {
      const end = bytes.indexOf(0);
      into.kind = "path";
      into.name = latin1(end < 0 ? bytes : bytes.subarray(0, end));
    }
  }

  #netlink(into: Address, at: number, length: number): void {
    if (length < 12) return;
    into.kind = "netlink";
    into.number = this.#view.getUint32(at + 4, this.#little);
    into.groups = this.#view.getUint32(at + 8, this.#little);
  }

  #vsock(into: Address, at: number, length: number): void {
    if (length < 16) return;
    into.kind = "vsock";
    into.port = this.#view.getUint32(at + 4, this.#little);
    into.number = this.#view.getUint32(at + 8, this.#little);
  }
}
