// The WIT's interface `syscalls` (wasm/wit/syscalls.wit) over a host, in the form that jco takes and our
// own glue: an errno is thrown as a number. Descriptors are objects, and the guest never has their numbers.
import { constantNames } from "../../ts/base/constants.gen.js";
import * as cmsg from "../../ts/codec/cmsg.js";
import { plainBytes, Wire } from "../../ts/codec/wire.js";
import { clampLength } from "../guest-length.js";
import type { Host, Target } from "../contract.js";
import { codec } from "../host.js";
import type { GuardedHost } from "../policy/index.js";
import { Judge } from "../policy/judge.js";
import { rulesOf } from "../policy/rules.js";
import type { SocketCalls } from "./values.js";

/** What recvmsg() gives. */
export interface RawMessage {
  /** What was received. */
  data: Uint8Array;
  /** Control data without SCM_RIGHTS. */
  control: Uint8Array;
  /** The descriptors that came by SCM_RIGHTS. */
  rights: Descriptor[];
  /** MSG_TRUNC, MSG_CTRUNC, … */
  msgFlags: number;
  /** The sender's sockaddr. */
  address: Uint8Array;
}
/** A datagram of receiveMany() and sendMany(). */
export interface RawDatagram {
  /** What it carries. */
  data: Uint8Array;
  /** Control data without SCM_RIGHTS. */
  control: Uint8Array;
  /** Of what was received. */
  msgFlags: number;
  /** The sender's or the receiver's sockaddr. */
  address: Uint8Array;
}

/** The resource `descriptor`. */
export interface Descriptor
  extends SocketCalls<Descriptor, Uint8Array, Uint8Array, RawMessage, RawDatagram> {}

/** What our own glue calls: no copy, no exception. The result is a count or a negative errno. */
export interface DirectDescriptor extends Descriptor {
  /** recv(2) into this memory. */
  receive(buffer: Uint8Array, flags: number): number;
  /** send(2) out of this memory. */
  transmit(data: Uint8Array, flags: number): number;
}

/** The interface `syscalls`, as jco imports it. */
export interface Syscalls {
  /** Whose numbers and layouts these calls speak. */
  hostTarget(): Target;
  /** The values of constants by name. */
  constants(names: readonly string[]): (bigint | undefined)[];
  /** `poll(2)`: the events of each. */
  poll(entries: readonly (readonly [Descriptor, number])[], milliseconds: number): Int16Array;
  /** The resource. */
  readonly Descriptor: {
    /** `socket(2)`. */
    open(family: number, kind: number, protocol: number): Descriptor;
    /** `socketpair(2)`. */
    pair(family: number, kind: number, protocol: number): [Descriptor, Descriptor];
  };
}

/** More control data than any kernel gives or takes at once (net.core.optmem_max). */
const MAX_CONTROL = 1 << 16;
/** UIO_MAXIOV. */
const MAX_MESSAGES = 1024;
/** What one call's datagrams may take together. */
const MAX_BATCH = 1 << 24;
/** struct sockaddr_storage. */
const NAME_SIZE = 128;
/** Milliseconds between two looks at the clock of a wait that has an end, on the main thread. */
const LONGEST = 0x7fffffff;
// The words of a batch's slot (shim/contract.ts).
const WORDS = 4;
const LENGTH = 0;
const NAME = 1;
const CONTROL = 2;
const FLAGS = 3;

const EMPTY = new Uint8Array(0);

/** What a guest without a policy may pass: no option or ioctl that holds a pointer or a descriptor. */
const ANYTHING = ["option:*", "ioctl:*", "control:*", "interfaces"];

/** The guest's open descriptors: who closes them need not know anything else. */
class Open {
  readonly fds = new Set<number>();
  readonly #host: Host;
  /** Owns what came in messages: the environment closes it when it ends. */
  readonly #keeper = {};

