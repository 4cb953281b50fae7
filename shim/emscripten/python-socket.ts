// What a Python module _socket of our own (python/_socket.py) stands on: the system calls as a module
// imports them, by numbers and places in its memory, and beside them what no system call knows,
// addresses as tuples and names. Text is as the system has it, a character a byte.
import type { LookupFailure } from "../contract.js";
import { constantNames } from "../../ts/base/constants.gen.js";
import { OSError } from "../../ts/base/error.js";
import { decodeByteString, encodePath } from "../../ts/base/surrogate-escape.js";
import { UNRESOLVED, type AddressContext, type AnyAddress } from "../../ts/codec/address.js";
import { textForms } from "../../ts/codec/numeric-address.js";
import { Registry } from "../../ts/registry.js";
import type { Guest } from "./guest.js";
import type { Door } from "./imports.js";
import { octets } from "./memory.js";

/** A buffer of Python's, as a Pyodide hands it over. */
interface PyBuffer {
  getBuffer(type: "u8"): { readonly data: Uint8Array; release(): void };
}
/** A lookup's answer: rows, or [EAI_* or h_errno, errno]. */
type Answer<T> = T | [status: number, errno: number];

/** An interface that is not there, on its way out of the codec. */
class NoInterface extends Error {
  readonly result: number;
  constructor(result: number) {
    super();
    this.result = result;
  }
}

/** No errno: the host of an address is a name. */
const NAME = -1000;
/** Constants that are not of sockets: error numbers and the events of poll(2), which the guest has itself. */
const OTHERS = /^(E[A-Z0-9]+|POLL\w+)$/;

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const optional = (name: string | undefined): Uint8Array | null => (name === undefined ? null : octets(name));

