// The module's functions: makers of sockets, byte order, text forms, defaults.
import { bytesOf, int } from "./check.js";
import { open, type Core } from "./core.js";
import { OSError } from "./error.js";
import type { Socket } from "./socket.js";
import { checkTimeout } from "./timeout.js";
import type { Data, Family, Protocol, UnixAddress } from "./types.js";

export function bind(core: Core) {
  const { host, wire, errors, constants: c } = core, { calls, target } = wire;

  function family6(name: string, family: number): 4 | 16 {
    if (family === c.AF_INET) return 4;
    if (family === c.AF_INET6) return 16;
    throw errors.named("EAFNOSUPPORT", name, int("family", family, 0, 0xffff));
  }
  function packed(call: "pton4" | "pton6" | "aton", text: string): Buffer | null {
    if (typeof text !== "string") throw new TypeError(`address must be a string, got ${text}`);
    const length = wire.putText(text);
    const size = length < 0 ? length : calls[call](wire.text, length, wire.image);
    return size < 0 ? null : Buffer.from(wire.bytes.subarray(wire.image, wire.image + size));
  }

  return {
    /** `socketpair(2)`: two connected sockets, AF_UNIX by default. Errors: EOPNOTSUPP, EMFILE. */
    socketpair,

    /** Duplicates a descriptor and makes a Socket of it (`fcntl(F_DUPFD_CLOEXEC)`). */
    fromfd<A>(fd: number, family: Family<A>, type: number, proto = 0): Socket<A> {
      return new core.Socket(family, type, proto, open(core, "dup", () => host.dup(int("fd", fd, 0, 0x7fffffff))));
    },

    /** Makes a socket of what another process's share() gave (WSASocketW). Windows only: elsewhere it throws ENOSYS. */
    fromshare(data: Data): Socket {
      bytesOf("data", data);
      throw errors.named("ENOSYS", "fromshare");
    },

    /** `close(2)` of any descriptor. Errors: EBADF. */
    close(fd: number): void {
      host.disown(fd);
      const result = host.close(int("fd", fd, -0x80000000, 0x7fffffff));
      if (result < 0 && result !== -errors.number("ECONNRESET")) throw errors.system(-result, "close", fd);
    },

    /** Seconds that new sockets may take for a call; null: no limit. */
    getdefaulttimeout: (): number | null => core.defaultTimeout,
    setdefaulttimeout(seconds: number | null): void { core.defaultTimeout = checkTimeout(seconds); },

    /** `inet_pton(3)`: 4 or 16 bytes. Errors: OSError for bad text, EAFNOSUPPORT. */
    inet_pton(family: number, text: string): Buffer {
      const bytes = packed(family6("inet_pton", family) === 4 ? "pton4" : "pton6", text);
      if (!bytes) throw new OSError(`illegal IP address string passed to inet_pton: ${JSON.stringify(text)}`, { syscall: "inet_pton", address: text });
      return bytes;
    },

    /** `inet_ntop(3)`: the text of 4 or 16 bytes. Errors: RangeError for another length, EAFNOSUPPORT. */
    inet_ntop(family: number, bytes: Data): string {
      const size = family6("inet_ntop", family), data = bytesOf("bytes", bytes);
      if (data.length !== size) throw new RangeError(`inet_ntop: bytes must be ${size} bytes long, got ${data.length}`);
      wire.bytes.set(data, wire.image);
      return wire.takeText(calls[size === 4 ? "ntop4" : "ntop6"](wire.image, wire.text));
    },

    /** CMSG_LEN(3): a control message of `length` bytes, without the padding after it. */
    CMSG_LEN: (length: number): number => calls.cmsg_len(target, int("length", length, 0, 0x7fffffe0)),
    /** CMSG_SPACE(3): with the padding. */
    CMSG_SPACE: (length: number): number => calls.cmsg_space(target, int("length", length, 0, 0x7fffffe0)),
  };

  function socketpair(): [Socket<UnixAddress>, Socket<UnixAddress>];
  function socketpair<A>(family: Family<A>, type?: number, proto?: number | Protocol<A>): [Socket<A>, Socket<A>];
  function socketpair(family: number = c.AF_UNIX, type: number = c.SOCK_STREAM, proto = 0): [Socket, Socket] {
    const pair = new Int32Array(2);
    open(core, "socketpair", () => host.socketpair(int("family", family, 0, 0xffff), int("type", type, 0, 0x7fffffff), int("proto", proto, 0, 0x7fffffff), pair));
    return [new core.Socket(family, type, proto, pair[0]), new core.Socket(family, type, proto, pair[1])];
  }
}
