// Makers of sockets whose calls return promises: createConnection, createServer, socketpair,
// fromfd. And descriptors through sockets.
import type { Core } from "../context.js";
import {
  checkTarget,
  listenerOf,
  noConnection,
  type ConnectionOptions,
  type ServerOptions,
} from "../socket/create.js";
import { copied, paired } from "../socket/functions.js";
import { rightsItem, rightsSpace, takeFds } from "../socket/fd-passing.js";
import type { AddrInfo, Data, Family, HostName, InetAddress, Protocol, UnixAddress } from "../base/types.js";
import { interleave, race } from "./happy-eyeballs.js";
import { readOptions, withOptions, type CallOptions, type Or } from "./options.js";
import type { bindResolve } from "./resolve.js";
import type { Socket as SocketOf } from "./socket.js";

type Socket<A = any> = SocketOf<A>;
type ConnectOptions = ConnectionOptions & CallOptions;

export function bindCreate(
  core: Core,
  Socket: new (...kind: ConstructorParameters<typeof SocketOf>) => Socket,
  hasDualstackIPv6: () => boolean,
  { getaddrinfo }: Pick<ReturnType<typeof bindResolve>, "getaddrinfo">,
) {
  const { constants: c } = core;

  return {
    createConnection,
    createServer,
    socketpair,
    fromfd,

    /**
     * `sendmsg(2)` with SCM_RIGHTS: sends descriptors over an AF_UNIX socket. Resolves to the count
     * of bytes sent.
     * @throws EBADF, EPIPE, ETOOMANYREFS.
     */
    async sendFds(
      socket: Socket,
      buffers: Iterable<Data>,
      fds: Iterable<number>,
      flags?: Or<number>,
      address?: any,
      options?: CallOptions,
    ): Promise<number> {
      return socket.sendmsg(buffers, [rightsItem(core, fds)], flags, address, options);
    },

    /**
     * `recvmsg(2)` with room for `maxfds` descriptors (253 at most on Linux). They are
     * close-on-exec and yours to close.
     * @throws as recvmsg().
     */
    async recvFds(
      socket: Socket,
      bufsize: number,
      maxfds: number,
      flags?: Or<number>,
      options?: CallOptions,
    ): Promise<[data: Buffer, fds: number[], msgFlags: number, address: any]> {
      const [data, items, msgFlags, address] = await socket.recvmsg(
        bufsize,
        rightsSpace(core, maxfds),
        flags,
        options,
      );
      return [data, takeFds(core, items), msgFlags, address];
    },
  };

  /**
   * Connects to a TCP service by Happy Eyeballs (RFC 8305): the addresses of its host are tried 250
   * ms after each other, or as soon as the one before has failed, IPv6 and IPv4 in turn; the first
   * connection is taken, the others are closed. `seconds` bounds each attempt and becomes the
   * socket's timeout (null: none; undefined: the default timeout).
   * @throws that of the last address, or with `allErrors` each one's, as an AggregateError;
   * GaiError.
   */
  async function createConnection(
    address: readonly [host: HostName | null, port: HostName | number | null],
    ...given: [
      seconds?: number | null | ConnectOptions,
      sourceAddress?: Readonly<InetAddress> | null | ConnectOptions,
      options?: ConnectOptions,
    ]
  ): Promise<Socket> {
    const [[seconds, sourceAddress], { allErrors = false, signal }] = withOptions<
      typeof given,
      ConnectOptions
    >(given, ["allErrors"]) as unknown as [
      [seconds?: number | null, sourceAddress?: Readonly<InetAddress> | null],
      ConnectOptions,
    ];
    signal?.throwIfAborted();
    checkTarget(address, seconds);
    const rows = await getaddrinfo(address[0], address[1], c.AF_UNSPEC as Family<any>, c.SOCK_STREAM, {
      signal,
    });
    const open = new Set<Socket>();

    async function attempt([family, type, proto, , target]: AddrInfo<any>): Promise<Socket> {
      const socket = new Socket(family, type, proto);
      open.add(socket);
      try {
        if (seconds !== undefined) socket.settimeout(seconds);
        if (sourceAddress) await socket.bind(sourceAddress);
        await socket.connect(target);
        return socket;
      } catch (error) {
        open.delete(socket);
        socket.close();
        throw error;
      }
    }
    try {
      const socket = await race(
        core.host,
        interleave(rows, row => row[0]),
        attempt,
        errors => noConnection(errors, allErrors),
        signal,
      );
      open.delete(socket);
      return socket;
    } finally {
      for (const socket of open) socket.close();
    }
  }

  /**
   * A listening TCP socket: SO_REUSEADDR where that is safe, IPv6 alone or with IPv4.
   * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES, GaiError, RangeError (dual stack of AF_INET), the
   * signal's reason.
   */
  async function createServer<A = InetAddress>(
    address: Readonly<InetAddress>,
    given?: ServerOptions<A> & CallOptions,
  ): Promise<Socket<A>> {
    const options = readOptions<ServerOptions<A> & CallOptions>(given, [
      "family",
      "backlog",
      "reusePort",
      "dualstackIPv6",
    ]);
    options.signal?.throwIfAborted();
    const socket = listenerOf(core, Socket, hasDualstackIPv6, options);
    try {
      await socket.bind(address, { signal: options.signal });
      socket.listen(options.backlog);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /**
   * Duplicates a descriptor and makes a Socket of it (`fcntl(F_DUPFD_CLOEXEC)`): of this family,
   * type and protocol, or of those that are detected. Both are then O_NONBLOCK.
   * @throws EBADF, ENOTSOCK.
   */
  function fromfd<A>(fd: number, family: Family<any>, type: number, proto: Protocol<A>): Socket<A>;
  function fromfd<A>(fd: number, family: Family<A>, type: number, proto?: number): Socket<A>;
  function fromfd(fd: number, family: number, type: number, proto?: number): Socket<any>;
  function fromfd(fd: number): Socket<any>;
  function fromfd(fd: number, family?: number, type?: number, proto?: number): Socket {
    return copied(core, (...kind) => new Socket(...kind), fd, family, type, proto);
  }

  /**
   * `socketpair(2)`: two connected sockets, AF_UNIX by default.
   * @throws EOPNOTSUPP, EMFILE.
   */
  function socketpair(): [Socket<UnixAddress>, Socket<UnixAddress>];
  function socketpair<A>(family: Family<A>, type?: number, proto?: number): [Socket<A>, Socket<A>];
  function socketpair(family?: number, type?: number, proto?: number): [Socket<any>, Socket<any>];
  function socketpair(family: number = c.AF_UNIX, type: number = c.SOCK_STREAM, proto = 0): [Socket, Socket] {
    return paired(core, (...kind) => new Socket(...kind), family, type, proto);
  }
}
