// guarded(host, policy): the gate between a guest and a host. Whatever a guest names is copied out of
// its memory first, then judged, then passed on out of memory that is the guard's own: another thread
// may change the guest's at any time. Every member of Host stands here with how it is judged, so that a
// new one does not compile until somebody has thought about it; docs/policy.md has the same as a table.
import { lengthOf, part } from "../../ts/base/views.js";
import type { AddrInfoRow, AuditChannel, Host, HostEntry, LookupFailure } from "../contract.js";
import { AddressReader, HEAD, INET6, newAddress, ROOM, UNIX, type Use } from "./address.js";
import { ControlReader } from "./control.js";
import { Descriptors, type Description } from "./descriptors.js";
import { explainer, type Call, type Explanation } from "./explain.js";
import { isZero, newIp, unmap, type Ip } from "./ip.js";
import { disconnects, Judge, sortOf, type Decision, type Sort, type Word } from "./judge.js";
import { closePath, openFolder, openTarget, plainPath, throughFolder, throughTarget } from "./paths.js";
import { latin1, rulesOf, type Policy, type RuleText } from "./rules.js";
import { largest } from "./tables.js";

/** A host for one guest. What was refused answers -EACCES, a descriptor that is not the guest's -EBADF. */
export interface GuardedHost extends Host {
  /** Which rule decides about a call, which is not made. */
  explain(call: Call): Explanation;
  /**
   * Gives the guest a descriptor of the embedder's, a socket or a file, which is closed with the guest's
   * others. Returns it, or -errno.
   */
  adopt(fd: number): number;
  /** Takes a descriptor away from the guest: it stays open, and is the embedder's. Returns it, or -EBADF. */
  surrender(fd: number): number;
  /** Closes all descriptors of the guest; every later call is refused. */
  dispose(): void;
  [Symbol.dispose](): void;
  /** dispose() when this object is collected: the guest's instance. */
  diesWith(instance: object): void;
}

/** What the channel `berkeley-sockets.policy` tells of each decision. */
export interface PolicyEvent {
  readonly call: string;
  readonly granted: boolean;
  /** The rule that decided, its short form and its place in the policy; null where none did. */
  readonly rule: string | null;
  readonly place: string | null;
  readonly why: string;
}

/** Words of a slot of a batch (shim/contract.ts). */
const LENGTH = 0;
const NAME = 1;
const CONTROL = 2;
const FLAGS = 3;
const WORDS = 4;
const MAX_MESSAGES = 1024;
/** Room for an address in a batch: more than that none of them has. */
const NAME_SIZE = 128;
/** Control messages of one message: the kernel's own limit for sending is below (net.core.optmem_max). */
const MAX_CONTROL = 1 << 18;

/** h_errno's NO_RECOVERY (netdb.h). */
const NO_RECOVERY = 3;

const dying = new FinalizationRegistry<() => void>(dispose => dispose());

