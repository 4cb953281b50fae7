// Names: what the resolver and the hosts database answer. getaddrinfo(3), getnameinfo(3), gethostbyname(3), gethostbyaddr(3).
import type { AddrInfoRow, HostEntry, LookupFailure } from "../shim/contract.js";
import { cint, int, show } from "./check.js";
import type { Core } from "./core.js";
import type { bindDatabase } from "./database.js";
import { checkFlags } from "./endpoint.js";
import { nameOf } from "./enums.js";
import { GaiError, HError, OSError } from "./error.js";
import { checkedHostBytes, hostBytes, textBytes, textOrBytes } from "./name.js";
import { decodeByteString } from "./text.js";
import type { AddrInfo, Family, HostInfo, HostName, Inet6Address, Inet6AddressIn, InetAddress } from "./types.js";

const BROADCAST = "255.255.255.255";

/** A resolver's answer, or its exception: GaiError for an EAI_* number, HError for an h_errno, the errno's OSError where that is what failed. */
function answer<T extends readonly unknown[]>(core: Core, kind: typeof GaiError | typeof HError, result: T | LookupFailure, syscall: string, address: unknown): T {
  if (Array.isArray(result)) return result as unknown as T;
  const { status, errno } = result as LookupFailure, { host, constants, errors } = core;
  if (errno !== 0) throw errors.system(errno, syscall, address);
  if (kind === GaiError) {
    throw new GaiError(decodeByteString(host.gai_strerror(status)), { errno: status, code: nameOf(constants, "EAI", status), syscall, address });
  }
  throw new HError(decodeByteString(host.hstrerror(status)), { errno: status, code: nameOf(constants, "h_errno", status), syscall, address });
}

/** The socket address of a getaddrinfo result. */
function sockaddrOf(core: Core, [family, type, protocol, , bytes]: AddrInfoRow): any {
  return core.registry.decode(core, core.wire.putAddress(bytes), core.registry.find(family, type, protocol));
}

/** The first address of a host, as Python resolves the hosts of addresses: "" is any, "<broadcast>" INADDR_BROADCAST. AF_UNSPEC: of any family. */
function firstAddress(core: Core, name: Uint8Array, family: number, host: HostName, call: string): string {
  const { constants: c } = core, text = Buffer.from(name).toString("latin1");
  if (text === "<broadcast>" || text === BROADCAST) {
    if (family !== c.AF_INET && family !== c.AF_UNSPEC) throw new OSError("address family mismatched", { syscall: call, address: host });
    return BROADCAST;
  }
  const wildcard = name.length === 0;
  const asked = wildcard ? core.host.getaddrinfo(null, Buffer.from("0"), family, c.SOCK_DGRAM, 0, c.AI_PASSIVE)
    : core.host.getaddrinfo(name, null, family, c.SOCK_DGRAM, 0, 0);
  const found = answer(core, GaiError, asked, "getaddrinfo", host);
  if (wildcard && found.length > 1) throw new OSError("wildcard resolved to multiple address", { syscall: call, address: host });
  return sockaddrOf(core, found[0]!)[0];
}

/** The numeric form of an address's host. */
export function numericHost(core: Core, host: HostName, family: number, call: string): string {
  return firstAddress(core, hostBytes(core.host, `${call}: host`, host), family, host, call);
}