export function pythonSocket(guest: Guest, door: Door): Record<string, unknown> {
  const { host, wire, numbers } = guest;
  const pinned = new Map<number, { release(): void }>();
  const context: AddressContext = {
    wire,
    interfaces: {
      index(name) {
        const index = host.if_nametoindex(encodePath(name, "interface"));
        if (index < 0) throw new NoInterface(index);
        return index;
      },
      name(index) {
        const name = host.if_indextoname(index);
        return typeof name === "string" ? decodeByteString(name) : "";
      },
    },
  };
  const registry = new Registry(context);
  const AF_INET = registry.number("AF_INET")!;
  const AF_INET6 = registry.number("AF_INET6")!;
  const forms = textForms(wire, call => new OSError(call));

  const failed = ({ status, errno }: LookupFailure): [number, number] => [status, guest.errno(errno)];
  const found = <T extends unknown[], R>(answer: T | LookupFailure, use: (found: T) => R): Answer<R> =>
    Array.isArray(answer) ? use(answer) : failed(answer);
  const numeric = (bytes: Uint8Array): string =>
    forms.inet_ntop(bytes.length === 4 ? AF_INET : AF_INET6, bytes);
  const addressOf = (family: number, protocol: number, bytes: Uint8Array): AnyAddress =>
    registry.decode(context, wire.putAddress(bytes), registry.find(family, protocol));
  /** A name, or a negative errno of the guest's. */
  const named = (name: string | number): string | number =>
    typeof name === "string" ? name : guest.result(name);
  const entry = (answer: ReturnType<typeof host.gethostbyname>) =>
    found(answer, ([name, aliases, addresses]) => [name, aliases, addresses.map(numeric)]);

  return {
    ...door.calls,
    UNRESOLVED: NAME,
    accept: (number: number, at: number, lengthAt: number) =>
      door.calls.accept4!(number, at, lengthAt, numbers.SOCK_CLOEXEC),

    /** A constant a line: its name and its value. */
    constants(): string {
      const values = host.constants();
      return constantNames
        .map((name, i) => [name, values[i]!] as const)
        .filter(([name, value]) => !Number.isNaN(value) && !OTHERS.test(name))
        .map(row => row.join(" "))
        .join("\n");
    },

    /** Holds a buffer where it is. Returns its address. */
    pin(buffer: PyBuffer): number {
      const view = buffer.getBuffer("u8");
      const at = view.data.byteOffset;
      pinned.set(at, view);
      return at;
    },
    unpin(at: number): void {
      pinned.get(at)?.release();
      pinned.delete(at);
    },

    setNonblocking(number: number, on: boolean): number {
      const descriptor = guest.descriptors.get(number);
      if (descriptor === undefined) return door.notSocket(number);
      descriptor.description.nonblocking = on;
      return 0;
    },

    setInheritable(number: number, on: boolean): number {
      const descriptor = guest.descriptors.get(number);
      if (descriptor === undefined) return door.notSocket(number);
      descriptor.closeOnExec = !on;
      return 0;
    },

    /** poll(2) of one descriptor: 1, 0, or a negative errno. One that is closed is ready to say so. */
    wait(number: number, events: number, milliseconds: number): number {
      const descriptor = guest.descriptors.get(number);
      if (descriptor === undefined) return 1;
      return guest.result(guest.waitFor(descriptor.fd, events, host.now() + milliseconds));
    },

    /** Puts the address of these parts at `at`. Returns its length, a negative errno, NAME, or what is wrong. */
    encode(
      family: number,
      protocol: number,
      at: number,
      isTuple: boolean,
      ...parts: unknown[]
    ): number | string {
      let length: number;
      try {
        const codec = registry.find(family, protocol);
        length = codec.encode(context, isTuple ? parts : parts[0], "address");
      } catch (error) {
        if (error instanceof NoInterface) return guest.result(error.result);
        return String(error);
      }
      if (length === UNRESOLVED) return NAME;
      guest.memory.put(at, wire.bytes.subarray(wire.address, wire.address + length));
      return length;
    },

    /** The address of `length` bytes at `at`. */
    decode: (at: number, length: number, family: number, protocol: number): AnyAddress =>
      addressOf(family, protocol, guest.memory.copy(at, Math.min(length, wire.addressSize))),

    /** The first address of a host, as text. */
    lookup: (name: string, family: number): Answer<string> =>
      found(
        host.getaddrinfo(octets(name), null, family, numbers.SOCK_DGRAM, 0, 0),
        ([first]) => addressOf(first![0], 0, first![4])[0] as string,
      ),

    getaddrinfo: (
      node: string | undefined,
      service: string | undefined,
      family: number,
      type: number,
      protocol: number,
      flags: number,
    ): Answer<AnyAddress[]> =>
      found(
        host.getaddrinfo(optional(node), optional(service), family, type, protocol, flags),
        (rows): AnyAddress[] =>
          rows.map(([family, type, protocol, name, address]) => [
            family,
            type,
            protocol,
            name,
            addressOf(family, protocol, address),
          ]),
      ),

    getnameinfo(
      node: string,
      service: string,
      flowinfo: number,
      scope: number,
      size: number,
      flags: number,
    ): Answer<string[]> | string {
      const AI_NUMERICHOST = 4;
      const rows = host.getaddrinfo(octets(node), octets(service), 0, numbers.SOCK_DGRAM, 0, AI_NUMERICHOST);
      if (!Array.isArray(rows)) return failed(rows);
      if (rows.length !== 1) return "sockaddr resolved to multiple addresses";
      const [[family, , , , bytes]] = rows as [(typeof rows)[0]];
      if (family === AF_INET && size !== 2) return "IPv4 sockaddr must be 2 tuple";
      if (family !== AF_INET6) return found(host.getnameinfo(bytes, flags), names => names);
      const [address, port] = addressOf(family, 0, bytes) as [string, number];
      const length = registry.find(family).encode(context, [address, port, flowinfo, scope], "getnameinfo");
      const whole = wire.bytes.slice(wire.address, wire.address + length);
      return found(host.getnameinfo(whole, flags), names => names);
    },

    gethostbyname: (name: string) => entry(host.gethostbyname(octets(name))),
    gethostbyaddr(address: string) {
      const family = address.includes(":") ? AF_INET6 : AF_INET;
      return entry(host.gethostbyaddr(new Uint8Array(forms.inet_pton(family, address)), family));
    },
    gai_strerror: (status: number) => host.gai_strerror(status),
    hstrerror: (status: number) => host.hstrerror(status),

    gethostname: () => named(host.gethostname()),
    sethostname: (name: string) => guest.result(host.sethostname(octets(name))),
    getservbyname: (name: string, protocol: string | undefined) =>
      guest.result(host.getservbyname(octets(name), optional(protocol))),
    getservbyport: (port: number, protocol: string | undefined) =>
      named(host.getservbyport(port, optional(protocol))),
    getprotobyname: (name: string) => guest.result(host.getprotobyname(octets(name))),
    if_nametoindex: (name: string) => guest.result(host.if_nametoindex(octets(name))),
    if_indextoname: (index: number) => named(host.if_indextoname(index)),
    if_nameindex() {
      const list = host.if_nameindex();
      return typeof list === "number" ? guest.result(list) : list;
    },

    /** The bytes of a numeric address; undefined for other text. */
    pton(family: number, address: string): string | undefined {
      try {
        return text(forms.inet_pton(family, address));
      } catch (error) {
        if (error instanceof OSError || error instanceof RangeError) return undefined;
        throw error;
      }
    },
    ntop: (family: number, bytes: string) => forms.inet_ntop(family, octets(bytes)),
  };
}
