// Python's makers of TCP sockets: create_connection, create_server, has_dualstack_ipv6.
import type { Core } from "./core.js";
import { OSError } from "./error.js";
import type { Socket } from "./socket.js";
import type { Family, InetAddress } from "./types.js";

export interface ServerOptions<A = InetAddress> {
  /** AF_INET (the default) or AF_INET6. */
  family?: Family<A>;
  backlog?: number;
  /** SO_REUSEPORT: several listeners share the port. */
  reusePort?: boolean;
  /** An AF_INET6 listener takes IPv4 connections too. */
  dualstackIPv6?: boolean;
}

export function bindCreate(core: Core) {
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

  /** A listening TCP socket: SO_REUSEADDR where that is safe, IPv6 alone or with IPv4. */
  function createServer<A = InetAddress>(address: Readonly<InetAddress>, { family = c.AF_INET as Family<A>, backlog, reusePort = false, dualstackIPv6 = false }: ServerOptions<A> = {}): Socket<A> {
    if (reusePort && Number.isNaN(c.SO_REUSEPORT)) throw new RangeError("reusePort: this system lacks SO_REUSEPORT");
    if (dualstackIPv6) {
      if (!hasDualstackIPv6()) throw new RangeError("dualstackIPv6: this system lacks dual-stack IPv6 sockets");
      if (family !== c.AF_INET6) throw new RangeError("dualstackIPv6 requires family AF_INET6");
    }
    const socket = new core.Socket(family, c.SOCK_STREAM) as Socket;
    try {
      // On Windows SO_REUSEADDR would let another process steal the port.
      if (core.host.target !== "windows64") socket.setsockopt(c.SOL_SOCKET, c.SO_REUSEADDR, 1);
      if (reusePort) socket.setsockopt(c.SOL_SOCKET, c.SO_REUSEPORT, 1);
      if (family === c.AF_INET6) socket.setsockopt(c.IPPROTO_IPV6, c.IPV6_V6ONLY, dualstackIPv6 ? 0 : 1);
      socket.bind(address);
      socket.listen(backlog);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  return { hasDualstackIPv6, createServer };
}
