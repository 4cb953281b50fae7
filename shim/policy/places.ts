// Where a socket goes and what it is bound to: addresses of calls, judged and passed on.
import type { AddressReader, Use } from "./address.js";
import { HEAD, INET6, UNIX, VSOCK } from "./address.js";
import type { Description } from "./descriptors.js";
import type { Gate, SocketDescription } from "./gate.js";
import { isZero } from "./ip.js";
import { disconnects, type Sort } from "./judge.js";
import { closePath, openFolder, openTarget, plainPath, throughFolder, throughTarget } from "./paths.js";
import { latin1 } from "./latin1.js";

export type Places = ReturnType<typeof placesOf>;

export function placesOf(gate: Gate) {
  const { inner, judge, little, table, block, view, reader, address, granted, interfaceOf } = gate;
  const { EACCES, ENAMETOOLONG } = gate.errors;
  const c = judge.constants;
  const number = new Uint8Array(4);
  const numberView = new DataView(number.buffer);
  const cookie = new Uint8Array(8);

  /** What a path led to, as long as the call goes on; -1. */
  let opened = -1;
  function closeTarget(): void {
    if (opened >= 0) closePath(opened);
    opened = -1;
  }

  /** The same, but it is the caller's to close. */
  function takeTarget(): number {
    const fd = opened;
    opened = -1;
    return fd;
  }

  /**
   * Judges where a call goes, by the address at `at` of the reader's memory, which it may rewrite.
   * Returns the address's length, or -errno. closeTarget() afterwards.
   */
  function destination(call: string, sort: Sort, from: AddressReader, at: number, length: number): number {
    from.read(address, at, length, sort.family);
    from.settle(address, at);
    const decide = () => granted(call, judge.address(sort, "connect", address, interfaceOf));
    if (address.kind !== "path") return decide() ? length : -EACCES;
    const target = openTarget(address.name);
    if (typeof target === "number") {
      // What can't be opened tells what it is only to those who might use it.
      address.name = plainPath(address.name);
      return decide() && target < 0 ? target : -EACCES;
    }
    address.name = target.name;
    if (decide()) {
      opened = target.fd;
      return from.writePath(at, throughTarget(target));
    }
    closePath(target.fd);
    return -EACCES;
  }

  /** Whether `::` of this socket stands for IPv4's `0.0.0.0` too. */
  function isDual(fd: number, sort: Sort): boolean {
    const { ip, kind } = address;
    if (sort.family !== INET6 || kind !== "ip" || ip.v4 || !isZero(ip)) return false;
    const got = inner.getsockopt(fd, c.IPPROTO_IPV6, c.IPV6_V6ONLY, number);
    return got < 0 || numberView.getInt32(0, little) === 0;
  }

  /** The local address that was read, for both families where it is one of both. */
  function local(call: string, fd: number, sort: Sort, use: Use): boolean {
    if (!granted(call, judge.address(sort, use, address, interfaceOf))) return false;
    if (!isDual(fd, sort)) return true;
    address.ip.v4 = true;
    return granted(call, judge.address(sort, use, address, interfaceOf));
  }

  /** What the kernel says a socket's name is; -errno. */
  function readName(fd: number, sort: Sort): number {
    const result = inner.getsockname(fd);
    if (result >= 0) reader.read(address, HEAD, view.getUint32(0, true), sort.family);
    return result;
  }

  function cookieOf(fd: number): string | undefined {
    return inner.getsockopt(fd, c.SOL_SOCKET, c.SO_COOKIE, cookie) === 8 ? latin1(cookie) : undefined;
  }

  /** A socket has come to a name that is not granted: the port is given back where that goes, and it is of no use any more. */
  function refuse(fd: number, description: Description): number {
    description.refused = true;
    const key = cookieOf(fd);
    if (key !== undefined) table.refused.add(key);
    if (description.sort?.transport !== "other") {
      block.fill(0, HEAD, HEAD + 16);
      inner.connect(fd, 16);
    }
    return -EACCES;
  }

  function bindPath(fd: number, description: SocketDescription): number {
    const guests = Uint8Array.from(address.name, character => character.charCodeAt(0));
    const folder = openFolder(address.name);
    const decide = () => granted("bind", judge.address(description.sort, "bind", address, interfaceOf));
    if (typeof folder === "number") {
      address.name = plainPath(address.name);
      return decide() && folder < 0 ? folder : -EACCES;
    }
    address.name = folder.name;
    const path = throughFolder(folder);
    let result = -EACCES;
    if (decide()) {
      const length = reader.writePath(HEAD, path);
      result = length === 0 ? -ENAMETOOLONG : inner.bind(fd, length);
    }
    if (result < 0) {
      closePath(folder.fd);
      return result;
    }
    description.folder = folder.fd;
    description.bound = path;
    table.paths.set(path, guests);
    return result;
  }

  /** bind(2) to the address in the guard's block. */
  function bindTo(fd: number, description: SocketDescription, length: number): number {
    const { sort } = description;
    reader.read(address, HEAD, length, sort.family);
    if (address.kind === "path") return bindPath(fd, description);
    const { kind, port } = address;
    if (!local("bind", fd, sort, "bind")) return -EACCES;
    const result = inner.bind(fd, length);
    const picked =
      kind === "unnamed" || (kind === "ip" && port === 0) || (kind === "vsock" && port === 0xffffffff);
    if (result < 0 || !picked) return result;
    if (readName(fd, sort) >= 0 && local("bind", fd, sort, "bind")) return result;
    return refuse(fd, description);
  }

  /** connect(2) to the address in the guard's block: the length to pass on, or -errno. */
  function connectTo(sort: Sort, length: number): number {
    reader.read(address, HEAD, length, sort.family);
    return disconnects(sort, address) ? length : destination("connect", sort, reader, HEAD, length);
  }

  /** listen(2): the name that the socket has, or gets. Returns 0 or -errno. */
  function listenAt(fd: number, description: SocketDescription): number {
    const { sort } = description;
    // Of other families a rule grants everything.
    if (sort.transport === "other" && sort.family !== UNIX && sort.family !== VSOCK) return 0;
    const named = readName(fd, sort);
    if (named < 0) return named;
    // bind(2) has judged a path, under another name; without a name nobody listens.
    if (address.kind === "path" || address.kind === "unnamed") return 0;
    if (address.kind === "ip" && address.port === 0) {
      const bound = bindTo(fd, description, reader.writeAny(HEAD, sort.family));
      if (bound < 0) return bound;
      readName(fd, sort);
    }
    return local("listen", fd, sort, "listen") ? 0 : -EACCES;
  }

  /** What a descriptor is: its family, type and protocol; undefined for what is no socket. */
  function kindOf(fd: number): readonly [family: number, type: number, protocol: number] | undefined {
    const parts = [c.SO_DOMAIN, c.SO_TYPE, c.SO_PROTOCOL].map(name =>
      inner.getsockopt(fd, c.SOL_SOCKET, name, number) < 0 ? -1 : numberView.getInt32(0, little),
    );
    return parts.includes(-1) ? undefined : (parts as [number, number, number]);
  }

  return {
    closeTarget,
    takeTarget,
    hasTarget: () => opened >= 0,
    destination,
    connectTo,
    readName,
    cookieOf,
    bindTo,
    listenAt,
    kindOf,
  };
}
