// Names: what the resolver and the hosts database answer. getaddrinfo(3), getnameinfo(3),
// gethostbyname(3), gethostbyaddr(3).
import type { AnyAddress } from "../codec/address.js";
import type { Core } from "../context.js";
import type { bindDatabase } from "./database.js";
import { lookupsOf, runSync } from "./lookup-steps.js";
import type {
  AddrInfo,
  Family,
  HostInfo,
  HostName,
  Inet6Address,
  Inet6AddressIn,
  InetAddress,
  SockType,
} from "../base/types.js";

export function bindResolve(
  core: Core,
  { gethostname }: Pick<ReturnType<typeof bindDatabase>, "gethostname">,
) {
  const lookups = lookupsOf(core, gethostname);

  return {
    getaddrinfo,

    /**
     * The fully qualified name of a host, of this one by default: its first name or alias with a
     * dot, else its first name; the name itself if nothing is known of it.
     */
    getfqdn: (name = ""): string => runSync(core, lookups.getfqdn(name)),

    /**
     * `getnameinfo(3)`: host and service of a socket address, with names where there are some
     * unless `flags` (NI_NUMERICHOST, NI_NUMERICSERV) says numbers. The host must be numeric. A
     * scope follows the host as %zone.
     * @throws GaiError.
     */
    getnameinfo: (sockaddr: InetAddress | Inet6AddressIn, flags: number): [host: string, service: string] =>
      runSync(core, lookups.getnameinfo(sockaddr, flags)),

    /**
     * The first IPv4 address of a host, as `getaddrinfo(3)` finds it; "" is 0.0.0.0, "<broadcast>"
     * 255.255.255.255.
     * @throws GaiError; RangeError for text that IDNA has no form of.
     */
    gethostbyname: (hostname: HostName): string => runSync(core, lookups.gethostbyname(hostname)),

    /**
     * `gethostbyname(3)`: the host's name, its aliases, its IPv4 addresses.
     * @throws GaiError, HError.
     */
    gethostbynameEx: (hostname: HostName): HostInfo => runSync(core, lookups.gethostbynameEx(hostname)),

    /**
     * `gethostbyaddr(3)`: name, aliases and addresses of an IPv4 or IPv6 address, or of the first
     * address of a host.
     * @throws GaiError, HError.
     */
    gethostbyaddr: (address: HostName): HostInfo => runSync(core, lookups.gethostbyaddr(address)),
  };

  /**
   * `getaddrinfo(3)`: the socket addresses of a host and a service, each with what to pass to `new
   * Socket`. `host` null: this machine (AI_PASSIVE: any address); `port` a number, a service's name
   * or null. 0 leaves family, type or proto open; flags are AI_*.
   * @throws GaiError (EAI_NONAME, EAI_SERVICE, …); RangeError for text that IDNA has no form of.
   */
  function getaddrinfo<A>(
    hostname: HostName | null,
    port: HostName | number | null,
    family: Family<A>,
    type?: SockType,
    proto?: number,
    flags?: number,
  ): AddrInfo<A>[];
  function getaddrinfo(
    hostname: HostName | null,
    port: HostName | number | null,
    family?: number,
    type?: SockType,
    proto?: number,
    flags?: number,
  ): AddrInfo<InetAddress | Inet6Address>[];
  function getaddrinfo(
    hostname: HostName | null,
    port: HostName | number | null,
    family?: number,
    type?: number,
    proto?: number,
    flags?: number,
  ): AddrInfo<AnyAddress>[] {
    return runSync(core, lookups.getaddrinfo(hostname, port, family, type, proto, flags));
  }
}