/** Wraps a host of its own, which nothing else may use. Throws a PolicyError where the policy has an error. */
export function guarded(inner: Host, policy: Policy | readonly RuleText[]): GuardedHost {
  const rules = rulesOf(policy);
  if (!inner.target.startsWith("linux"))
    throw new Error(`guarded: policies know the addresses of Linux, and this host is ${inner.target}`);
  const { limits } = rules;
  const long = inner.target === "linux32" ? 4 : 8;
  const little = inner.target !== "linux64be";
  const judge = new Judge(rules, inner.constants(), long);
  const c = judge.constants;
  /** Linux's number where the host has none, as one without sockets. */
  const errno = (name: keyof typeof c, linux: number): number =>
    Number.isNaN(c[name] as number) ? linux : c[name];
  const EACCES = errno("EACCES", 13);
  const EBADF = errno("EBADF", 9);
  const EFAULT = errno("EFAULT", 14);
  const EINTR = errno("EINTR", 4);
  const EINVAL = errno("EINVAL", 22);
  const EMFILE = errno("EMFILE", 24);
  const EMSGSIZE = errno("EMSGSIZE", 90);
  const ENAMETOOLONG = errno("ENAMETOOLONG", 36);
  const ENOTSOCK = errno("ENOTSOCK", 88);
  const ETIMEDOUT = errno("ETIMEDOUT", 110);
  const SCM_PIDFD = Number.isNaN(c.SCM_PIDFD) ? 4 : c.SCM_PIDFD;
  /** Without sockets there is nothing to guard. */
  const without = inner.unavailable !== undefined;

  // The guard's own message block, and the guest's.
  const block = new Uint8Array(HEAD + ROOM);
  const view = new DataView(block.buffer);
  const reader = new AddressReader(block, little);
  const address = newAddress();
  let outer: Uint8Array | null = null;
  let outerRoom = 0;
  let outerView: DataView = view;
  const attached = inner.attach(block);
  if (attached < 0 && !without)
    throw new Error("guarded: somebody else has this host: give it one of its own");

  const controlReader = new ControlReader(long, little);
  let control = new Uint8Array(256);
  let controlView = new DataView(control.buffer);
  let names = new Uint8Array(0);
  let namesReader = new AddressReader(names, little);
  const number = new Uint8Array(4);
  const numberView = new DataView(number.buffer);
  const cookie = new Uint8Array(8);

  const table = new Descriptors(inner);

  let channel: AuditChannel | undefined;
  /** Tells of a decision; returns whether it grants. */
  function granted(call: string, decision: Decision): boolean {
    channel ??= inner.channel("berkeley-sockets.policy");
    if (channel.hasSubscribers) {
      const { rule, why } = decision;
      const event: PolicyEvent = {
        call,
        granted: decision.granted,
        rule: rule?.text ?? null,
        place: rule?.place ?? null,
        why,
      };
      channel.publish(event);
    }
    return decision.granted;
  }
  const word = (call: string, kind: Word): boolean => granted(call, judge.word(kind));

  const interfaceOf = (index: number): string => {
    const name = inner.if_indextoname(index);
    return typeof name === "string" ? name : "";
  };

  /** Why a call of a descriptor can't be made: -errno, or 0. */
  function stopped(fd: number): number {
    const description = table.get(fd);
    return description === undefined ? -EBADF : description.refused ? -EACCES : 0;
  }

  /** The same for calls that are judged by what the socket is. */
  function socketOf(fd: number): (Description & { readonly sort: Sort }) | number {
    const description = table.get(fd);
    if (description === undefined) return -EBADF;
    if (description.refused) return -EACCES;
    return description.sort === null ? -ENOTSOCK : (description as Description & { readonly sort: Sort });
  }

  function copyIn(length: number): boolean {
    if (outer === null || !(length >= 0 && length <= outerRoom)) return false;
    for (let i = HEAD; i < HEAD + length; i++) block[i] = outer[i]!;
    return true;
  }

  /** Where bytes of a UNIX path are what the guard made of one of the guest's, they become the guest's again. */
  function ownPath(bytes: Uint8Array, at: number, length: number): Uint8Array | undefined {
    if (table.paths.size === 0 || length < 9 || bytes[at + 2] !== 0x2f) return undefined;
    const end = bytes.indexOf(0, at + 2);
    return table.paths.get(
      latin1(bytes.subarray(at + 2, end < 0 ? at + length : Math.min(end, at + length))),
    );
  }

  function copyOut(words: number): void {
    if (outer === null) return;
    const length = view.getUint32(0, true);
    const path = ownPath(block, HEAD, Math.min(length, ROOM));
    if (path !== undefined) {
      block.set(path, HEAD + 2);
      block[HEAD + 2 + path.length] = 0;
      view.setUint32(0, path.length + 3, true);
    }
    for (let i = 0; i < words; i++) outerView.setUint32(4 * i, view.getUint32(4 * i, true), true);
    const end = HEAD + Math.min(view.getUint32(0, true), ROOM, outerRoom);
    for (let i = HEAD; i < end; i++) outer[i] = block[i]!;
  }

  // Waits. What of them ends without a result counts until one has a result.
  let guestInterval = 0;
  let waited = 0;
  let waitedFor = "";
  /** A call that may block, within the policy's time. */
  function waiting(name: string, fd: number, call: () => number): number {
    if (limits.milliseconds === Infinity) return call();
    const key = `${name} ${fd}`;
    if (key !== waitedFor) waited = 0;
    waitedFor = key;
    const left = Math.max(1, Math.ceil(limits.milliseconds - waited));
    const arms = guestInterval === 0 || guestInterval > left;
    const began = inner.now();
    if (arms) inner.interruptible(left);
    let result: number;
    try {
      result = call();
    } finally {
      if (arms) inner.interruptible(guestInterval);
    }
    if (result !== -EINTR) {
      waited = 0;
      return result;
    }
    waited += inner.now() - began;
    if (waited < limits.milliseconds) return result;
    waited = 0;
    return -ETIMEDOUT;
  }

  // Addresses.
  let opened = -1;
  function closeTarget(): void {
    if (opened >= 0) closePath(opened);
    opened = -1;
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

  function bindPath(fd: number, description: Description & { readonly sort: Sort }): number {
    const guests = Uint8Array.from(address.name, character => character.charCodeAt(0));
    const folder = openFolder(address.name);
    const decide = () => granted("bind", judge.address(description.sort, "bind", address, interfaceOf));
    if (typeof folder === "number") {
      address.name = plainPath(address.name);
      return decide() && folder < 0 ? folder : -EACCES;
    }
    address.name = folder.name;
    const path = throughFolder(folder);
    const length = decide() ? reader.writePath(HEAD, path) : -EACCES;
    const result = length > 0 ? inner.bind(fd, length) : length === 0 ? -ENAMETOOLONG : length;
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
  function bindTo(fd: number, description: Description & { readonly sort: Sort }, length: number): number {
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

  // Control messages.
  function controlRoom(length: number): void {
    if (control.length >= length) return;
    control = new Uint8Array(length);
    controlView = new DataView(control.buffer);
  }

  /** Judges control messages that go out, in the guard's own memory. Returns 0 or -errno. */
  function outgoing(fd: number, sort: Sort, at: number, length: number): number {
    const messages = controlReader.read(controlView, at, length);
    if (messages === null) return -EACCES;
    for (const { level, type, data, size } of messages) {
      if (level === c.SOL_SOCKET && type === c.SCM_RIGHTS) {
        if (!word("sendmsg", "rights")) return -EACCES;
        for (let i = 0; i + 4 <= size; i += 4) {
          const sent = controlView.getInt32(data + i, little);
          const failed = stopped(sent);
          if (failed < 0) return failed;
          const description = table.get(sent)!;
          if (description.cookie === "") description.cookie = cookieOf(sent) ?? "";
          if (description.cookie !== "") table.sent.set(description.cookie, description);
        }
      } else {
        const source = sourceOf(level, type, data, size);
        const decision =
          source === undefined
            ? judge.control(level, type, size)
            : isZero(source)
              ? null
              : sourceDecision(fd, sort, source);
        if (decision !== null && !granted("sendmsg", decision)) return -EACCES;
      }
    }
    return 0;
  }

  /** The source address in an IP_PKTINFO or IPV6_PKTINFO; undefined for all else. */
  function sourceOf(level: number, type: number, data: number, size: number): Ip | undefined {
    const ip = newIp();
    if (level === c.IPPROTO_IP && type === c.IP_PKTINFO && size === 12) {
      ip.words[3] = controlView.getUint32(data + 4);
      return ip;
    }
    if (level === c.IPPROTO_IPV6 && type === c.IPV6_PKTINFO && size === 20) {
      ip.v4 = false;
      for (let i = 0; i < 4; i++) ip.words[i] = controlView.getUint32(data + 4 * i);
      unmap(ip);
      return ip;
    }
    return undefined;
  }

  /** Sending from an address is as binding to it, with the port that the socket has. */
  function sourceDecision(fd: number, sort: Sort, source: Ip): Decision {
    // The address in the block is the destination, which is judged later.
    const saved = block.slice();
    const named = readName(fd, sort) >= 0 && address.kind === "ip" ? address.port : 0;
    block.set(saved);
    return judge.source(sort, source, named);
  }

  /** What a received descriptor is; undefined for what the guest may not have. */
  function receivable(fd: number): { sort: Sort; known: Description | undefined } | undefined {
    const parts = [c.SO_DOMAIN, c.SO_TYPE, c.SO_PROTOCOL].map(name =>
      inner.getsockopt(fd, c.SOL_SOCKET, name, number) < 0 ? -1 : numberView.getInt32(0, little),
    );
    if (parts.some(part => part < 0)) return undefined;
    const key = cookieOf(fd);
    if (key === undefined || table.refused.has(key)) return undefined;
    const known = table.sent.get(key);
    if (known?.refused) return undefined;
    const sort = known?.sort ?? sortOf(parts[0]!, parts[1]!, parts[2]!);
    const may = judge.socket(sort);
    return granted("recvmsg", sort.family === UNIX && !may.granted ? judge.pair(sort) : may)
      ? { sort, known }
      : undefined;
  }

  /** All descriptors of one message become the guest's, or all are closed. */
  function receive(fds: readonly number[]): boolean {
    const may = word("recvmsg", "rights") && table.size + fds.length <= limits.descriptors;
    const found = may ? fds.map(receivable) : [];
    if (found.length < fds.length || found.includes(undefined) || table.disposed) {
      for (const fd of fds) inner.close(fd);
      return false;
    }
    for (const [i, fd] of fds.entries()) {
      const { sort, known } = found[i]!;
      if (known === undefined) table.add(fd, sort);
      else table.alias(fd, known);
      table.keep(fd);
    }
    return true;
  }

  /**
   * Goes through control messages that came in, in the guard's own memory. Descriptors that the guest
   * may not have are closed and their message taken out. Returns the length of what is left, negative
   * minus one if something was taken out.
   */
  function incoming(at: number, length: number): number {
    const messages = controlReader.read(controlView, at, length) ?? [];
    let left = length;
    let shift = 0;
    for (const { level, type, data, size, from, to } of messages) {
      const rights = level === c.SOL_SOCKET && type === c.SCM_RIGHTS;
      if (!rights && !(level === c.SOL_SOCKET && type === SCM_PIDFD)) continue;
      const fds: number[] = [];
      for (let i = 0; i + 4 <= size; i += 4) fds.push(controlView.getInt32(data - shift + i, little));
      if (rights && receive(fds)) continue;
      if (!rights) for (const fd of fds) inner.close(fd);
      control.copyWithin(from - shift, to - shift, at + left);
      left -= to - from;
      shift += to - from;
    }
    return shift > 0 ? -1 - left : left;
  }

  /** Bytes that a call may move. */
  const clamp = (length: number): number => Math.min(length, limits.bytes);

  /** As many of the buffers as a call may move; null where they are too many for a message that goes whole. */
  function within(buffers: readonly Uint8Array[], whole: boolean): Uint8Array[] | null {
    if (limits.bytes === Infinity) return buffers as Uint8Array[];
    let room = limits.bytes;
    const parts: Uint8Array[] = [];
    for (const buffer of buffers) {
      const length = lengthOf(buffer);
      if (length > room && whole) return null;
      parts.push(length > room ? part(buffer, 0, room) : buffer);
      room -= Math.min(room, length);
    }
    return parts;
  }

  const STREAM = 1;
  function payload(fd: number, data: Uint8Array): Uint8Array | null {
    if (lengthOf(data) <= limits.bytes) return data;
    return table.get(fd)!.sort?.type === STREAM ? part(data, 0, limits.bytes) : null;
  }

  /** Room for another descriptor: 0 or -errno. */
  const roomFor = (count: number): number =>
    table.disposed ? -EACCES : table.size + count > limits.descriptors ? -EMFILE : 0;

  // Lookups. A name that is no number is a name, whatever the resolver would make of it.
  const failure: LookupFailure = { status: errno("EAI_FAIL" as "EACCES", -4), errno: 0 };
  const noHost: LookupFailure = { status: NO_RECOVERY, errno: 0 };
  const AI_NUMERICHOST: number = c.AI_NUMERICHOST;
  const NI_NUMERICHOST: number = c.NI_NUMERICHOST;
  const NI_NUMERICSERV: number = c.NI_NUMERICSERV;

  type Query = Parameters<Host["getaddrinfo"]>;
  /** A query that may be made, in memory of its own; undefined if it may not. */
  function query([node, service, family, type, protocol, flags]: Query): Query | undefined {
    const host = node === null ? null : new Uint8Array(node);
    const port = service === null ? null : new Uint8Array(service);
    let asked = flags;
    if (host !== null) {
      const name = latin1(host);
      const decision = judge.hostName(name);
      if (!decision.granted && isNumeric(name)) asked |= AI_NUMERICHOST;
      else if (!granted("getaddrinfo", decision)) return undefined;
    }
    if (
      port !== null &&
      !/^\d*$/.test(latin1(port)) &&
      !(serviceName(port) && word("getaddrinfo", "services"))
    )
      return undefined;
    return [host, port, family, type, protocol, asked];
  }
  /** Names end at a zero, and what was judged would not be what is asked. */
  const serviceName = (name: Uint8Array): boolean => !name.includes(0);

  function nameQuery(bytes: Uint8Array, flags: number): [Uint8Array, number] | undefined {
    const name = new Uint8Array(bytes);
    if ((flags & NI_NUMERICHOST) === 0 && !granted("getnameinfo", judge.reverse(inetOf(name))))
      return undefined;
    if ((flags & NI_NUMERICSERV) === 0 && !word("getnameinfo", "services")) return undefined;
    return [name, flags];
  }
  function inetOf(bytes: Uint8Array): Ip | null {
    const own = new Uint8Array(ROOM);
    if (bytes.length > ROOM || bytes.length < 2) return null;
    own.set(bytes);
    const found = newAddress();
    new AddressReader(own, little).read(found, 0, bytes.length, INET6);
    return found.kind === "ip" ? found.ip : null;
  }

  function hostQuery(bytes: Uint8Array): Uint8Array | undefined {
    const name = new Uint8Array(bytes);
    const text = latin1(name);
    const decision = judge.hostName(text);
    if (!decision.granted && isQuad(text)) return name;
    return granted("gethostbyname", decision) ? name : undefined;
  }

  function reverseQuery(bytes: Uint8Array): Uint8Array | undefined {
    const copy = new Uint8Array(bytes);
    const ip = newIp();
    const words = new DataView(copy.buffer);
    if (copy.length === 4) ip.words[3] = words.getUint32(0);
    else if (copy.length === 16) {
      ip.v4 = false;
      for (let i = 0; i < 4; i++) ip.words[i] = words.getUint32(4 * i);
      unmap(ip);
    }
    const decision = judge.reverse(copy.length === 4 || copy.length === 16 ? ip : null);
    return granted("gethostbyaddr", decision) ? copy : undefined;
  }

  /** Names of services, protocols and interfaces, out of the guest's memory. */
  function named(call: string, kind: Word, name: Uint8Array, then: (copy: Uint8Array) => number): number {
    const copy = new Uint8Array(name);
    return serviceName(copy) && word(call, kind) ? then(copy) : -EACCES;
  }

  const explain = explainer(judge);

  const host: GuardedHost = {
    // What it is: the inner host's own word.
    name: inner.name,
    unavailable: inner.unavailable,
    target: inner.target,
    get maxBlockMs() {
      return inner.maxBlockMs;
    },
    lookups: inner.lookups,
    constants: () => inner.constants(),
    now: () => inner.now(),
    setTimer: (callback, milliseconds) => inner.setTimer(callback, milliseconds),
    clearTimer: timer => inner.clearTimer(timer),
    nextTurn: callback => inner.nextTurn(callback),
    random: () => inner.random(),
    channel: name => inner.channel(name),
    idna: name => inner.idna(name),
    warn: (message, type) => inner.warn(message, type),
    collect: thoroughly => inner.collect(thoroughly),
    gai_strerror: status => inner.gai_strerror(status),
    hstrerror: status => inner.hstrerror(status),
    // The runtime's own sockets are not the guest's.
    descriptorOf: () => null,

    attach(memory) {
      if (without) return inner.attach(memory);
      if (outer !== null) return -errno("EBUSY", 16);
      if (lengthOf(memory) <= HEAD) return -EINVAL;
      outer = memory;
      outerRoom = Math.min(ROOM, lengthOf(memory) - HEAD);
      outerView = new DataView(memory.buffer, memory.byteOffset, lengthOf(memory));
      return 0;
    },

    socket(family, type, protocol) {
      const sort = sortOf(family | 0, type | 0, protocol | 0);
      if (!granted("socket", judge.socket(sort))) return -EACCES;
      const room = roomFor(1);
      if (room < 0) return room;
      const fd = inner.socket(sort.family, type | 0, sort.protocol);
      if (fd >= 0) table.add(fd, sort);
      return fd;
    },
    socketpair(family, type, protocol, out) {
      const sort = sortOf(family | 0, type | 0, protocol | 0);
      if (!granted("socketpair", judge.pair(sort))) return -EACCES;
      const room = roomFor(2);
      if (room < 0) return room;
      if (out.length < 2) return -EINVAL;
      const pair = new Int32Array(2);
      const result = inner.socketpair(sort.family, type | 0, sort.protocol, pair);
      if (result < 0) return result;
      for (const fd of pair) table.add(fd, sort);
      out.set(pair);
      return result;
    },
    accept(fd, nonblocking) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      const room = roomFor(1);
      if (room < 0) return room;
      const accepted = waiting("accept", fd, () => inner.accept(fd, nonblocking));
      if (accepted < 0) return accepted;
      table.add(accepted, description.sort);
      copyOut(1);
      return accepted;
    },
    bind(fd, addressLength) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      return copyIn(addressLength) ? bindTo(fd, description, addressLength) : -EINVAL;
    },
    connect(fd, addressLength) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      if (!copyIn(addressLength)) return -EINVAL;
      const { sort } = description;
      reader.read(address, HEAD, addressLength, sort.family);
      const length = disconnects(sort, address)
        ? addressLength
        : destination("connect", sort, reader, HEAD, addressLength);
      if (length < 0) return length;
      try {
        return waiting("connect", fd, () => inner.connect(fd, length));
      } finally {
        closeTarget();
      }
    },
    listen(fd, backlog) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      const { sort } = description;
      // Of other families bind(2) has judged, without which nobody listens there.
      if (sort.transport !== "other") {
        const named = readName(fd, sort);
        if (named < 0) return named;
        if (address.kind === "ip" && address.port === 0) {
          const bound = bindTo(fd, description, reader.writeAny(HEAD, sort.family));
          if (bound < 0) return bound;
          readName(fd, sort);
        }
        if (!local("listen", fd, sort, "listen")) return -EACCES;
      }
      return inner.listen(fd, backlog);
    },
    shutdown: (fd, how) => stopped(fd) || inner.shutdown(fd, how),
    close(fd) {
      if (table.get(fd) === undefined) return -EBADF;
      const result = waiting("close", fd, () => inner.close(fd));
      table.delete(fd);
      return result;
    },
    closeOwned(fd, generation) {
      if (table.get(fd) === undefined) return -EBADF;
      const result = waiting("close", fd, () => inner.closeOwned(fd, generation));
      if (result !== -EBADF || inner.isInheritable(fd) < 0) table.delete(fd);
      return result;
    },
    getsockname(fd) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const result = inner.getsockname(fd);
      if (result >= 0) copyOut(1);
      return result;
    },
    getpeername(fd) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const result = inner.getpeername(fd);
      if (result >= 0) copyOut(1);
      return result;
    },

    recv(fd, buffer, length, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      return waiting("recv", fd, () => inner.recv(fd, buffer, clamp(length), flags));
    },
    recvEach(calls, buffers, count) {
      if (!(count >= 0 && 2 * count <= calls.length)) return -EINVAL;
      const copy = calls.slice(0, 2 * count);
      const mine: number[] = [];
      for (let i = 0; i < count; i++) {
        const failed = stopped(copy[2 * i]!);
        if (failed < 0) copy[2 * i + 1] = failed;
        else mine.push(i);
      }
      if (mine.length > 0) {
        const passed = Int32Array.from(mine.flatMap(i => [copy[2 * i]!, clamp(copy[2 * i + 1]!)]));
        const result = inner.recvEach(
          passed,
          mine.map(i => buffers[i]),
          mine.length,
        );
        if (result < 0) return result;
        for (const [at, i] of mine.entries()) copy[2 * i + 1] = passed[2 * at + 1]!;
      }
      for (let i = 0; i < count; i++) calls[2 * i + 1] = copy[2 * i + 1]!;
      return count;
    },
    recvfrom(fd, buffer, length, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      if (outer === null) return -EINVAL;
      const result = waiting("recvfrom", fd, () => inner.recvfrom(fd, buffer, clamp(length), flags));
      if (result >= 0) copyOut(1);
      return result;
    },
    recvmsg(fd, buffers, guestControl, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      if (outer === null) return -EINVAL;
      const room = guestControl === null ? 0 : Math.min(lengthOf(guestControl), MAX_CONTROL);
      controlRoom(room);
      const into = guestControl === null ? null : control.subarray(0, room);
      const result = waiting("recvmsg", fd, () => inner.recvmsg(fd, within(buffers, false)!, into, flags));
      if (result < 0) return result;
      if (guestControl !== null) {
        const left = incoming(0, Math.min(view.getUint32(4, true), room));
        const length = left < 0 ? -1 - left : left;
        if (left < 0) view.setUint32(8, view.getUint32(8, true) | c.MSG_CTRUNC, true);
        view.setUint32(4, length, true);
        guestControl.set(control.subarray(0, length));
      }
      copyOut(3);
      return result;
    },
    send(fd, data, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const bytes = payload(fd, data);
      return bytes === null ? -EMSGSIZE : waiting("send", fd, () => inner.send(fd, bytes, flags));
    },
    sendto(fd, data, flags, addressLength) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      if (!copyIn(addressLength)) return -EINVAL;
      const bytes = payload(fd, data);
      if (bytes === null) return -EMSGSIZE;
      const length =
        addressLength === 0 ? 0 : destination("sendto", description.sort, reader, HEAD, addressLength);
      if (length < 0) return length;
      if (limits.milliseconds === Infinity && opened < 0) return inner.sendto(fd, bytes, flags, length);
      try {
        return waiting("sendto", fd, () => inner.sendto(fd, bytes, flags, length));
      } finally {
        closeTarget();
      }
    },
    sendmsg(fd, buffers, guestControl, flags, addressLength) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      if (!copyIn(addressLength)) return -EINVAL;
      const { sort } = description;
      const parts = within(buffers, sort.type !== STREAM);
      if (parts === null) return -EMSGSIZE;
      let own: Uint8Array | null = null;
      if (guestControl !== null) {
        const size = lengthOf(guestControl);
        if (size > MAX_CONTROL) return -EMSGSIZE;
        controlRoom(size);
        control.set(guestControl);
        const failed = outgoing(fd, sort, 0, size);
        if (failed < 0) return failed;
        own = control.subarray(0, size);
      }
      const length = addressLength === 0 ? 0 : destination("sendmsg", sort, reader, HEAD, addressLength);
      if (length < 0) return length;
      try {
        return waiting("sendmsg", fd, () => inner.sendmsg(fd, parts, own, flags, length));
      } finally {
        closeTarget();
      }
    },
    sendfile(fd, file, offset, count) {
      const failed = stopped(fd) || stopped(file);
      if (failed < 0) return failed;
      return waiting("sendfile", fd, () => inner.sendfile(fd, file, offset, clamp(count)));
    },
    read(fd, buffer, length) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      return waiting("read", fd, () => inner.read(fd, buffer, clamp(length)));
    },
    lseek: (fd, offset, whence) => stopped(fd) || inner.lseek(fd, offset, whence),

    recvmmsg(fd, data, guestNames, guestControl, words, count, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const total = Math.floor(words.length / WORDS);
      if (!(count >= 0 && count <= Math.min(MAX_MESSAGES, total))) return -EINVAL;
      if (count === 0) return inner.recvmmsg(fd, data, guestNames, guestControl, words.slice(), 0, flags);
      const size = Math.floor(lengthOf(data) / total);
      const guestName = Math.floor(lengthOf(guestNames) / total);
      const guestRoom = Math.floor(lengthOf(guestControl) / total);
      const nameSize = Math.min(guestName, NAME_SIZE);
      const room = Math.min(guestRoom, MAX_CONTROL);
      // Fewer than asked for are legal: that bounds what is allocated.
      const most = Math.max(
        1,
        Math.floor(Math.min(limits.bytes / Math.max(1, size), (4 * MAX_CONTROL) / Math.max(1, room))),
      );
      const n = Math.min(count, most);
      const ownNames = new Uint8Array(nameSize * n);
      const ownWords = new Int32Array(WORDS * n);
      controlRoom(room * n);
      const got = waiting("recvmmsg", fd, () =>
        inner.recvmmsg(
          fd,
          part(data, 0, size * n),
          ownNames,
          control.subarray(0, room * n),
          ownWords,
          n,
          flags,
        ),
      );
      for (let i = 0; i < got; i++) {
        const at = i * WORDS;
        const left = incoming(i * room, Math.min(ownWords[at + CONTROL]!, room));
        ownWords[at + CONTROL] = left < 0 ? -1 - left : left;
        if (left < 0) ownWords[at + FLAGS] = ownWords[at + FLAGS]! | c.MSG_CTRUNC;
        guestControl.set(control.subarray(i * room, i * room + ownWords[at + CONTROL]!), i * guestRoom);
        const slot = ownNames.subarray(i * nameSize, (i + 1) * nameSize);
        const path = ownPath(slot, 0, Math.min(ownWords[at + NAME]!, nameSize));
        if (path !== undefined) {
          slot.fill(0, 2);
          slot.set(path.subarray(0, nameSize - 2), 2);
          ownWords[at + NAME] = path.length + 3;
        }
        guestNames.set(slot, i * guestName);
        words.set(ownWords.subarray(at, at + WORDS), at);
      }
      return got;
    },
    sendmmsg(fd, data, guestNames, guestControl, words, first, count, flags) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      const { sort } = description;
      const total = Math.floor(words.length / WORDS);
      if (!(first >= 0 && count >= 0 && count <= MAX_MESSAGES && first + count <= total)) return -EINVAL;
      const size = total === 0 ? 0 : Math.floor(lengthOf(data) / total);
      const guestName = total === 0 ? 0 : Math.floor(lengthOf(guestNames) / total);
      const guestRoom = total === 0 ? 0 : Math.floor(lengthOf(guestControl) / total);
      const room = Math.min(guestRoom, MAX_CONTROL);
      const n = Math.min(count, Math.max(1, Math.floor((4 * MAX_CONTROL) / Math.max(1, room))));
      const ownWords = words.slice(first * WORDS, (first + n) * WORDS);
      controlRoom(room * n);
      if (names.length < n * ROOM) {
        names = new Uint8Array(n * ROOM);
        namesReader = new AddressReader(names, little);
      }
      const paths: number[] = [];
      let ready = 0;
      let failed = 0;
      try {
        for (; ready < n; ready++) {
          const at = ready * WORDS;
          const slot = first + ready;
          const nameLength = Math.max(0, Math.min(ownWords[at + NAME]!, guestName));
          const controlLength = Math.max(0, Math.min(ownWords[at + CONTROL]!, room));
          if (Math.min(ownWords[at + LENGTH]!, size) > limits.bytes) failed = -EMSGSIZE;
          else if (nameLength > ROOM) failed = -EACCES;
          if (failed < 0) break;
          names.set(part(guestNames, slot * guestName, slot * guestName + nameLength), ready * ROOM);
          control.set(part(guestControl, slot * guestRoom, slot * guestRoom + controlLength), ready * room);
          failed = controlLength > 0 ? outgoing(fd, sort, ready * room, controlLength) : 0;
          if (failed < 0) break;
          const length =
            nameLength === 0 ? 0 : destination("sendmmsg", sort, namesReader, ready * ROOM, nameLength);
          if (opened >= 0) paths.push(opened);
          opened = -1;
          if (length < 0) {
            failed = length;
            break;
          }
          ownWords[at + NAME] = length;
          ownWords[at + CONTROL] = controlLength;
        }
        // As the kernel: what comes before a message that can't be sent goes, and the next call says why.
        if (ready === 0 && failed < 0) return failed;
        return waiting("sendmmsg", fd, () =>
          inner.sendmmsg(
            fd,
            part(data, first * size, (first + ready) * size),
            names.subarray(0, ready * ROOM),
            control.subarray(0, ready * room),
            ownWords.subarray(0, ready * WORDS),
            0,
            ready,
            flags,
          ),
        );
      } finally {
        for (const path of paths) closePath(path);
      }
    },

    getsockopt(fd, level, name, buffer) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const row = judge.optionRow("get", level | 0, name | 0);
      if (!granted("getsockopt", judge.option("get", level | 0, name | 0, 0)) || row === undefined)
        return -EACCES;
      const own = new Uint8Array(Math.min(lengthOf(buffer), largest(row.size)));
      const result = inner.getsockopt(fd, level | 0, name | 0, own);
      if (result > 0) buffer.set(own.subarray(0, result));
      return result;
    },
    setsockopt(fd, level, name, value, length) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const size = length | 0;
      if (size < 0 || (value !== null && size > lengthOf(value))) return -EFAULT;
      const decision = judge.option("set", level | 0, name | 0, value === null ? null : size);
      if (!granted("setsockopt", decision)) return -EACCES;
      const own = value === null ? null : new Uint8Array(part(value, 0, size));
      return inner.setsockopt(fd, level | 0, name | 0, own, size);
    },
    attachFilter(fd, name, instructions) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      return granted("attachFilter", judge.filter(name | 0))
        ? inner.attachFilter(fd, name | 0, new Uint8Array(instructions))
        : -EACCES;
    },
    ioctl(fd, request, argument, _) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const decision = judge.ioctl(request, argument === null ? null : lengthOf(argument));
      if (!granted("ioctl", decision) || argument === null) return -EACCES;
      const own = new Uint8Array(argument);
      const result = inner.ioctl(fd, request, own, 0);
      argument.set(own);
      return result;
    },
    dup(fd, _) {
      const description = table.get(fd);
      if (description === undefined) return -EBADF;
      const room = roomFor(1);
      if (room < 0) return room;
      // A plain number too is closed when the guest ends.
      const copy = inner.dup(fd, 1);
      if (copy >= 0) table.alias(copy, description);
      return copy;
    },
    isNonblocking: fd => stopped(fd) || inner.isNonblocking(fd),
    setNonblocking: (fd, on) => stopped(fd) || inner.setNonblocking(fd, on),
    isInheritable: fd => stopped(fd) || inner.isInheritable(fd),
    // The embedder's children get nothing of the guest's.
    setInheritable: (fd, on) => stopped(fd) || (on ? -EACCES : inner.setInheritable(fd, on)),

    poll(entries, milliseconds) {
      const own = entries.slice();
      for (let i = 0; i + 2 < own.length; i += 3) {
        // poll(2) passes over negative numbers.
        const failed = own[i]! < 0 ? 0 : stopped(own[i]!);
        if (failed < 0) return failed;
      }
      const key = `poll ${own[0]}`;
      if (key !== waitedFor) waited = 0;
      waitedFor = key;
      const left = limits.milliseconds - waited;
      const clamps = milliseconds < 0 ? left !== Infinity : milliseconds > left;
      const began = inner.now();
      const result = inner.poll(own, clamps ? Math.max(1, Math.ceil(left)) : milliseconds);
      for (let i = 2; i < own.length; i += 3) entries[i] = own[i]!;
      if (result !== 0 && result !== -EINTR) waited = 0;
      else waited += inner.now() - began;
      if (waited < limits.milliseconds) return result;
      waited = 0;
      return -ETIMEDOUT;
    },
    interruptible(milliseconds) {
      const result = inner.interruptible(milliseconds);
      if (result >= 0) guestInterval = milliseconds;
      return result;
    },
    interruptions: () => inner.interruptions(),
    // Nothing is watched but what watch() lets through.
    startWatching: (ready, triples, counters) => inner.startWatching(ready, triples, counters),
    watch: (fd, events, generation) => stopped(fd) || inner.watch(fd, events, generation),
    keepLoopAlive: on => inner.keepLoopAlive(on),

    own: (fd, socket) => (table.get(fd) === undefined ? -EBADF : inner.own(fd, socket)),
    ownerOf: fd => (table.get(fd) === undefined ? undefined : table.ownerOf(fd)),
    owned: () => inner.owned(),
    release(fd, generation) {
      if (table.get(fd) === undefined) return 0;
      const result = inner.release(fd, generation);
      // The guest keeps the number, and loses it with all others.
      if (result === 1) table.keep(fd);
      return result;
    },
    sweep() {
      const closed = inner.sweep();
      for (const fd of closed) table.delete(fd);
      return closed;
    },

    getaddrinfo(...asked) {
      const own = query(asked);
      return own === undefined ? failure : inner.getaddrinfo(...own);
    },
    getnameinfo(bytes, flags) {
      const own = nameQuery(bytes, flags);
      return own === undefined ? failure : inner.getnameinfo(...own);
    },
    gethostbyname(name) {
      const own = hostQuery(name);
      return own === undefined ? noHost : inner.gethostbyname(own);
    },
    gethostbyaddr(bytes, family) {
      const own = reverseQuery(bytes);
      return own === undefined ? noHost : inner.gethostbyaddr(own, family);
    },
    async getaddrinfoAsync(...asked): Promise<AddrInfoRow[] | LookupFailure> {
      const own = query(asked);
      return own === undefined ? failure : inner.getaddrinfoAsync(...own);
    },
    async getnameinfoAsync(bytes, flags): Promise<[string, string] | LookupFailure> {
      const own = nameQuery(bytes, flags);
      return own === undefined ? failure : inner.getnameinfoAsync(...own);
    },
    async gethostbynameAsync(name): Promise<HostEntry | LookupFailure> {
      const own = hostQuery(name);
      return own === undefined ? noHost : inner.gethostbynameAsync(own);
    },
    async gethostbyaddrAsync(bytes, family): Promise<HostEntry | LookupFailure> {
      const own = reverseQuery(bytes);
      return own === undefined ? noHost : inner.gethostbyaddrAsync(own, family);
    },

    getservbyname(name, protocol) {
      const own = protocol === null ? null : new Uint8Array(protocol);
      if (own !== null && !serviceName(own)) return -EACCES;
      return named("getservbyname", "services", name, copy => inner.getservbyname(copy, own));
    },
    getservbyport(port, protocol) {
      const own = protocol === null ? null : new Uint8Array(protocol);
      const may = (own === null || serviceName(own)) && word("getservbyport", "services");
      return may ? inner.getservbyport(port, own) : -EACCES;
    },
    getprotobyname: name => named("getprotobyname", "services", name, copy => inner.getprotobyname(copy)),
    gethostname: () => (word("gethostname", "hostname") ? inner.gethostname() : -EACCES),
    sethostname: () => -EACCES,
    if_nametoindex(name) {
      const copy = new Uint8Array(name);
      const may = serviceName(copy) && granted("if_nametoindex", judge.interfaceName(latin1(copy)));
      return may ? inner.if_nametoindex(copy) : -EACCES;
    },
    if_indextoname(index) {
      const name = inner.if_indextoname(index);
      const decision = judge.interfaceName(typeof name === "string" ? name : "");
      return granted("if_indextoname", decision) ? name : -EACCES;
    },
    if_nameindex: () => (word("if_nameindex", "interfaces") ? inner.if_nameindex() : -EACCES),

    explain,
    adopt(fd) {
      const room = roomFor(1);
      if (room < 0) return room;
      const kept = table.keep(fd);
      if (kept < 0) return kept;
      const parts = [c.SO_DOMAIN, c.SO_TYPE, c.SO_PROTOCOL].map(name =>
        inner.getsockopt(fd, c.SOL_SOCKET, name, number) < 0 ? -1 : numberView.getInt32(0, little),
      );
      table.add(fd, parts.includes(-1) ? null : sortOf(parts[0]!, parts[1]!, parts[2]!));
      return fd;
    },
    surrender(fd) {
      if (table.get(fd) === undefined) return -EBADF;
      // Whoever owns it lets it go: the keeper's generation is the one that counts then.
      const generation = inner.own(fd, table);
      if (generation > 0) inner.release(fd, generation);
      table.delete(fd);
      return fd;
    },
    dispose: () => table.dispose(),
    [Symbol.dispose]: () => table.dispose(),
    diesWith(instance) {
      dying.register(instance, dispose);
    },
  };
  // Neither holds the host: a guard that nobody has any more takes its descriptors along.
  const dispose = disposer(table);
  dying.register(host, dispose);
  return host;
}

/** Outside of guarded(), whose closures hold the host. */
function disposer(table: Descriptors): () => void {
  return () => table.dispose();
}

/** A dotted quad: no resolver asks anybody about it. */
function isQuad(name: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(name);
}

/** What AI_NUMERICHOST may judge: never a name. */
function isNumeric(name: string): boolean {
  return name.length <= 64 && (/^[0-9.]+$/.test(name) || /^(?=[^%]*:)[0-9a-fA-F:.]+(%[^\0]*)?$/.test(name));
}
