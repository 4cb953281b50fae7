// What a family's file provides, and how addresses get into and out of the codec's message block.
import { show } from "../base/check.js";
import { OSError } from "../base/error.js";
import type { Wire } from "./wire.js";
import { TOO_LONG, TOO_SHORT, UNSUPPORTED } from "./wire.js";

/** encode()'s answer for a host that is a name: resolve it, then encode again. */
export const UNRESOLVED = -100;

/** Network interfaces by name, where there is a host to ask. */
export interface Interfaces {
  /** if_nametoindex(3); throws ENODEV with the name. */
  index(name: string, call: string): number;
  /** if_indextoname(3); "" if there is none. */
  name(index: number): string;
}

export interface AddressContext {
  readonly wire: Wire;
  readonly interfaces: Interfaces;
}

// biome-ignore lint/suspicious/noExplicitAny: a family's own type, which only its bytes tell at run time
export type AnyAddress = any;

/** One family: tuple to bytes and back. `call` begins the messages of its errors. */
export interface AddressFamily<A = AnyAddress> {
  /** The tuple as it is shown to whoever passed another. */
  readonly shape: string;
  /** Its struct (wasm/family/) and that one's fields by number. */
  readonly layout: readonly [struct: string, ...fields: string[]];
  /** Writes the address to the message block; returns its length or UNRESOLVED. */
  encode(context: AddressContext, address: A, call: string): number;
  /**
   * Reads the `length` bytes of the message block; a negative codec status if they are not of this
   * family.
   */
  decode(context: AddressContext, length: number): A | number;
  /** The family whose addresses the hosts are, for the resolver. */
  readonly hostFamily?: "AF_INET" | "AF_INET6";
  /**
   * The host name that encode() found UNRESOLVED, and the address with a numeric host in its place.
   */
  hostOf?(address: A): string | Uint8Array;
  withHost?(address: A, host: string): A;
}

const encoder = new TextEncoder();

/** The index of an interface in an address; "" is 0: all of them, or none. */
export function interfaceOf({ interfaces }: AddressContext, name: unknown, call: string): number {
  if (typeof name !== "string") throw new TypeError(`${call}: interface must be a string, got ${show(name)}`);
  // As Python says it. No system's IFNAMSIZ is more than 16 bytes, with the zero at the end.
  if (encoder.encode(name).length > 15)
    throw new OSError("interface name too long", { syscall: call, address: name });
  return name === "" ? 0 : interfaces.index(name, call);
}

/** The name of an interface in an address, "" where there is none. */
export function interfaceName({ interfaces }: AddressContext, index: number): string {
  return index === 0 ? "" : interfaces.name(index);
}

/** Whether decode() gave a status; a number that is none is an address (HCI's). */
export function isStatus(decoded: unknown): decoded is number {
  return typeof decoded === "number" && decoded < 0;
}

export function wrongShape(call: string, family: AddressFamily, address: unknown): TypeError {
  return new TypeError(`${call}: address must be ${family.shape}, got ${show(address)}`);
}

/** What a negative status of decode() says about `length` bytes; `name`: "an AF_INET". */
export function undecodable(status: number, name: string, length: number): RangeError {
  switch (status) {
    case TOO_SHORT:
      return new RangeError(`${length} bytes are too few for ${name} address`);
    case TOO_LONG:
      return new RangeError(`${length} bytes are too many for ${name} address`);
    case UNSUPPORTED:
      return new RangeError(
        `the ${length} bytes are no kind of ${name.replace(/^an? /, "")} address that is known`,
      );
    default:
      return new RangeError(`the ${length} bytes are another family's, not ${name} address`);
  }
}
