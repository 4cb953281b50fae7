// The module's functions: makers of sockets, byte order, text forms, defaults.
import { bytesOf, cint, int, MAX_INT } from "../base/check.js";
import { sizes } from "../codec/cmsg.js";
import type { Core } from "../context.js";
import { adopt, open } from "../open.js";
import { checkConstant } from "../base/absent-constants.js";
import { Endpoint } from "./endpoint.js";
import { textForms } from "../codec/numeric-address.js";
import type { Socket } from "./socket.js";
import { checkTimeout } from "./timeout.js";
import type { Data, Family, Protocol, SockType, UnixAddress } from "../base/types.js";

/** Makes a socket of one of the two classes of a descriptor that is open already. */
type Make<S> = (
  family: number | undefined,
  type: number | undefined,
  proto: number | undefined,
  fd: number,
) => S;

function checkKind(core: Core, family: number, type: number, proto: number): void {
  checkConstant(core, "family", family, 0xffff, "AF_");
  checkConstant(core, "type", type, MAX_INT, "SOCK_");
  cint("proto", proto);
}

/** fromfd() for either class. */
export function copied<S>(
  core: Core,
  make: Make<S>,
  fd: number,
  family?: number,
  type?: number,
  proto = family === undefined ? undefined : 0,
): S {
  checkKind(core, family ?? 0, type ?? 0, proto ?? 0);
  const copy = open(core, "dup", () => core.host.dup(int("fd", fd, 0, MAX_INT), 1));
  return adopt(core, copy, () => make(family, type, proto, copy));
}

/** socketpair() for either class. */
export function paired<S>(core: Core, make: Make<S>, family: number, type: number, proto: number): [S, S] {
  const fds = new Int32Array(2);
  checkKind(core, family, type, proto);
  open(core, "socketpair", () => core.host.socketpair(family, type, proto, fds));
  const [one, other] = fds as unknown as [number, number];
  try {
    return [make(family, type, proto, one), make(family, type, proto, other)];
  } catch (error) {
    close(core, one);
    close(core, other);
    throw error;
  }
}

/**
 * Closes a descriptor by its number; the socket of this module that owns it, if there is one, is
 * closed with it.
 */
function close(core: Core, fd: number): void {
  const { host, errors } = core;
  const owner = host.ownerOf(fd);
  if (owner instanceof Endpoint) return owner._closeNumber();
  const result = host.close(fd);
  if (result < 0 && result !== -errors.number("ECONNRESET")) throw errors.system(-result, "close", fd);
}

export function bind<B extends Uint8Array>(core: Core) {
  const { host, wire, errors, constants: c } = core;

  return {
    /**
     * `socketpair(2)`: two connected sockets, AF_UNIX by default.
     * @throws EOPNOTSUPP, EMFILE.
     */
    socketpair,

    /**
     * Duplicates a descriptor and makes a Socket of it (`fcntl(F_DUPFD_CLOEXEC)`): of this family,
     * type and protocol, or of those that are detected (name the protocol of CAN sockets: the
     * kernel does not tell it).
     * @throws EBADF, ENOTSOCK.
     */
    fromfd,

    /**
     * Duplicates a descriptor (`fcntl(F_DUPFD_CLOEXEC)`); close() the new one.
     * @throws EBADF, EMFILE.
     */
    dup: (fd: number): number => open(core, "dup", () => host.dup(int("fd", fd, 0, MAX_INT), 0)),

    /**
     * Makes a socket of what another process's share() gave (WSASocketW). Windows only: elsewhere
     * it throws ENOSYS.
     */
    fromshare(data: Data): Socket<any, B> {
      bytesOf("data", data);
      throw errors.named("ENOSYS", "fromshare");
    },

    /**
     * `close(2)` of any descriptor. A socket that owns it is closed with it, and its waiting calls
     * fail with EBADF.
     * @throws EBADF.
     */
    close: (fd: number): void => close(core, cint("fd", fd)),

    /** Seconds that new sockets may take for a call; null: no limit. */
    getdefaulttimeout: (): number | null => core.defaultTimeout,
    /**
     * What getdefaulttimeout() tells from now on.
     * @throws RangeError (negative, not a number).
     */
    setdefaulttimeout(seconds: number | null): void {
      core.defaultTimeout = checkTimeout(seconds);
    },

    ...textForms<B>(wire, (call, family) => errors.named("EAFNOSUPPORT", call, family)),
    ...sizes(wire),
  };

  function fromfd<A>(fd: number, family: Family<any>, type: SockType, proto: Protocol<A>): Socket<A, B>;
  function fromfd<A>(fd: number, family: Family<A>, type: SockType, proto?: number): Socket<A, B>;
  function fromfd(fd: number, family: number, type: SockType, proto?: number): Socket<any, B>;
  function fromfd(fd: number): Socket<any, B>;
  function fromfd(fd: number, family?: number, type?: number, proto?: number): Socket<any, B> {
    return copied(core, (...kind) => new core.Socket(...kind), fd, family, type, proto);
  }

  function socketpair(): [Socket<UnixAddress, B>, Socket<UnixAddress, B>];
  function socketpair<A>(family: Family<A>, type?: SockType, proto?: number): [Socket<A, B>, Socket<A, B>];
  function socketpair(family?: number, type?: SockType, proto?: number): [Socket<any, B>, Socket<any, B>];
  function socketpair(
    family: number = c.AF_UNIX,
    type: number = c.SOCK_STREAM,
    proto = 0,
  ): [Socket<any, B>, Socket<any, B>] {
    return paired(core, (...kind) => new core.Socket(...kind), family, type, proto);
  }
}
