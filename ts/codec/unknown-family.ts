// An address of a family that has no codec: its number and its bytes.
import { wrongShape, type AddressFamily } from "./address.js";
import { int } from "../base/check.js";
import type { UnknownAddress } from "../base/types.js";
import { isBytes, lengthOf } from "../base/views.js";

/** Addresses as [family, bytes]. */
export const unknown: AddressFamily<UnknownAddress> = {
  shape: "[family: number, bytes: Uint8Array]",
  layout: ["sockaddr", "len", "family", "data"],
  encode({ wire }, address, call) {
    const [number, data] = Array.isArray(address) && address.length === 2 ? address : [];
    if (!isBytes(data)) throw wrongShape(call, unknown, address);
    const family = int(`${call}: family`, number, 0, 65535);
    const size = lengthOf(data);
    int(`${call}: length of the address`, size, 0, wire.addressSize - wire.addressHead - 1); // sa_len is a byte
    wire.bytes.set(data, wire.addressData);
    const length = wire.calls.sockaddr_encode(wire.target, family, size + wire.addressHead);
    if (length < 0)
      throw new RangeError(`${call}: family must be an integer 0..255 on ${wire.name}, got ${family}`);
    return length;
  },
  decode({ wire }, length) {
    const family = wire.calls.sockaddr_family(wire.target, length);
    const end = wire.address + Math.min(length, wire.addressSize);
    return family < 0 ? family : [family, wire.copy(wire.bytes.subarray(wire.addressData, end))];
  },
};
