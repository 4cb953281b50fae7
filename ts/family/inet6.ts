// AF_INET6: [host, port, flowinfo, scopeid] (ipv6(7)).
import { uint } from "../base/check.js";
import { Sockaddr } from "../codec/sockaddr.js";
import { UNRESOLVED, wrongShape, type AddressFamily } from "../codec/address.js";
import { isBytes } from "../base/views.js";
import type { Inet6Address, Inet6AddressIn } from "../base/types.js";
import type { Wire, InetWords } from "../codec/wire.js";

// The last address, in four words, and its text: most sockets talk to few peers, and answer them.
// All hosts and targets can share them: the text is a function of the words, as this machine's byte
// order reads them, and both are written within one synchronous call.
const last = new Int32Array(4);
let lastText = "::";

const sockaddr = (wire: Wire): InetWords => (wire.inet6 ??= new Sockaddr(wire, "INET6", inet6.layout));

/** Writes the address of a numeric host ("" is ::); false if the host is a name. */
function put(wire: Wire, at: InetWords, host: string, port: number): boolean {
  if (host === lastText) {
    const { words } = wire;
    const to = at.host;
    at.begin(port);
    words[to] = last[0]!;
    words[to + 1] = last[1]!;
    words[to + 2] = last[2]!;
    words[to + 3] = last[3]!;
    return true;
  }
  const length = wire.putText(host);
  if (length < 0) return false;
  at.begin(port);
  return length === 0 || wire.calls.pton6(wire.text, length, at.hostAt) >= 0;
}

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
    const at = sockaddr(wire);
    if (put(wire, at, host, port)) {
      if (flowinfo !== 0) at.flowinfo = flowinfo;
      if (scope !== 0) at.scope = scope;
      return at.length;
    }
    const percent = host.indexOf("%");
    if (percent < 1) return UNRESOLVED;
    const numeric = host.slice(0, percent);
    const zone = host.slice(percent + 1);
    if (inet6.encode(context, [numeric, port, flowinfo, scope], call) < 0) return UNRESOLVED;
    const named = /^\d+$/.test(zone)
      ? uint(call, "zone", Number(zone), 0xffffffff)
      : interfaces.index(zone, call);
    return inet6.encode(context, [numeric, port, flowinfo, scope === 0 ? named : scope], call);
  },

  decode({ wire }, length) {
    const at = sockaddr(wire);
    if (!at.is(length)) return at.status(length);
    const { words } = wire;
    const { host } = at;
    const a = words[host]!;
    const b = words[host + 1]!;
    const c = words[host + 2]!;
    const d = words[host + 3]!;
    if (d !== last[3] || a !== last[0] || b !== last[1] || c !== last[2]) {
      lastText = wire.takeText(wire.calls.ntop6(at.hostAt, wire.text));
      last[0] = a;
      last[1] = b;
      last[2] = c;
      last[3] = d;
    }
    return [lastText, at.port, at.flowinfo, at.scope];
  },

  hostFamily: "AF_INET6",
  hostOf: address => address[0],
  withHost: (address, host) => [host, address[1], address[2] ?? 0, address[3] ?? 0],
};
