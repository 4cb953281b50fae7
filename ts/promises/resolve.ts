// Names, asked for on the thread pool: the functions of ../resolve.ts, as promises.
import type { Core } from "../context.js";
import { lookupsOf } from "../resolve/lookup-steps.js";
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
import type { Resolver } from "./resolver.js";
import { given, peel, withOptions, type CallOptions } from "./call-options.js";

export function bindResolve(core: Core, resolver: Resolver, gethostname: () => string) {
  const lookups = lookupsOf(core, gethostname);

  return {
    getaddrinfo,

    getfqdn,

    /**
     * `getnameinfo(3)`: host and service of a socket address, with names where there are some
     * unless `flags` (NI_NUMERICHOST, NI_NUMERICSERV) says numbers. The host must be numeric. A
     * scope follows the host as %zone.
     * @throws GaiError.
     */
    getnameinfo: (
      sockaddr: InetAddress | Inet6AddressIn,
      flags: number,
      options?: CallOptions,
    ): Promise<[host: string, service: string]> =>
      resolver.run(lookups.getnameinfo(sockaddr, flags), options),

    /**
     * The first IPv4 address of a host, as `getaddrinfo(3)` finds it; "" is 0.0.0.0, "<broadcast>"
     * 255.255.255.255.
     * @throws GaiError; RangeError for text that IDNA has no form of.
     */
    gethostbyname: (hostname: HostName, options?: CallOptions): Promise<string> =>
      resolver.run(lookups.gethostbyname(hostname), options),

    /**
     * `gethostbyname(3)`: the host's name, its aliases, its IPv4 addresses.
     * @throws GaiError, HError.
     */
    gethostbynameEx: (hostname: HostName, options?: CallOptions): Promise<HostInfo> =>
      resolver.run(lookups.gethostbynameEx(hostname), options),

    /**
     * `gethostbyaddr(3)`: name, aliases and addresses of an IPv4 or IPv6 address, or of the first
     * address of a host.
     * @throws GaiError, HError.
     */
    gethostbyaddr: (address: HostName, options?: CallOptions): Promise<HostInfo> =>
      resolver.run(lookups.gethostbyaddr(address), options),
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
    options?: CallOptions,
  ): Promise<AddrInfo<A>[]>;
  function getaddrinfo<A>(
    hostname: HostName | null,
    port: HostName | number | null,
    ...rest:
      | [family: Family<A>, options?: CallOptions | undefined]
      | [family: Family<A>, type: SockType | undefined, options?: CallOptions | undefined]
      | [
          family: Family<A>,
          type: SockType | undefined,
          proto: number | undefined,
          options?: CallOptions | undefined,
        ]
  ): Promise<AddrInfo<A>[]>;
  function getaddrinfo(
    hostname: HostName | null,
    port: HostName | number | null,
    family?: number,
    type?: SockType,
    proto?: number,
    flags?: number,
    options?: CallOptions,
  ): Promise<AddrInfo<InetAddress | Inet6Address>[]>;
  function getaddrinfo(
    hostname: HostName | null,
    port: HostName | number | null,
    ...rest:
      | [options?: CallOptions | undefined]
      | [family: number | undefined, options?: CallOptions | undefined]
      | [family: number | undefined, type: SockType | undefined, options?: CallOptions | undefined]
      | [
          family: number | undefined,
          type: SockType | undefined,
          proto: number | undefined,
          options?: CallOptions | undefined,
        ]
  ): Promise<AddrInfo<InetAddress | Inet6Address>[]>;
  async function getaddrinfo(
    ...all: [HostName | null, HostName | number | null, ...unknown[]]
  ): Promise<AddrInfo<any>[]> {
    const [args, options] = withOptions(all);
    return resolver.run(
      lookups.getaddrinfo(
        ...(args as [HostName | null, HostName | number | null, number?, number?, number?, number?]),
      ),
      options,
    );
  }

  /**
   * The fully qualified name of a host, of this one by default: its first name or alias with a
   * dot, else its first name; the name itself if nothing is known of it.
   */
  function getfqdn(name?: string, options?: CallOptions): Promise<string>;
  function getfqdn(options?: CallOptions): Promise<string>;
  async function getfqdn(first?: string | CallOptions, second?: CallOptions): Promise<string> {
    return resolver.run(lookups.getfqdn(given(first, undefined)), peel(second, first) ?? {});
  }
}
