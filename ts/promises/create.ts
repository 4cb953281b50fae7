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
import type {
  AddressIn,
  AddrInfo,
  Data,
  Family,
  HostName,
  Inet6Address,
  InetAddress,
  Protocol,
  SockType,
  UnixAddress,
} from "../base/types.js";
import { interleave, race } from "./happy-eyeballs.js";
import { given, peel, readOptions, withOptions, type CallOptions } from "./call-options.js";
import type { bindResolve } from "./resolve.js";
import type { Listener, Socket } from "./socket.js";

export function bindCreate<B extends Uint8Array>(
  core: Core,
  Class: new (...kind: ConstructorParameters<typeof Socket>) => Socket<any, B>,
  hasDualstackIPv6: () => boolean,
  { getaddrinfo }: Pick<ReturnType<typeof bindResolve>, "getaddrinfo">,
) {
  const { constants: c } = core;

  return {
    createConnection,
    createServer,
    socketpair,
    fromfd,

    sendFds,
    recvFds,
  };

  /**
   * `sendmsg(2)` with SCM_RIGHTS: sends descriptors over an AF_UNIX socket. Resolves to the count
   * of bytes sent.
   * @throws EBADF, EPIPE, ETOOMANYREFS.
   */
  function sendFds<A, R extends Uint8Array>(
    socket: Socket<A, R>,
    buffers: Iterable<Data>,
    fds: Iterable<number>,
    flags?: number,
    address?: AddressIn<A> | null,
    options?: CallOptions,
  ): Promise<number>;
  function sendFds<A, R extends Uint8Array>(
    socket: Socket<A, R>,
    buffers: Iterable<Data>,
    fds: Iterable<number>,
    flags: number | undefined,
    options?: CallOptions,
  ): Promise<number>;
  function sendFds<A, R extends Uint8Array>(
    socket: Socket<A, R>,
    buffers: Iterable<Data>,
    fds: Iterable<number>,
    options?: CallOptions,
  ): Promise<number>;
  async function sendFds<A, R extends Uint8Array>(
    socket: Socket<A, R>,
    buffers: Iterable<Data>,
    fds: Iterable<number>,
    fourth?: number | CallOptions,
    fifth?: AddressIn<A> | CallOptions | null,
    sixth?: CallOptions,
  ): Promise<number> {
    const options = peel(sixth, fourth, fifth);
    const address = given(fifth, null) as AddressIn<A> | null;
    return socket.sendmsg(buffers, [rightsItem(core, fds)], given(fourth, 0), address, options);
  }

  /**
   * `recvmsg(2)` with room for `maxfds` descriptors (253 at most on Linux). They are
   * close-on-exec and yours to close.
   */
  function recvFds<A, R extends Uint8Array>(
    socket: Socket<A, R>,
    bufsize: number,
    maxfds: number,
    flags?: number,
    options?: CallOptions,
  ): Promise<[data: R, fds: number[], msgFlags: number, address: A | null]>;
  function recvFds<A, R extends Uint8Array>(
    socket: Socket<A, R>,
    bufsize: number,
    maxfds: number,
    options?: CallOptions,
  ): Promise<[data: R, fds: number[], msgFlags: number, address: A | null]>;
  async function recvFds<A, R extends Uint8Array>(
    socket: Socket<A, R>,
    bufsize: number,
    maxfds: number,
    fourth?: number | CallOptions,
    fifth?: CallOptions,
  ): Promise<[data: R, fds: number[], msgFlags: number, address: A | null]> {
    const [data, items, msgFlags, address] = await socket.recvmsg(
      bufsize,
      rightsSpace(core, maxfds),
      given(fourth, 0),
      peel(fifth, fourth),
    );
    return [data, takeFds(core, items), msgFlags, address];
  }

  /**
   * Connects to a TCP service by Happy Eyeballs (RFC 8305): the addresses of its host are tried 250
   * ms after each other, or as soon as the one before has failed, IPv6 and IPv4 in turn; the first
   * connection is taken, the others are closed. `seconds` bounds each attempt and becomes the
   * socket's timeout (null: none; undefined: the default timeout).
   * @throws that of the last address, or with `allErrors` each one's, as an AggregateError;
   * GaiError.
   */
  function createConnection(
    address: readonly [host: HostName | null, port: HostName | number | null],
    seconds?: number | null,
    sourceAddress?: readonly [host: HostName, port: number] | null,
    options?: ConnectionOptions & CallOptions,
  ): Promise<Socket<InetAddress | Inet6Address, B>>;
  function createConnection(
    address: readonly [host: HostName | null, port: HostName | number | null],
    seconds: number | null | undefined,
    options?: ConnectionOptions & CallOptions,
  ): Promise<Socket<InetAddress | Inet6Address, B>>;
  function createConnection(
    address: readonly [host: HostName | null, port: HostName | number | null],
    options?: ConnectionOptions & CallOptions,
  ): Promise<Socket<InetAddress | Inet6Address, B>>;
  async function createConnection(
    address: readonly [host: HostName | null, port: HostName | number | null],
    ...rest: unknown[]
  ): Promise<Socket<InetAddress | Inet6Address, B>> {
    const [args, options] = withOptions<unknown[], ConnectionOptions & CallOptions>(rest, ["allErrors"]);
    const [seconds, sourceAddress] = args as [
      seconds?: number | null,
      sourceAddress?: readonly [host: HostName, port: number] | null,
    ];
    const { allErrors = false, signal } = options;
    signal?.throwIfAborted();
    checkTarget(address, seconds);
    const rows = await getaddrinfo(address[0], address[1], c.AF_UNSPEC as Family<any>, c.SOCK_STREAM, {
      signal,
    });
    const open = new Set<Socket<any, B>>();

    async function attempt([family, type, proto, , target]: AddrInfo<any>): Promise<Socket<any, B>> {
      const socket = new Class(family, type, proto);
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
  function createServer<A>(
    address: readonly [host: HostName, port: number],
    options: ServerOptions<A> & CallOptions & Required<Pick<ServerOptions<A>, "family">>,
  ): Promise<Listener<A, B>>;
  function createServer(
    address: readonly [host: HostName, port: number],
    options?: ServerOptions<InetAddress> & CallOptions,
  ): Promise<Listener<InetAddress, B>>;
  async function createServer(
    address: readonly [host: HostName, port: number],
    given?: ServerOptions<any> & CallOptions,
  ): Promise<Listener<any, B>> {
    const options = readOptions<ServerOptions<any> & CallOptions>(given, [
      "family",
      "backlog",
      "reusePort",
      "dualstackIPv6",
    ]);
    options.signal?.throwIfAborted();
    const socket = listenerOf(core, Class, hasDualstackIPv6, options);
    try {
      await socket.bind(address, { signal: options.signal });
      socket.listen(options.backlog);
      return socket as Listener<any, B>;
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
  function fromfd<A>(fd: number, family: Family<any>, type: SockType, proto: Protocol<A>): Socket<A, B>;
  function fromfd<A>(fd: number, family: Family<A>, type: SockType, proto?: number): Socket<A, B>;
  function fromfd(fd: number, family: number, type: SockType, proto?: number): Socket<any, B>;
  function fromfd(fd: number): Socket<any, B>;
  function fromfd(fd: number, family?: number, type?: number, proto?: number): Socket<any, B> {
    return copied(core, (...kind) => new Class(...kind), fd, family, type, proto);
  }

  /**
   * `socketpair(2)`: two connected sockets, AF_UNIX by default.
   * @throws EOPNOTSUPP, EMFILE.
   */
  function socketpair(): [Socket<UnixAddress, B>, Socket<UnixAddress, B>];
  function socketpair<A>(family: Family<A>, type?: SockType, proto?: number): [Socket<A, B>, Socket<A, B>];
  function socketpair(family?: number, type?: SockType, proto?: number): [Socket<any, B>, Socket<any, B>];
  function socketpair(
    family: number = c.AF_UNIX,
    type: number = c.SOCK_STREAM,
    proto = 0,
  ): [Socket<any, B>, Socket<any, B>] {
    return paired(core, (...kind) => new Class(...kind), family, type, proto);
  }
}
