// The module's functions: makers of sockets, byte order, text forms, defaults.
import { bytesOf, cint, int, MAX_INT } from "./check.js";
import { sizes } from "./cmsg.js";
import { adopt, open, type Core } from "./core.js";
import { checkConstant } from "./endpoint.js";
import { textForms } from "./inet.js";
import type { Socket } from "./socket.js";
import { checkTimeout } from "./timeout.js";
import type { Data, Family, Protocol, UnixAddress } from "./types.js";

/** Makes a socket of one of the two classes of a descriptor that is open already. */
type Make<S> = (family: number, type: number, proto: number, fd: number) => S;

function checkKind(core: Core, family: number, type: number, proto: number): void {
  checkConstant(core, "family", family, 0xffff, "AF_"), checkConstant(core, "type", type, MAX_INT, "SOCK_"), cint("proto", proto);
}

/** fromfd() for either class. */
export function copied<S>(core: Core, make: Make<S>, fd: number, family: number, type: number, proto: number): S {
  checkKind(core, family, type, proto);
  const copy = open(core, "dup", () => core.host.dup(int("fd", fd, 0, MAX_INT)));
  return adopt(core, copy, () => make(family, type, proto, copy));
}

/** socketpair() for either class. */
export function paired<S>(core: Core, make: Make<S>, family: number, type: number, proto: number): [S, S] {
  const fds = new Int32Array(2);
  checkKind(core, family, type, proto);
  open(core, "socketpair", () => core.host.socketpair(family, type, proto, fds));
  return [make(family, type, proto, fds[0]!), make(family, type, proto, fds[1]!)];
}

export function bind(core: Core) {
  const { host, wire, errors, constants: c } = core;

  return {
    /** `socketpair(2)`: two connected sockets, AF_UNIX by default. Errors: EOPNOTSUPP, EMFILE. */
    socketpair,

    /** Duplicates a descriptor and makes a Socket of it (`fcntl(F_DUPFD_CLOEXEC)`). */
    fromfd,

    /** Duplicates a descriptor (`fcntl(F_DUPFD_CLOEXEC)`); close() the new one. Errors: EBADF, EMFILE. */
    dup: (fd: number): number => open(core, "dup", () => host.dup(int("fd", fd, 0, MAX_INT))),

    /** Makes a socket of what another process's share() gave (WSASocketW). Windows only: elsewhere it throws ENOSYS. */
    fromshare(data: Data): Socket {
      bytesOf("data", data);
      throw errors.named("ENOSYS", "fromshare");
    },

    /** `close(2)` of any descriptor. Errors: EBADF. */
    close(fd: number): void {
      host.disown(cint("fd", fd));
      const result = host.close(fd);
      if (result < 0 && result !== -errors.number("ECONNRESET")) throw errors.system(-result, "close", fd);
    },

    /** Seconds that new sockets may take for a call; null: no limit. */
    getdefaulttimeout: (): number | null => core.defaultTimeout,
    setdefaulttimeout(seconds: number | null): void { core.defaultTimeout = checkTimeout(seconds); },

    ...textForms<Buffer>(wire, (call, family) => errors.named("EAFNOSUPPORT", call, family)),
    ...sizes(wire),
  };

  function fromfd<A>(fd: number, family: Family<any>, type: number, proto: Protocol<A>): Socket<A>;
  function fromfd<A>(fd: number, family: Family<A>, type: number, proto?: number): Socket<A>;
  function fromfd(fd: number, family: number, type: number, proto?: number): Socket<any>;
  function fromfd(fd: number, family: number, type: number, proto = 0): Socket {
    return copied(core, (...kind) => new core.Socket(...kind), fd, family, type, proto);
  }

  function socketpair(): [Socket<UnixAddress>, Socket<UnixAddress>];
  function socketpair<A>(family: Family<A>, type?: number, proto?: number): [Socket<A>, Socket<A>];
  function socketpair(family?: number, type?: number, proto?: number): [Socket<any>, Socket<any>];
  function socketpair(family: number = c.AF_UNIX, type: number = c.SOCK_STREAM, proto = 0): [Socket, Socket] {
    return paired(core, (...kind) => new core.Socket(...kind), family, type, proto);
  }
}
