// AF_INET6: [host, port, flowinfo, scopeid] (ipv6(7)).
import { int } from "../check.js";
import { UNRESOLVED, wrongShape, type AddressFamily } from "../address.js";
import type { Inet6Address, Inet6AddressIn } from "../types.js";

export const inet6: AddressFamily<Inet6Address> = {
  shape: "[host: string, port: number, flowinfo?: number, scopeid?: number]",
  layout: ["sockaddr_in6", "len", "family", "port", "flowinfo", "addr", "scopeid"],

  encode({ wire, interfaces }, address, call) {
    const given: Inet6AddressIn = address;
    if (!Array.isArray(given) || given.length < 2 || given.length > 4) throw wrongShape(call, inet6, address);
    const host: string | Uint8Array = given[0];
    const port = int(`${call}: port`, given[1], 0, 65535);
    const flowinfo = int(`${call}: flowinfo`, given[2] ?? 0, 0, 0xfffff);
    let scope = int(`${call}: scopeid`, given[3] ?? 0, 0, 0xffffffff);
    if (typeof host !== "string") {
      if ((host as unknown) instanceof Uint8Array) return UNRESOLVED;
      throw wrongShape(call, inet6, address);
    }
    const percent = host.indexOf("%");
    if (percent === 0) return UNRESOLVED;
    const length = wire.putText(percent < 0 ? host : host.slice(0, percent));
    if (length < 0) return UNRESOLVED;
    if (percent >= 0) {
      const zone = host.slice(percent + 1);
      const named = /^\d+$/.test(zone) ? int(`${call}: zone`, Number(zone), 0, 0xffffffff) : interfaces.index(zone, call);
      if (scope === 0) scope = named;
    }
    const encoded = wire.calls.inet6_encode(wire.target, length, port, flowinfo, scope);
    return encoded < 0 ? UNRESOLVED : encoded;
  },

  decode({ wire }, length) {
    const port = wire.calls.inet6_decode(wire.target, length);
    if (port < 0) return port;
    return [wire.takeText(wire.word(2)), port, wire.word(0), wire.word(1)];
  },

  hostOf: address => address[0],
  withHost: (address, host) => [host, address[1], address[2] ?? 0, address[3] ?? 0],
};
