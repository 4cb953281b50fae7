// Python's makers of TCP sockets: create_connection, create_server, has_dualstack_ipv6.
import { show } from "../base/check.js";
import type { Core } from "../context.js";
import type { Endpoint } from "./endpoint.js";
import { OSError } from "../base/error.js";
import type { bindResolve } from "../resolve/resolve.js";
import type { Socket } from "./socket.js";
import { checkTimeout } from "./timeout.js";
import type { Family, HostName, Inet6Address, InetAddress } from "../base/types.js";

/** What createConnection() takes. */
export interface ConnectionOptions {
  /** Throw every attempt's error, as an AggregateError, and not the last. */
  allErrors?: boolean | undefined;
}

/** What createServer() takes by name. */
export interface ServerOptions<A = InetAddress> {
  /** AF_INET (the default) or AF_INET6. */
  family?: Family<A> | undefined;
  /** How many connections may wait to be accepted (listen(2)). */
  backlog?: number | undefined;
  /** SO_REUSEPORT: several listeners share the port. */
  reusePort?: boolean | undefined;
  /** An AF_INET6 listener takes IPv4 connections too. */
  dualstackIPv6?: boolean | undefined;
}

/** What createConnection() checks before it opens anything. */
export function checkTarget(address: unknown, seconds: number | null | undefined): void {
  if (!Array.isArray(address) || address.length < 2)
    throw new TypeError(`createConnection: address must be [host, port], got ${show(address)}`);
  if (seconds !== undefined) checkTimeout(seconds);
}

/** Why none of the addresses could be connected to. */
export function noConnection(failures: readonly OSError[], allErrors: boolean): Error {
  if (failures.length === 0)
    return new OSError("getaddrinfo returns an empty list", { syscall: "createConnection" });
  return allErrors ? new AggregateError(failures, "createConnection failed") : failures.at(-1)!;
}

/**
 * A TCP socket with the options of a listener, for createServer() to bind. `Class` is one of the
 * two.
 */
export function listenerOf<S extends Endpoint>(
  core: Core,
  Class: new (family: number, type: number) => S,
  dualstack: () => boolean,
  {
    family = core.constants.AF_INET as Family<any>,
    reusePort = false,
    dualstackIPv6 = false,
  }: ServerOptions<any>,
): S {
  const { constants: c } = core;
  if (reusePort && Number.isNaN(c.SO_REUSEPORT))
    throw new RangeError("reusePort: this system lacks SO_REUSEPORT");
  if (dualstackIPv6) {
    if (!dualstack()) throw new RangeError("dualstackIPv6: this system lacks dual-stack IPv6 sockets");
    if (family !== c.AF_INET6) throw new RangeError("dualstackIPv6 requires family AF_INET6");
  }
  const socket = new Class(family, c.SOCK_STREAM);
  try {
    // On Windows SO_REUSEADDR would let another process steal the port.
    if (core.host.target !== "windows64") socket.setsockopt(c.SOL_SOCKET, c.SO_REUSEADDR, 1);
    if (reusePort) socket.setsockopt(c.SOL_SOCKET, c.SO_REUSEPORT, 1);
    if (family === c.AF_INET6) socket.setsockopt(c.IPPROTO_IPV6, c.IPV6_V6ONLY, dualstackIPv6 ? 0 : 1);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

export function bindCreate<B extends Uint8Array>(
  core: Core,
  { getaddrinfo }: Pick<ReturnType<typeof bindResolve>, "getaddrinfo">,
) {
  const { constants: c } = core;

  /** Whether one AF_INET6 listener can take IPv4 connections too. */
  function hasDualstackIPv6(): boolean {
    if (Number.isNaN(c.AF_INET6) || Number.isNaN(c.IPPROTO_IPV6) || Number.isNaN(c.IPV6_V6ONLY)) return false;
    try {
      using probe = new core.Socket(c.AF_INET6, c.SOCK_STREAM);
      probe.setsockopt(c.IPPROTO_IPV6, c.IPV6_V6ONLY, 0);
      return true;
    } catch (error) {
      if (error instanceof OSError) return false;
      throw error;
    }
  }

  /**
   * Connects to a TCP service, by each address of its host in turn. `seconds` bounds each attempt
   * and becomes the socket's timeout (null: it blocks; undefined: the default timeout).
   * @throws the last attempt's, GaiError.
   */
  function createConnection(
    address: readonly [host: HostName | null, port: HostName | number | null],
    seconds?: number | null,
    sourceAddress?: readonly [host: HostName, port: number] | null,
    { allErrors = false }: ConnectionOptions = {},
  ): Socket<InetAddress | Inet6Address, B> {
    checkTarget(address, seconds);
    const failures: OSError[] = [];
    for (const [family, type, proto, , target] of getaddrinfo(
      address[0],
      address[1],
      c.AF_UNSPEC as Family<any>,
      c.SOCK_STREAM,
    )) {
      let socket: Socket<any, B> | undefined;
      try {
        socket = new core.Socket(family, type, proto) as Socket<any, B>;
        if (seconds !== undefined) socket.settimeout(seconds);
        if (sourceAddress) socket.bind(sourceAddress);
        socket.connect(target);
        return socket;
      } catch (error) {
        socket?.close();
        if (!(error instanceof OSError)) throw error;
        failures.push(error);
      }
    }
    throw noConnection(failures, allErrors);
  }

  /**
   * A listening TCP socket: SO_REUSEADDR where that is safe, IPv6 alone or with IPv4.
   * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES, GaiError, RangeError (dual stack of AF_INET).
   */
  function createServer<A>(
    address: readonly [host: HostName, port: number],
    options: ServerOptions<A> & Required<Pick<ServerOptions<A>, "family">>,
  ): Socket<A, B>;
  function createServer(
    address: readonly [host: HostName, port: number],
    options?: ServerOptions<InetAddress>,
  ): Socket<InetAddress, B>;
  function createServer(
    address: readonly [host: HostName, port: number],
    options: ServerOptions<any> = {},
  ): Socket<any, B> {
    const socket = listenerOf(core, core.Socket, hasDualstackIPv6, options) as Socket<any, B>;
    try {
      socket.bind(address);
      socket.listen(options.backlog);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  return { hasDualstackIPv6, createConnection, createServer };
}
