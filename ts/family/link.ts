// AF_LINK: [interface, index, type, name, addr] (link_addr(3)). `interface` is the name that the
// system has for the index, `name` the one that the address itself carries. Going in, one of
// interface and index may be "" or 0; else both are the same interface.
import { int, show, uint } from "../base/check.js";
import { interfaceName, interfaceOf, wrongShape, type AddressFamily } from "../codec/address.js";
import { decodePath, encodePath } from "../base/surrogate-escape.js";
import type { LinkAddress } from "../base/types.js";
import { isBytes, part } from "../base/views.js";

/** What sa_len, a byte, leaves for the name and the address. */
const MAX_DATA = 247;

export const link: AddressFamily<LinkAddress> = {
  shape: "[interface: string, index: number, type: number, name: string, addr: Uint8Array]",
  layout: ["sockaddr_dl", "len", "family", "index", "type", "nlen", "alen", "slen", "data"],

  encode(context, address, call) {
    if (!Array.isArray(address) || address.length !== 5) throw wrongShape(call, link, address);
    const { wire } = context;
    const [iface, given, kind, text, octets] = address as readonly unknown[];
    const index = uint(call, "index", given, 0xffff);
    const type = uint(call, "type", kind, 0xff);
    if (typeof text !== "string") throw new TypeError(`${call}: name must be a string, got ${show(text)}`);
    if (!isBytes(octets)) throw new TypeError(`${call}: addr must be a Uint8Array, got ${show(octets)}`);
    const addr = part(octets, 0);
    const name = encodePath(text, `${call}: name`);
    if (name.length + addr.length > MAX_DATA)
      throw new RangeError(
        `${call}: name and addr must be at most ${MAX_DATA} bytes together, got ${name.length + addr.length}`,
      );
    const own = int(`${call}: index of ${show(iface)}`, interfaceOf(context, iface, call), 0, 0xffff);
    if (own && index && own !== index)
      throw new RangeError(`${call}: index must be ${own}, that of ${show(iface)}, got ${index}`);
    const length = wire.calls.link_encode(wire.target, own || index, type, name.length, addr.length);
    if (length < 0) throw new RangeError(`${wire.name} has no AF_LINK`);
    wire.bytes.set(name, wire.linkData);
    wire.bytes.set(addr, wire.linkData + name.length);
    return length;
  },

  decode(context, length) {
    const { wire } = context;
    const status = wire.calls.link_decode(wire.target, length);
    if (status < 0) return status;
    const index = wire.word(0);
    const type = wire.word(1);
    const nameLength = wire.word(2);
    const start = wire.linkData + nameLength;
    const addr = wire.take(start, wire.word(3));
    const name = decodePath(wire.bytes.slice(wire.linkData, start));
    return [interfaceName(context, index), index, type, name, addr];
  },
};
