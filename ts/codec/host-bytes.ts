// IPv4 and IPv6 addresses between text and bytes, where their length tells which they are.
import { show } from "../base/check.js";
import type { Wire } from "./wire.js";

/**
 * The 4 or 16 bytes of a numeric address.
 * @throws TypeError, RangeError that begin with `name`.
 */
export function addressBytes(wire: Wire, name: string, text: unknown): Uint8Array {
  if (typeof text !== "string") throw new TypeError(`${name} must be a string, got ${show(text)}`);
  const six = text.includes(":");
  const length = wire.putText(text);
  const call = six ? wire.calls.pton6 : wire.calls.pton4;
  if (length < 0 || call(wire.text, length, wire.image) < 0)
    throw new RangeError(`${name} must be an IPv4 or IPv6 address, got ${show(text)}`);
  return wire.take(wire.image, six ? 16 : 4);
}

/** The text of 4 or 16 bytes. */
export function addressText(wire: Wire, bytes: Uint8Array): string {
  const length = wire.putImage(bytes);
  return wire.takeText((length === 4 ? wire.calls.ntop4 : wire.calls.ntop6)(wire.image, wire.text));
}
