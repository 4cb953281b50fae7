// berkeley-sockets/codec: the bytes of any platform's addresses, control messages and option
// structs, wherever WebAssembly runs. Nothing here needs Node.
import { targets, type Target } from "../shim/contract.js";
import {
  isStatus,
  undecodable,
  UNRESOLVED,
  type AddressContext,
  type AddressFamily,
  type Interfaces,
} from "./codec/address.js";
import { int, MAX_INT, octets, show } from "./base/check.js";
import * as cmsg from "./codec/cmsg.js";
import { OSError } from "./base/error.js";
import { textForms } from "./codec/numeric-address.js";
import { Layout, type Row } from "./codec/layout.js";
import { bindNetlink, type NetlinkCodec } from "./netlink.js";
import { codecs, Registry, unknown, type AddressOf, type FamilyName } from "./registry.js";
import { bindStructs, type StructName, type Structs } from "./structs.js";
import type { AddressIn, AncillaryItem, AncillaryItemIn, Data, UnknownAddress } from "./base/types.js";
import { lengthOf, part, viewOf } from "./base/views.js";
import { wasm, type WasmModule } from "./codec/webassembly.js";
import { plainBytes, Wire } from "./codec/wire.js";

export type { Target } from "../shim/contract.js";
export { targets } from "../shim/contract.js";
export { OSError } from "./base/error.js";
export type { OSErrorFields } from "./base/error.js";
export type { WasmModule } from "./codec/webassembly.js";
export type { Row, Struct } from "./codec/layout.js";
export type { AddressOf, FamilyName } from "./registry.js";
export type * from "./netlink.js";
export { checksum } from "./base/checksum.js";
export type * from "./structs.js";
export type * from "./base/types.js";

/** Where codec.wasm comes from: its address, its bytes, or the compiled module. */
export type Source = string | URL | ArrayBufferLike | ArrayBufferView | WasmModule;

/**
 * An address that was read: its family by name and the tuple, or, for a family
 * without a codec, its number and [number, bytes].
 */
export type Decoded = { [F in FamilyName]: DecodedAs<F> }[FamilyName] | DecodedAs<number, UnknownAddress>;
/** An address of one family. */
export interface DecodedAs<F, A = F extends FamilyName ? AddressOf<F> : never> {
  /** The family's name, or the target's number of it. */
  readonly family: F;
  /** The tuple. */
  readonly address: A;
}
/** What a control buffer holds. */
export interface ControlMessages {
  /** The messages. */
  items: AncillaryItem[];
  /** Whether every message was complete. */
  whole: boolean;
}

/** There is no system to ask for interfaces: the digits of an index stand for its name. */
const interfaces: Interfaces = {
  index(name, call) {
    if (!/^\d+$/.test(name))
      throw new RangeError(`${call}: interface must be given by its index here, got ${show(name)}`);
    return int(`${call}: interface`, Number(name), 0, MAX_INT);
  },
  name: index => (index === 0 ? "" : String(index)),
};

/** The codec of one target. */
export class TargetCodec {
  /** Whose bytes these are. */
  readonly target: Target;
  /** Option structs: `structs.linger.pack({ onoff: 1, linger: 5 })`. */
  readonly structs: Structs;
  /** Netlink messages and attributes. */
  readonly netlink: NetlinkCodec;
  /**
   * `CMSG_LEN(3)`: bytes of a message with so many bytes of data, without padding at its end.
   * @throws RangeError.
   */
  readonly CMSG_LEN: (length: number) => number;
  /**
   * `CMSG_SPACE(3)`: the same with its padding.
   * @throws RangeError.
   */
  readonly CMSG_SPACE: (length: number) => number;
  /**
   * `inet_aton(3)`: 4 bytes of an address's text.
   * @throws OSError for what is no address.
   */
  readonly inet_aton: (address: string) => Uint8Array;
  /**
   * `inet_ntoa(3)`: the text of 4 bytes.
   * @throws OSError for other than 4 bytes.
   */
  readonly inet_ntoa: (bytes: Data) => string;
  /**
   * `inet_pton(3)`: 4 or 16 bytes of an address's text. The family by the target's number or by its
   * name.
   * @throws OSError for what is no address, RangeError for another family.
   */
  readonly inet_pton: (family: number | FamilyName, address: string) => Uint8Array;
  /**
   * `inet_ntop(3)`: the text of 4 or 16 bytes; the family as for inet_pton().
   * @throws RangeError for another family, and for bytes too few or too many.
   */
  readonly inet_ntop: (family: number | FamilyName, bytes: Data) => string;
  readonly #context: AddressContext;
  readonly #registry: Registry;

