// The services and protocols databases, and the name of this machine: getservbyname(3),
// getservbyport(3), getprotobyname(3), gethostname(2). They read files, so they answer at once.
import type { ByteString } from "../../shim/contract.js";
import { int } from "../base/check.js";
import type { Core } from "../context.js";
import { OSError } from "../base/error.js";
import { systemBytes, textBytes } from "./host-names.js";
import { decodeByteString } from "../base/surrogate-escape.js";
import type { HostName } from "../base/types.js";

export function bindDatabase(core: Core) {
  const { host, errors, audit } = core;

  /** A call's result, or its error. */
  function checked<T extends number | ByteString>(result: T | number, syscall: string, address?: unknown): T {
    if (typeof result === "number" && result < 0) throw errors.system(-result, syscall, address);
    return result as T;
  }

  /** The same for a database, where ENOENT means that it has no such entry. */
  function entry<T extends number | ByteString>(
    result: T | number,
    missing: string,
    syscall: string,
    address: unknown,
  ): T {
    if (result === -errors.number("ENOENT")) throw new OSError(missing, { syscall, address });
    return checked(result, syscall, address);
  }

  return {
    gethostname,

    /**
     * `sethostname(2)`.
     * @throws EPERM, EINVAL (too long).
     */
    sethostname(name: HostName): void {
      const bytes = systemBytes("sethostname: name", name);
      const channel = audit["socket.sethostname"];
      if (channel.hasSubscribers) channel.publish({ name });
      checked(host.sethostname(bytes), "sethostname", name);
    },

    /**
     * `getservbyname(3)`: a service's port, of any protocol or of this one ("tcp").
     * @throws OSError if there is none.
     */
    getservbyname(servicename: string, protocolname?: string): number {
      const name = textBytes("getservbyname: servicename", servicename);
      const channel = audit["socket.getservbyname"];
      const protocol =
        protocolname === undefined ? null : textBytes("getservbyname: protocolname", protocolname);
      if (channel.hasSubscribers) channel.publish({ servicename, protocolname: protocolname ?? null });
      return entry(
        host.getservbyname(name, protocol),
        "service/proto not found",
        "getservbyname",
        servicename,
      );
    },

    /**
     * `getservbyport(3)`: the service of a port, of any protocol or of this one.
     * @throws OSError if there is none.
     */
    getservbyport(port: number, protocolname?: string): string {
      int("getservbyport: port", port, 0, 65535);
      const protocol =
        protocolname === undefined ? null : textBytes("getservbyport: protocolname", protocolname);
      const channel = audit["socket.getservbyport"];
      if (channel.hasSubscribers) channel.publish({ port, protocolname: protocolname ?? null });
      return decodeByteString(
        entry<ByteString>(host.getservbyport(port, protocol), "port/proto not found", "getservbyport", port),
      );
    },

    /**
     * `getprotobyname(3)`: a protocol's number ("icmp" is 1).
     * @throws OSError if there is none.
     */
    getprotobyname(protocolname: string): number {
      return entry(
        host.getprotobyname(textBytes("getprotobyname: protocolname", protocolname)),
        "protocol not found",
        "getprotobyname",
        protocolname,
      );
    },
  };

  /** `gethostname(2)`: the name of this machine. */
  function gethostname(): string {
    if (audit["socket.gethostname"].hasSubscribers) audit["socket.gethostname"].publish({});
    return decodeByteString(checked<ByteString>(host.gethostname(), "gethostname"));
  }
}