  constructor(host: Host) {
    this.#host = host;
  }
  keep(fd: number): void {
    this.#host.own(fd, this.#keeper);
    this.fds.add(fd);
  }
  dispose(): void {
    if ("dispose" in this.#host) (this.#host as GuardedHost).dispose();
    else for (const fd of this.fds) this.#host.close(fd);
    this.fds.clear();
    this.#host.interruptible(0);
  }
}
const collected = new FinalizationRegistry<Open>(open => open.dispose());

/** The system calls of one guest, and their end. */
export interface System {
  readonly syscalls: Syscalls;
  /** Closes all descriptors. */
  dispose(): void;
}

/** `host` is the guest's alone: a guarded one, or one without a policy. */
export function systemOf(host: Host): System {
  if (host.unavailable !== undefined) throw new Error(host.unavailable);
  const wire = new Wire(codec(), host.target, plainBytes);
  if (host.attach(wire.block()) < 0)
    throw new Error("this host serves somebody else already: make one for each guest");
  const values = host.constants();
  const numbers = new Map(constantNames.map((name, i) => [name as string, values[i]!]));
  const numberOf = (name: string): number => numbers.get(name)!;
  const [EACCES, EBADF, EINTR, EINVAL] = ["EACCES", "EBADF", "EINTR", "EINVAL"].map(numberOf) as [
    number,
    number,
    number,
    number,
  ];
  const SOL_SOCKET = numberOf("SOL_SOCKET");
  const SCM_RIGHTS = numberOf("SCM_RIGHTS");
  const isGuarded = "explain" in host;
  const judge = isGuarded
    ? undefined
    : new Judge(rulesOf(ANYTHING), values, host.target === "linux32" ? 4 : 8);
  const open = new Open(host);
  // A worker's wait is interrupted, so that it can be terminated: what says EINTR is called again.
  const slice = host.maxBlockMs > 0 ? host.maxBlockMs : LONGEST;
  if (host.maxBlockMs > 0) host.interruptible(host.maxBlockMs);

  const fail = (errno: number): never => {
    throw errno;
  };
  const ok = (result: number): number => (result < 0 ? fail(-result) : result);
  /** A call that may wait: again, as long as nothing but an interruption ends it. */
  function waited(call: () => number): number {
    for (;;) {
      const result = call();
      if (result !== -EINTR) return ok(result);
    }
  }

  /** Puts an address into the block; returns its length. */
  function put(address: Uint8Array): number {
    const length = wire.putAddress(address);
    return length < 0 ? fail(EINVAL) : length;
  }
  const isRights = ({ level, type }: cmsg.ControlMessage) => level === SOL_SOCKET && type === SCM_RIGHTS;

  /** Control messages that came: descriptors out of them, the rest as it is. */
  function received(control: Uint8Array): { control: Uint8Array; rights: Descriptor[] } {
    const messages = [...cmsg.walk(wire, control)];
    if (!messages.some(isRights)) return { control, rights: [] };
    const rights: Descriptor[] = [];
    const rest: Uint8Array[] = [];
    for (const message of messages) {
      const { at, start, end, next } = message;
      if (!isRights(message)) {
        rest.push(control.subarray(at, next));
        continue;
      }
      const fds = new Int32Array(control.slice(start, end - ((end - start) % 4)).buffer);
      for (const fd of fds) {
        open.keep(fd);
        rights.push(new Fd(fd));
      }
    }
    return { control: plainBytes.concat(rest), rights };
  }

  /** Judges control messages that go out; returns where the next one would begin. */
  function checked(control: Uint8Array): number {
    if (control.length > MAX_CONTROL) fail(EINVAL);
    const messages = cmsg.walk(wire, control);
    let end = 0;
    let step = messages.next();
    for (; !step.done; step = messages.next()) {
      const message = step.value;
      if (isRights(message)) fail(EINVAL);
      const decision = judge?.control(message.level, message.type, message.end - message.start);
      if (decision?.granted === false) fail(EACCES);
      end = message.next;
    }
    return step.value ? end : fail(EINVAL);
  }

  /** Control messages that go out, with descriptors put behind them; null for none. */
  function outgoing(control: Uint8Array, rights: readonly Descriptor[]): Uint8Array | null {
    const end = checked(control);
    if (rights.length === 0) return control.length === 0 ? null : control;
    const fds = Int32Array.from(rights, right => (right as Fd).fd);
    const item: [number, number, Uint8Array] = [SOL_SOCKET, SCM_RIGHTS, new Uint8Array(fds.buffer)];
    const padding = new Uint8Array(Math.max(0, end - control.length));
    return plainBytes.concat([control, padding, cmsg.build(wire, [item], "sendmsg")!]);
  }

  class Fd implements DirectDescriptor {
    /** -1 once it is closed. */
    #fd: number;

    constructor(fd: number) {
      this.#fd = fd;
      open.fds.add(fd);
    }
    static open(family: number, kind: number, protocol: number): Fd {
      return new Fd(ok(host.socket(family, kind, protocol)));
    }
    static pair(family: number, kind: number, protocol: number): [Fd, Fd] {
      const fds = new Int32Array(2);
      ok(host.socketpair(family, kind, protocol, fds));
      return [new Fd(fds[0]!), new Fd(fds[1]!)];
    }

    get fd(): number {
      return this.#fd < 0 ? fail(EBADF) : this.#fd;
    }

    bind(address: Uint8Array): void {
      const { fd } = this;
      ok(host.bind(fd, put(address)));
    }
    connect(address: Uint8Array): void {
      const { fd } = this;
      waited(() => host.connect(fd, put(address)));
    }
    listen(backlog: number): void {
      ok(host.listen(this.fd, backlog));
    }
    accept(): [Fd, Uint8Array] {
      const { fd } = this;
      const accepted = new Fd(waited(() => host.accept(fd, 0)));
      return [accepted, wire.receivedAddress()];
    }
    shutdown(how: number): void {
      ok(host.shutdown(this.fd, how));
    }
    getsockname(): Uint8Array {
      ok(host.getsockname(this.fd));
      return wire.receivedAddress();
    }
    getpeername(): Uint8Array {
      ok(host.getpeername(this.fd));
      return wire.receivedAddress();
    }

    recv(length: number, flags: number): Uint8Array {
      const buffer = new Uint8Array(clampLength(length));
      const count = ok(this.receive(buffer, flags));
      return count < buffer.length ? buffer.subarray(0, count) : buffer;
    }
    receive(buffer: Uint8Array, flags: number): number {
      if (this.#fd < 0) return -EBADF;
      for (;;) {
        const count = host.recv(this.#fd, buffer, buffer.length, flags);
        // MSG_TRUNC tells how long the whole was.
        if (count !== -EINTR) return Math.min(count, buffer.length);
      }
    }
    recvfrom(length: number, flags: number): [Uint8Array, Uint8Array] {
      const { fd } = this;
      const buffer = new Uint8Array(clampLength(length));
      wire.clearMessage();
      const count = waited(() => host.recvfrom(fd, buffer, buffer.length, flags));
      return [buffer.subarray(0, Math.min(count, buffer.length)), wire.receivedAddress()];
    }
    recvmsg(length: number, controlLength: number, flags: number): RawMessage {
      const { fd } = this;
      const buffer = new Uint8Array(clampLength(length));
      const room = clampLength(controlLength, MAX_CONTROL);
      const control = room === 0 ? null : new Uint8Array(room);
      wire.clearMessage();
      const count = waited(() => host.recvmsg(fd, [buffer], control, flags));
      // The walk through the control messages writes to the codec's memory.
      const msgFlags = wire.messageFlags() | 0;
      const address = wire.receivedAddress();
      const got = control?.subarray(0, Math.min(wire.controlLength(), room)) ?? EMPTY;
      const data = buffer.subarray(0, Math.min(count, buffer.length));
      return { data, ...received(got), msgFlags, address };
    }
    receiveMany(count: number, length: number, controlLength: number, flags: number): RawDatagram[] {
      const { fd } = this;
      const size = clampLength(length);
      const room = clampLength(controlLength, MAX_CONTROL);
      const most = Math.max(1, Math.floor(MAX_BATCH / (size + room + NAME_SIZE)));
      const n = Math.min(clampLength(count, MAX_MESSAGES), most);
      const data = new Uint8Array(n * size);
      const names = new Uint8Array(n * NAME_SIZE);
      const control = new Uint8Array(n * room);
      const words = new Int32Array(n * WORDS);
      const got = waited(() => host.recvmmsg(fd, data, names, control, words, n, flags));
      return Array.from({ length: got }, (_, i) => {
        const word = (which: number) => words[i * WORDS + which]!;
        const part = (of: Uint8Array, of1: number, which: number) =>
          of.slice(i * of1, i * of1 + Math.min(word(which), of1));
        const messages = received(part(control, room, CONTROL));
        // A datagram has no place for them.
        for (const right of messages.rights) right.close();
        return {
          data: part(data, size, LENGTH),
          control: messages.control,
          msgFlags: word(FLAGS),
          address: part(names, NAME_SIZE, NAME),
        };
      });
    }

    send(data: Uint8Array, flags: number): number {
      return ok(this.transmit(data, flags));
    }
    transmit(data: Uint8Array, flags: number): number {
      if (this.#fd < 0) return -EBADF;
      for (;;) {
        const count = host.send(this.#fd, data, flags);
        if (count !== -EINTR) return count;
      }
    }
    sendto(data: Uint8Array, flags: number, address: Uint8Array): number {
      const { fd } = this;
      return waited(() => host.sendto(fd, data, flags, put(address)));
    }
    sendmsg(
      data: Uint8Array,
      control: Uint8Array,
      rights: readonly Descriptor[],
      flags: number,
      address: Uint8Array,
    ): number {
      const { fd } = this;
      const own = outgoing(control, rights);
      return waited(() => host.sendmsg(fd, [data], own, flags, put(address)));
    }
    sendMany(datagrams: readonly RawDatagram[], flags: number): number {
      const { fd } = this;
      const own = datagrams.slice(0, MAX_MESSAGES);
      const longest = (part: "data" | "control") =>
        own.reduce((most, datagram) => Math.max(most, datagram[part].length), 0);
      const size = longest("data");
      const room = longest("control");
      const n = Math.min(own.length, Math.max(1, Math.floor(MAX_BATCH / (size + room + NAME_SIZE))));
      const data = new Uint8Array(n * size);
      const names = new Uint8Array(n * NAME_SIZE);
      const control = new Uint8Array(n * room);
      const words = new Int32Array(n * WORDS);
      for (let i = 0; i < n; i++) {
        const datagram = own[i]!;
        if (datagram.address.length > NAME_SIZE) fail(EINVAL);
        checked(datagram.control);
        data.set(datagram.data, i * size);
        names.set(datagram.address, i * NAME_SIZE);
        control.set(datagram.control, i * room);
        words[i * WORDS + LENGTH] = datagram.data.length;
        words[i * WORDS + NAME] = datagram.address.length;
        words[i * WORDS + CONTROL] = datagram.control.length;
      }
      return waited(() => host.sendmmsg(fd, data, names, control, words, 0, n, flags));
    }

    getsockopt(level: number, name: number, length: number): Uint8Array {
      if (judge?.option("get", level, name, 0).granted === false) fail(EACCES);
      const buffer = new Uint8Array(clampLength(length));
      const size = ok(host.getsockopt(this.fd, level, name, buffer));
      return buffer.subarray(0, Math.min(size, buffer.length));
    }
    setsockopt(level: number, name: number, value: Uint8Array): void {
      if (judge?.option("set", level, name, value.length).granted === false) fail(EACCES);
      ok(host.setsockopt(this.fd, level, name, value, value.length));
    }
    ioctl(request: number, argument: Uint8Array): Uint8Array {
      if (judge?.ioctl(request, argument.length).granted === false) fail(EACCES);
      const own = new Uint8Array(argument);
      ok(host.ioctl(this.fd, request, own, 0));
      return own;
    }
    duplicate(): Fd {
      return new Fd(ok(host.dup(this.fd, 1)));
    }
    isNonblocking(): boolean {
      return ok(host.isNonblocking(this.fd)) === 1;
    }
    setNonblocking(on: boolean): void {
      ok(host.setNonblocking(this.fd, on ? 1 : 0));
    }

    close(): void {
      const { fd } = this;
      this.#fd = -1;
      open.fds.delete(fd);
      const result = host.close(fd);
      // The number is gone, whatever interrupted the rest.
      if (result !== -EINTR) ok(result);
    }
    [Symbol.dispose](): void {
      const fd = this.#fd;
      this.#fd = -1;
      if (open.fds.delete(fd)) host.close(fd);
    }
  }

  function poll(entries: readonly (readonly [Descriptor, number])[], milliseconds: number): Int16Array {
    const triples = Int32Array.from(entries.flatMap(([entry, events]) => [(entry as Fd).fd, events, 0]));
    const deadline = milliseconds < 0 ? Infinity : host.now() + milliseconds;
    for (;;) {
      const left = Math.max(0, Math.ceil(deadline - host.now()));
      const ready = host.poll(triples, Math.min(left, slice));
      if (ready < 0 && ready !== -EINTR) fail(-ready);
      if (ready > 0 || host.now() >= deadline) return Int16Array.from(entries, (_, i) => triples[3 * i + 2]!);
    }
  }

  const syscalls: Syscalls = {
    hostTarget: () => host.target,
    constants: names =>
      names.map(name => {
        const value = numbers.get(name) ?? Number.NaN;
        return Number.isNaN(value) ? undefined : BigInt(value);
      }),
    poll,
    Descriptor: Fd,
  };
  collected.register(syscalls, open);
  return { syscalls, dispose: () => open.dispose() };
}