  constructor(module: WasmModule, target: Target) {
    const wire = new Wire(module, target, plainBytes);
    this.target = target;
    this.#context = { wire, interfaces };
    this.#registry = new Registry(this.#context);
    this.structs = bindStructs(this.#context);
    this.netlink = bindNetlink(wire, this.structs);
    const forms = textForms(
      wire,
      (call, family) =>
        new OSError(`${call}: ${family} is neither AF_INET nor AF_INET6`, {
          code: "EAFNOSUPPORT",
          syscall: call,
        }),
    );
    this.inet_aton = forms.inet_aton;
    this.inet_ntoa = forms.inet_ntoa;
    this.inet_pton = (family, address) => forms.inet_pton(this.family(family), address);
    this.inet_ntop = (family, bytes) => forms.inet_ntop(this.family(family), bytes);
    ({ CMSG_LEN: this.CMSG_LEN, CMSG_SPACE: this.CMSG_SPACE } = cmsg.sizes(wire));
  }

  /**
   * The target's number of a family, also by a protocol of it.
   * @throws RangeError where it has none of that name.
   */
  family(family: number | FamilyName): number {
    if (typeof family !== "string") return int("family", family, 0, 0xffff);
    const number = this.#registry.number(family);
    if (number === undefined) throw new RangeError(`${this.target} has no address family ${show(family)}`);
    return number;
  }

  #codec(family: number | FamilyName): AddressFamily {
    const number = this.family(family);
    return typeof family === "string" ? codecs[family] : this.#registry.find(number, 0);
  }

  /**
   * The struct sockaddr of an address; where a family's protocols have addresses of their own,
   * `family` is the protocol's name. Hosts are numeric, interfaces are the digits of their indexes.
   * @throws TypeError for another family's tuple, RangeError for a number out of range, OSError for
   * a host that is a name or a path that is too long.
   */
  encodeAddress<F extends FamilyName>(family: F, address: AddressIn<AddressOf<F>>): Uint8Array;
  encodeAddress(family: number, address: unknown): Uint8Array;
  encodeAddress(family: number | FamilyName, address: unknown): Uint8Array {
    const codec = this.#codec(family);
    const { wire } = this.#context;
    const length = codec.encode(this.#context, address, "encodeAddress");
    if (length === UNRESOLVED)
      throw new OSError(
        `encodeAddress: host must be a numeric address, got ${show(codec.hostOf!(address))}`,
        { address },
      );
    return wire.take(wire.address, length);
  }

  /**
   * The address that a struct sockaddr holds.
   * @throws RangeError for bytes too few or too many, or, where a family is expected, of another
   * one.
   */
  decodeAddress<F extends FamilyName>(bytes: Uint8Array, expected: F): DecodedAs<F>;
  decodeAddress(bytes: Uint8Array): Decoded;
  decodeAddress(bytes: Uint8Array, expected?: FamilyName): Decoded {
    const length = this.#put(octets("address", bytes));
    const family = expected ?? this.#familyOf(length);
    const codec = this.#codec(family);
    const address = codec.decode(this.#context, length);
    const name = typeof family === "string" ? family : this.#registry.name(family);
    if (isStatus(address))
      throw undecodable(
        address,
        name === undefined ? "an unknown" : `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`,
        length,
      );
    return { family: name ?? family, address } as Decoded;
  }

  /** Returns their length. */
  #put(bytes: Uint8Array): number {
    const { wire } = this.#context;
    const length = wire.putAddress(bytes);
    if (length < 0)
      throw new RangeError(`address must be at most ${wire.addressSize} bytes, got ${lengthOf(bytes)}`);
    return length;
  }

  /** Of the `length` bytes that #put() has put. */
  #familyOf(length: number): number {
    const { wire } = this.#context;
    const family = wire.calls.sockaddr_family(wire.target, length);
    if (family < 0) throw undecodable(family, "a socket", length);
    return family;
  }

