// AF_INET: [host, port] (ip(7)).
import { uint } from "../base/check.js";
import { dotted, octets } from "../codec/octets.js";
import { Sockaddr } from "../codec/sockaddr.js";
import { UNRESOLVED, wrongShape, type AddressFamily } from "../codec/address.js";
import { isBytes } from "../base/views.js";
import type { InetAddress } from "../base/types.js";
import type { Wire, InetWords } from "../codec/wire.js";

const INADDR_ANY = 0;
const INADDR_BROADCAST = 0xffffffff;

// The last address and its text: most sockets talk to few peers, and what one sent is answered. All
// hosts and targets can share them: the text is a function of the word, as this machine's byte
// order reads it, and both are written within one synchronous call.
let lastWord = 0;
let lastText = "0.0.0.0";

/** The number of a numeric host; -1 for a name. */
function numberOf(host: string): number {
  if (host === "") return INADDR_ANY;
  if (host === "<broadcast>") return INADDR_BROADCAST;
  return octets(host);
}

const sockaddr = (wire: Wire): InetWords => (wire.inet ??= new Sockaddr(wire, "INET", inet.layout));

export const inet: AddressFamily<InetAddress> = {
  shape: "[host: string, port: number]",
  layout: ["sockaddr_in", "len", "family", "port", "addr"],

  encode({ wire }, address, call) {
    if (!Array.isArray(address) || address.length !== 2) throw wrongShape(call, inet, address);
    const host: string | Uint8Array = address[0];
    const port = uint(call, "port", address[1], 65535);
    if (typeof host !== "string") {
      if (isBytes(host)) return UNRESOLVED;
      throw wrongShape(call, inet, address);
    }
    const at = sockaddr(wire);
    if (host === lastText) {
      at.begin(port);
      wire.words[at.host] = lastWord;
      return at.length;
    }
    const number = numberOf(host);
    if (number < 0) return UNRESOLVED;
    at.begin(port);
    wire.view.setUint32(at.hostAt, number);
    return at.length;
  },

  decode({ wire }, length) {
    const at = sockaddr(wire);
    if (!at.is(length)) return at.status(length);
    const word = wire.words[at.host]!;
    if (word !== lastWord) {
      lastText = dotted(wire.bytes, at.hostAt);
      lastWord = word;
    }
    return [lastText, at.port];
  },

  hostFamily: "AF_INET",
  hostOf: address => address[0],
  withHost: (address, host) => [host, address[1]],
};
