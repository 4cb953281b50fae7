// AF_INET: [host, port] (ip(7)).
import { uint } from "../check.js";
import { UNRESOLVED, wrongShape, type AddressFamily } from "../address.js";
import { isBytes } from "../views.js";
import type { InetAddress } from "../types.js";

const INADDR_ANY = 0, INADDR_BROADCAST = 0xffffffff;

// The address that came last and its text: most sockets talk to few peers, and what one sent is answered.
let lastNumber = 0, lastText = "0.0.0.0";

export const inet: AddressFamily<InetAddress> = {
  shape: "[host: string, port: number]",
  layout: ["sockaddr_in", "len", "family", "port", "addr"],

  encode({ wire }, address, call) {
    if (!Array.isArray(address) || address.length !== 2) throw wrongShape(call, inet, address);
    const host: string | Uint8Array = address[0], port = uint(call, "port", address[1], 65535);
    if (typeof host !== "string") {
      if (isBytes(host)) return UNRESOLVED;
      throw wrongShape(call, inet, address);
    }
    const { calls, target } = wire;
    if (host === lastText) return calls.inet_encode_number(target, lastNumber, port);
    if (host === "") return calls.inet_encode_number(target, INADDR_ANY, port);
    if (host === "<broadcast>") return calls.inet_encode_number(target, INADDR_BROADCAST, port);
    const length = wire.putText(host);
    const encoded = length < 0 ? length : calls.inet_encode(target, length, port);
    return encoded < 0 ? UNRESOLVED : encoded;
  },

  decode({ wire }, length) {
    const { calls } = wire;
    const port = calls.inet_decode(wire.target, length);
    if (port < 0) return port;
    const number = calls.inet_number();
    if (number !== lastNumber) { lastNumber = number; lastText = wire.takeText(calls.inet_text()); }
    return [lastText, port];
  },

  hostFamily: "AF_INET",
  hostOf: address => address[0],
  withHost: (address, host) => [host, address[1]],
};