  /**
   * A control buffer of [level, type, data] messages, for sendmsg(2).
   * @throws TypeError, RangeError.
   */
  buildControl(ancillary: Iterable<AncillaryItemIn>): Uint8Array {
    return cmsg.build(this.#context.wire, ancillary, "buildControl") ?? new Uint8Array(0);
  }

  /**
   * The messages of a control buffer, as recvmsg(2) fills it. `whole` is false where a message
   * claims more than there is (what there is of it is given) or where no header can be read.
   * @throws TypeError for what is no Uint8Array.
   */
  parseControl(control: Uint8Array): ControlMessages {
    const items: AncillaryItem[] = [];
    const whole = cmsg.parse(this.#context.wire, octets("control", control), items);
    return { items, whole };
  }

  /**
   * What each byte of a socket address (of any family, or of the one that is named), of a control
   * buffer or of a struct is. Bytes that are cut short or too many are shown as far as they make
   * sense; every byte is in one row.
   * @throws RangeError for a name that is none. Never throws for bytes.
   */
  annotate(bytes: Uint8Array, what: "address" | "control" | FamilyName | StructName): Row[] {
    const whole = part(octets("bytes", bytes), 0);
    if (typeof what !== "string") throw new TypeError(`what must be a string, got ${show(what)}`);
    if (what === "control") return this.#annotateControl(whole);
    if (Object.hasOwn(this.structs, what)) return this.structs[what as StructName].annotate(whole);
    const { wire } = this.#context;
    const length = this.#put(whole.subarray(0, wire.addressSize));
    let codec: AddressFamily = unknown;
    if (what !== "address") codec = this.#codec(what as FamilyName);
    else if (length >= 2) codec = this.#codec(this.#familyOf(length));
    const [name, ...fields] = codec.layout;
    return new Layout(this.#context, name, fields, length).annotate(whole);
  }

  #annotateControl(control: Uint8Array): Row[] {
    const { wire } = this.#context;
    const rows: Row[] = [];
    const header = new Layout(this.#context, "cmsghdr", ["len", "level", "type"]);
    let end = 0;
    let i = 0;
    const push = (to: number, name: string, value: unknown) => {
      if (to > end) rows.push({ offset: end, bytes: wire.copy(control.subarray(end, to)), name, value });
      end = to;
    };
    for (const message of cmsg.walk(wire, control)) {
      const name = `cmsg[${i++}]`;
      for (const row of header.annotate(control.subarray(end, end + header.size))) {
        rows.push({ ...row, offset: end + row.offset, name: `${name}.${row.name}` });
      }
      end += header.size;
      push(message.start, "padding", null);
      push(message.end, `${name}.data`, wire.copy(control.subarray(message.start, message.end)));
      push(Math.min(message.next, control.length), "padding", null);
    }
    push(control.length, "rest", null);
    return rows;
  }
}

/** The codec: one TargetCodec for each target, made when first asked for. */
export class Codec {
  readonly #module: WasmModule;
  readonly #made = new Map<Target, TargetCodec>();

  constructor(module: WasmModule) {
    this.#module = module;
  }

  /**
   * The codec of `linux64`, `linux64be`, `linux32`, `darwin64`, `freebsd64` or `windows64`.
   * @throws RangeError for a target that is none.
   */
  target(target: Target): TargetCodec {
    if (!targets.includes(target))
      throw new RangeError(`target must be one of ${targets.join(", ")}, got ${show(target)}`);
    const known = this.#made.get(target);
    if (known !== undefined) return known;
    const codec = new TargetCodec(this.#module, target);
    this.#made.set(target, codec);
    return codec;
  }
}

/**
 * Loads codec.wasm: the one beside this module, or from `source`: its address (text or URL), its
 * bytes, or the compiled module. A response of fetch() is none of these, nor is a promise:
 * `load(await response.arrayBuffer())`.
 * @throws TypeError for anything else, and for bytes or a module that are not codec.wasm; what
 * fetch() and WebAssembly say of an address and of bytes.
 */
export async function load(source: Source = new URL("../codec.wasm", import.meta.url)): Promise<Codec> {
  const given: unknown = source;
  const bytes = viewOf(given);
  if (typeof given === "string" || given instanceof URL) return compiled(await read(String(given)));
  if (bytes !== undefined) return compiled(bytes);
  const exported = exportsOf(given);
  if (exported === undefined)
    throw new TypeError(
      `source must be an address, a URL, bytes or a WebAssembly.Module, got ${show(given)}`,
    );
  return codecOf(given as WasmModule);
}

/** A copy, since shared memory can't be compiled. */
async function compiled(bytes: ArrayBuffer | Uint8Array): Promise<Codec> {
  return codecOf(await wasm.compile(Uint8Array.from(viewOf(bytes)!)));
}

function codecOf(module: WasmModule): Codec {
  if (!exportsOf(module)!.some(({ name }) => name === "layout_decode"))
    throw new TypeError("source must be codec.wasm, but it is another WebAssembly module");
  return new Codec(module);
}

/** What a module of any realm exports; undefined for another value. */
function exportsOf(module: unknown): readonly { readonly name: string }[] | undefined {
  try {
    return wasm.Module.exports(module as WasmModule);
  } catch {
    return undefined;
  }
}

/**
 * Node's fetch refuses files. A literal module name would have bundlers for browsers look for it.
 */
async function read(url: string): Promise<ArrayBuffer | Uint8Array> {
  if (url.startsWith("file:")) {
    const { readFile } = (await import(
      new URL("node:fs/promises").href
    )) as typeof import("node:fs/promises");
    return readFile(new URL(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