export function bindResolve(core: Core, { gethostname }: Pick<ReturnType<typeof bindDatabase>, "gethostname">) {
  const { host, wire, constants: c, audit } = core;

  /** [name, aliases, addresses] of a hosts entry. */
  function hostEntry(result: HostEntry | LookupFailure, syscall: string, address: HostName): HostInfo {
    const [name, aliases, addresses] = answer(core, HError, result, syscall, address);
    return [decodeByteString(name), aliases.map(decodeByteString), addresses.map(bytes => {
      wire.bytes.set(bytes, wire.image);
      return wire.takeText(wire.calls[bytes.length === 4 ? "ntop4" : "ntop6"](wire.image, wire.text));
    })];
  }

  return {
    getaddrinfo,
    getfqdn,

    /** `getnameinfo(3)`: host and service of a socket address, with names where there are some unless `flags` (NI_NUMERICHOST,
     *  NI_NUMERICSERV) says numbers. The host must be numeric. A scope follows the host as %zone. Errors: GaiError. */
    getnameinfo(sockaddr: InetAddress | Inet6AddressIn, flags: number): [host: string, service: string] {
      if (!Array.isArray(sockaddr) || sockaddr.length < 2 || sockaddr.length > 4) {
        throw new TypeError(`getnameinfo: sockaddr must be [host: string, port: number, flowinfo?: number, scopeid?: number], got ${show(sockaddr)}`);
      }
      const [given, givenPort, flowinfo = 0, scopeid = 0] = sockaddr as Inet6AddressIn;
      const name = textBytes("getnameinfo: host", given), port = int("getnameinfo: port", givenPort, 0, 65535);
      int("getnameinfo: flowinfo", flowinfo, 0, 0xfffff), int("getnameinfo: scopeid", scopeid, 0, 0xffffffff), checkFlags(core, flags, "NI_");
      const channel = audit["socket.getnameinfo"];
      if (channel.hasSubscribers) channel.publish({ sockaddr });
      const asked = host.getaddrinfo(name, Buffer.from(String(port)), c.AF_UNSPEC, c.SOCK_DGRAM, 0, c.AI_NUMERICHOST);
      const found = answer(core, GaiError, asked, "getaddrinfo", given);
      if (found.length > 1) throw new OSError("sockaddr resolved to multiple addresses", { syscall: "getnameinfo", address: sockaddr });
      const row = found[0]!, numeric = sockaddrOf(core, row) as InetAddress | Inet6Address;
      if (row[0] === c.AF_INET && sockaddr.length !== 2) throw new OSError("IPv4 sockaddr must be [host, port]", { syscall: "getnameinfo", address: sockaddr });
      const complete = numeric.length === 2 ? numeric : [numeric[0], port, flowinfo, scopeid || numeric[3]];
      const length = core.registry.find(row[0], row[1], row[2]).encode(core, complete, "getnameinfo");
      const [node, service] = answer(core, GaiError, host.getnameinfo(length, flags), "getnameinfo", sockaddr);
      return [decodeByteString(node), decodeByteString(service)];
    },

    /** The first IPv4 address of a host, as `getaddrinfo(3)` finds it; "" is 0.0.0.0, "<broadcast>" 255.255.255.255. Errors: GaiError;
     *  RangeError for text that IDNA has no form of. */
    gethostbyname(hostname: HostName): string {
      const name = checkedHostBytes(host, "gethostbyname: hostname", hostname), channel = audit["socket.gethostbyname"];
      if (channel.hasSubscribers) channel.publish({ hostname });
      return firstAddress(core, name, c.AF_INET, hostname, "gethostbyname");
    },

    /** `gethostbyname(3)`: the host's name, its aliases, its IPv4 addresses. Errors: GaiError, HError. */
    gethostbynameEx(hostname: HostName): HostInfo {
      const name = checkedHostBytes(host, "gethostbynameEx: hostname", hostname), channel = audit["socket.gethostbyname"];
      if (channel.hasSubscribers) channel.publish({ hostname });
      firstAddress(core, name, c.AF_INET, hostname, "gethostbynameEx");
      return hostEntry(host.gethostbyname(name), "gethostbyname", hostname);
    },

    gethostbyaddr,
  };

  /** `getaddrinfo(3)`: the socket addresses of a host and a service, each with what to pass to `new Socket`. `host` null: this machine (AI_PASSIVE: any
   *  address); `port` a number, a service's name or null. 0 leaves family, type or proto open; flags are AI_*.
   *  Errors: GaiError (EAI_NONAME, EAI_SERVICE, …); RangeError for text that IDNA has no form of. */
  function getaddrinfo<A>(hostname: HostName | null, port: HostName | number | null, family: Family<A>, type?: number, proto?: number, flags?: number): AddrInfo<A>[];
  function getaddrinfo(hostname: HostName | null, port: HostName | number | null, family?: number, type?: number, proto?: number, flags?: number):
    AddrInfo<InetAddress | Inet6Address>[];
  function getaddrinfo(hostname: HostName | null, port: HostName | number | null, family = 0, type = 0, proto = 0, flags = 0): AddrInfo<any>[] {
    const node = hostname === null ? null : checkedHostBytes(host, "getaddrinfo: host", hostname);
    const service = port === null ? null
      : typeof port === "number" ? Buffer.from(String(int("getaddrinfo: port", port, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)))
      : textOrBytes("getaddrinfo: port", port);
    cint("getaddrinfo: family", family), cint("getaddrinfo: type", type), cint("getaddrinfo: proto", proto), checkFlags(core, flags, "AI_");
    const channel = audit["socket.getaddrinfo"];
    if (channel.hasSubscribers) channel.publish({ host: hostname, port, family, type, protocol: proto });
    return answer(core, GaiError, host.getaddrinfo(node, service, family, type, proto, flags), "getaddrinfo", hostname ?? undefined)
      .map(row => [row[0] as Family<any>, row[1], row[2], decodeByteString(row[3]), sockaddrOf(core, row)]);
  }

  /** `gethostbyaddr(3)`: name, aliases and addresses of an IPv4 or IPv6 address, or of the first address of a host. Errors: GaiError, HError. */
  function gethostbyaddr(address: HostName): HostInfo {
    const name = checkedHostBytes(host, "gethostbyaddr: address", address), channel = audit["socket.gethostbyaddr"];
    if (channel.hasSubscribers) channel.publish({ ip_address: address });
    const numeric = firstAddress(core, name, c.AF_UNSPEC, address, "gethostbyaddr"), six = numeric.includes(":");
    const size = wire.calls[six ? "pton6" : "pton4"](wire.text, wire.putText(numeric), wire.image);
    return hostEntry(host.gethostbyaddr(wire.bytes.slice(wire.image, wire.image + size), six ? c.AF_INET6 : c.AF_INET), "gethostbyaddr", address);
  }

  /** The fully qualified name of a host, of this one by default: its first name or alias with a dot, else its first name; the name
   *  itself if nothing is known of it. */
  function getfqdn(name = ""): string {
    if (typeof name !== "string") throw new TypeError(`getfqdn: name must be a string, got ${show(name)}`);
    const trimmed = name.trim();
    const asked = ["", "0.0.0.0", "::"].includes(trimmed) ? gethostname() : trimmed;
    try {
      const [hostname, aliases] = gethostbyaddr(asked);
      return [hostname, ...aliases].find(name => name.includes(".")) ?? hostname;
    } catch (error) {
      if (error instanceof OSError) return asked;
      throw error;
    }
  }
}
