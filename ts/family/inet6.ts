// AF_INET6: [host, port, flowinfo, scopeid] (ipv6(7)).
import { uint } from "../check.js";
import { UNRESOLVED, wrongShape, type AddressFamily } from "../address.js";
import { isBytes } from "../views.js";
import type { Inet6Address, Inet6AddressIn } from "../types.js";

export const inet6: AddressFamily<Inet6Address> = {
  shape: "[host: string, port: number, flowinfo?: number, scopeid?: number]",
  layout: ["sockaddr_in6", "len", "family", "port", "flowinfo", "addr", "scopeid"],

  encode(context, address, call) {
    const { wire, interfaces } = context;
    const given: Inet6AddressIn = address;
    if (!Array.isArray(given) || given.length < 2 || given.length > 4) throw wrongShape(call, inet6, address);
    const host: string | Uint8Array = given[0];
    const port = uint(call, "port", given[1], 65535);
    const flowinfo = uint(call, "flowinfo", given[2] ?? 0, 0xfffff);
    const scope = uint(call, "scopeid", given[3] ?? 0, 0xffffffff);
    if (typeof host !== "string") {
      if (isBytes(host)) return UNRESOLVED;
      throw wrongShape(call, inet6, address);
    }
    const length = wire.putText(host);
    const encoded = length < 0 ? length : wire.calls.inet6_encode(wire.target, length, port, flowinfo, scope);
    if (encoded >= 0) return encoded;
    const percent = host.indexOf("%");
    if (percent < 1) return UNRESOLVED;
    const numeric = host.slice(0, percent), zone = host.slice(percent + 1);
    if (inet6.encode(context, [numeric, port, flowinfo, scope], call) < 0) return UNRESOLVED;
    const named = /^\d+$/.test(zone) ? uint(call, "zone", Number(zone), 0xffffffff) : interfaces.index(zone, call);
    return inet6.encode(context, [numeric, port, flowinfo, scope === 0 ? named : scope], call);
  },

  decode({ wire }, length) {
    const port = wire.calls.inet6_decode(wire.target, length);
    if (port < 0) return port;
    return [wire.takeText(wire.word(2)), port, wire.word(0), wire.word(1)];
  },

  hostFamily: "AF_INET6",
  hostOf: address => address[0],
  withHost: (address, host) => [host, address[1], address[2] ?? 0, address[3] ?? 0],
};
