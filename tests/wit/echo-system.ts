// A system that gives back what it was given.
import type { Descriptor, RawDatagram, RawMessage, Syscalls } from "../../shim/jco/syscalls.js";
import * as interfaces from "../../shim/jco/interfaces.js";
import type { Target } from "../../shim/contract.js";

/** What the fake system was asked for last, by function. */
export interface EchoSystem {
  readonly syscalls: Syscalls;
  readonly log: [call: string, ...args: unknown[]][];
  /** The next call fails with it. */
  fail: number;
  /** Descriptors that are not dropped. */
  open: number;
}

const ERRNO = 1000;
/** The errno of a name, invented: the adapter asks for all of them. */
export const errnoOf = (name: string): number => ERRNO + interfaces.errorCodes.indexOf(name.toLowerCase());
export const NUMBERS: Readonly<Record<string, number>> = { SOL_SOCKET: 1, SO_DOMAIN: 39, SO_PROTOCOL: 38 };

export function echoSystem(target: Target): EchoSystem {
  const log: [string, ...unknown[]][] = [];
  const copy = (value: unknown): unknown => (value instanceof Uint8Array ? value.slice() : value);
  const note = (call: string, ...args: unknown[]) => {
    log.push([call, ...args.map(copy)]);
    const { fail } = system;
    system.fail = 0;
    if (fail !== 0) throw fail;
  };
  class Echo implements Descriptor {
    address: Uint8Array = new Uint8Array(0);
    data: Uint8Array = new Uint8Array(0);
    message: RawMessage | undefined;
    datagrams: RawDatagram[] = [];
    option: Uint8Array = new Uint8Array(0);
    nonblocking = false;
    domain = 0;
    protocol = 0;
    constructor() {
      system.open++;
    }
    static open(family: number, kind: number, protocol: number): Echo {
      note("open", family, kind, protocol);
      const one = new Echo();
      one.domain = family;
      one.protocol = protocol;
      return one;
    }
    static pair(family: number, kind: number, protocol: number): [Echo, Echo] {
      note("pair", family, kind, protocol);
      return [new Echo(), new Echo()];
    }
    bind(address: Uint8Array): void {
      note("bind", address);
      this.address = address.slice();
    }
    connect(address: Uint8Array): void {
      note("connect", address);
      this.address = address.slice();
    }
    listen(backlog: number): void {
      note("listen", backlog);
    }
    accept(): [Echo, Uint8Array] {
      note("accept");
      return [new Echo(), this.address];
    }
    shutdown(how: number): void {
      note("shutdown", how);
    }
    getsockname(): Uint8Array {
      note("getsockname");
      return this.address;
    }
    getpeername(): Uint8Array {
      note("getpeername");
      return this.address;
    }
    recv(length: number, flags: number): Uint8Array {
      note("recv", length, flags);
      return this.data;
    }
    receive(buffer: Uint8Array, flags: number): number {
      try {
        const data = this.recv(buffer.length, flags).subarray(0, buffer.length);
        buffer.set(data);
        return data.length;
      } catch (errno) {
        return -(errno as number);
      }
    }
    recvfrom(length: number, flags: number): [Uint8Array, Uint8Array] {
      note("recvfrom", length, flags);
      return [this.data, this.address];
    }
    recvmsg(length: number, controlLength: number, flags: number): RawMessage {
      note("recvmsg", length, controlLength, flags);
      return this.message!;
    }
    receiveMany(count: number, length: number, controlLength: number, flags: number): RawDatagram[] {
      note("receiveMany", count, length, controlLength, flags);
      return this.datagrams;
    }
    send(data: Uint8Array, flags: number): number {
      note("send", data, flags);
      this.data = data.slice();
      return data.length;
    }
    transmit(data: Uint8Array, flags: number): number {
      try {
        return this.send(data, flags);
      } catch (errno) {
        return -(errno as number);
      }
    }
    sendto(data: Uint8Array, flags: number, address: Uint8Array): number {
      note("sendto", data, flags, address);
      this.data = data.slice();
      this.address = address.slice();
      return data.length;
    }
    sendmsg(
      data: Uint8Array,
      control: Uint8Array,
      rights: readonly Descriptor[],
      flags: number,
      address: Uint8Array,
    ): number {
      note("sendmsg", data, control, rights.length, flags, address);
      const duplicates = rights.map(right => {
        const one = new Echo();
        one.domain = (right as Echo).domain;
        one.protocol = (right as Echo).protocol;
        return one;
      });
      this.message = {
        data: data.slice(),
        control: control.slice(),
        rights: duplicates,
        msgFlags: flags,
        address: address.slice(),
      };
      return data.length;
    }
    sendMany(datagrams: readonly RawDatagram[], flags: number): number {
      note("sendMany", datagrams.length, flags);
      this.datagrams = datagrams.map(({ data, control, address }) => ({
        data: data.slice(),
        control: control.slice(),
        msgFlags: flags,
        address: address.slice(),
      }));
      return datagrams.length;
    }
    getsockopt(level: number, name: number, length: number): Uint8Array {
      note("getsockopt", level, name, length);
      if (level === NUMBERS.SOL_SOCKET && name === NUMBERS.SO_DOMAIN)
        return new Uint8Array(Int32Array.of(this.domain).buffer);
      if (level === NUMBERS.SOL_SOCKET && name === NUMBERS.SO_PROTOCOL)
        return new Uint8Array(Int32Array.of(this.protocol).buffer);
      return this.option;
    }
    setsockopt(level: number, name: number, value: Uint8Array): void {
      note("setsockopt", level, name, value);
      this.option = value.slice();
    }
    ioctl(request: number, argument: Uint8Array): Uint8Array {
      note("ioctl", request, argument);
      return argument.slice().reverse();
    }
    duplicate(): Echo {
      note("duplicate");
      const one = new Echo();
      one.address = this.address;
      return one;
    }
    isNonblocking(): boolean {
      note("isNonblocking");
      return this.nonblocking;
    }
    setNonblocking(on: boolean): void {
      note("setNonblocking", on);
      this.nonblocking = on;
    }
    close(): void {
      note("close");
    }
    [Symbol.dispose](): void {
      log.push(["drop"]);
      system.open--;
    }
  }
  const system: EchoSystem = {
    log,
    fail: 0,
    open: 0,
    syscalls: {
      hostTarget: () => target,
      constants: names => {
        log.push(["constants", names.length]);
        return names.map(name => {
          const number = NUMBERS[name] ?? (errnoOf(name) < ERRNO ? undefined : errnoOf(name));
          return number === undefined ? undefined : BigInt(number);
        });
      },
      poll: (entries, milliseconds) => {
        note("poll", entries.length, milliseconds);
        return Int16Array.from(entries, ([, events]) => events);
      },
      Descriptor: Echo,
    },
  };
  return system;
}
