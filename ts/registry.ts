// The families: one line each. The only place that compares a family number.
import type { AddressContext, AddressFamily } from "./address.js";
import { wrongShape } from "./address.js";
import { int } from "./check.js";
import type { UnknownAddress } from "./types.js";
import { inet } from "./family/inet.js";
import { inet6 } from "./family/inet6.js";
import { unix } from "./family/unix.js";

// Our number of the family (wasm/registry.ts), its codec.
const families: readonly [kind: number, family: AddressFamily][] = [
  [1, unix],
  [2, inet],
  [3, inet6],
];

/** A family nobody knows: [family, bytes]. */
export const unknown: AddressFamily<UnknownAddress> = {
  shape: "[family: number, bytes: Uint8Array]",
  encode({ wire }, address, call) {
    if (!Array.isArray(address) || address.length !== 2 || !(address[1] instanceof Uint8Array)) throw wrongShape(call, unknown, address);
    const family = int(`${call}: family`, address[0], 0, 65535), bytes = address[1];
    int(`${call}: length of the address`, bytes.length, 0, wire.addressSize - 2);
    wire.bytes.set(bytes, wire.address + 2);
    return wire.calls.sockaddr_encode(wire.target, family, bytes.length + 2);
  },
  decode({ wire }, length) {
    const family = wire.calls.sockaddr_family(wire.target, length);
    const end = wire.address + Math.min(length, wire.addressSize);
    return family < 0 ? family : [family, wire.copy(wire.bytes.subarray(wire.address + 2, end))];
  },
};

/** The families of one target. */
export class Registry {
  readonly #byNumber = new Map<number, AddressFamily>();

  constructor({ wire }: AddressContext) {
    for (const [kind, family] of families) {
      const number = wire.calls.family_number(wire.target, kind);
      if (number >= 0) this.#byNumber.set(number, family);
    }
  }

  /** The codec of a socket's addresses. */
  find(family: number, _type: number, _protocol: number): AddressFamily {
    return this.#byNumber.get(family) ?? unknown;
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
