// The families: one line each. The only place that compares a family number.
import type { AddressContext, AddressFamily } from "./address.js";
import { wrongShape } from "./address.js";
import { int } from "./check.js";
import type { UnknownAddress } from "./types.js";
import { inet } from "./family/inet.js";
import { inet6 } from "./family/inet6.js";
import { unix } from "./family/unix.js";

/** In wasm/registry.ts's order. */
export const families = {
  AF_UNIX: unix,
  AF_INET: inet,
  AF_INET6: inet6,
} satisfies Record<string, AddressFamily>;
export type FamilyName = keyof typeof families;
/** A family's address as it comes out. */
export type AddressOf<F extends FamilyName> = (typeof families)[F] extends AddressFamily<infer A> ? A : never;

/** A family nobody knows: [family, bytes]. */
export const unknown: AddressFamily<UnknownAddress> = {
  shape: "[family: number, bytes: Uint8Array]",
  layout: ["sockaddr", "len", "family", "data"],
  encode({ wire }, address, call) {
    if (!Array.isArray(address) || address.length !== 2 || !(address[1] instanceof Uint8Array)) throw wrongShape(call, unknown, address);
    const family = int(`${call}: family`, address[0], 0, 65535), bytes = address[1];
    int(`${call}: length of the address`, bytes.length, 0, wire.addressSize - wire.addressHead - 1); // sa_len is a byte
    wire.bytes.set(bytes, wire.addressData);
    const length = wire.calls.sockaddr_encode(wire.target, family, bytes.length + wire.addressHead);
    if (length < 0) throw new RangeError(`${call}: family must be an integer 0..255 on ${wire.name}, got ${family}`);
    return length;
  },
  decode({ wire }, length) {
    const family = wire.calls.sockaddr_family(wire.target, length);
    const end = wire.address + Math.min(length, wire.addressSize);
    return family < 0 ? family : [family, wire.copy(wire.bytes.subarray(wire.addressData, end))];
  },
};

/** The families of one target. */
export class Registry {
  readonly #byNumber = new Map<number, FamilyName>();

  constructor({ wire }: AddressContext) {
    (Object.keys(families) as FamilyName[]).forEach((name, kind) => {
      const number = wire.calls.family_number(wire.target, kind);
      if (number > 0) this.#byNumber.set(number, name);
    });
  }

  /** The name of a family's number, if it is one that the target has and we know. */
  name(family: number): FamilyName | undefined { return this.#byNumber.get(family); }

  /** The number of a family's name; undefined where the target has none. */
  number(name: string): number | undefined {
    for (const [number, known] of this.#byNumber) if (known === name) return number;
    return undefined;
  }

  /** The codec of a socket's addresses. */
  find(family: number, _type: number, _protocol: number): AddressFamily {
    const name = this.#byNumber.get(family);
    return name === undefined ? unknown : families[name];
  }

  /** The `length` bytes of the message block as an address; `expected` is tried first. null if there is none. */
  decode(context: AddressContext, length: number, expected: AddressFamily): any {
    if (length === 0) return null;
    const address = expected.decode(context, length);
    if (typeof address !== "number") return address;
    const actual = this.find(context.wire.calls.sockaddr_family(context.wire.target, length), 0, 0);
    const second = actual === expected ? address : actual.decode(context, length);
    return typeof second === "number" ? unknown.decode(context, length) : second;
  }
}
