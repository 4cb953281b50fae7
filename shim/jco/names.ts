// The WIT's interface `names` (wasm/wit/names.wit) over a host, in the form that jco takes: errors are
// thrown with a `payload`.
import { constantNames } from "../../ts/base/constants.gen.js";
import type { ByteString, Host, LookupFailure } from "../contract.js";
import { WitError } from "./error.js";
import type { Case } from "./values.js";

/** Why a lookup failed: an EAI_* number, or the errno of EAI_SYSTEM. */
export type LookupError = Case<"status", number> | Case<"system", number>;

/** One result of getaddrinfo(). */
export interface AddressInfo {
  /** AF_*. */
  family: number;
  /** SOCK_*. */
  kind: number;
  /** IPPROTO_*. */
  protocol: number;
  /** Of the first result, where AI_CANONNAME asked for it. */
  canonicalName: string;
  /** A sockaddr of the host's target: `codec.decodeAddress` reads it. */
  address: Uint8Array;
}
/** An interface by number and name. */
export interface NetworkInterface {
  /** From 1 on. */
  index: number;
  /** As `ip link` shows it. */
  name: string;
}

/** The interface `names`, as jco imports it. */
export interface Names {
  /** `getaddrinfo(3)`. @throws WitError with a `LookupError`. */
  getaddrinfo(
    node: string | undefined,
    service: string | undefined,
    family: number,
    kind: number,
    protocol: number,
    flags: number,
  ): AddressInfo[];
  /** `getnameinfo(3)` of a sockaddr: host and service. @throws WitError with a `LookupError`. */
  getnameinfo(address: Uint8Array, flags: number): [host: string, service: string];
  /** `getservbyname(3)`: the port. */
  getservbyname(name: string, protocol: string | undefined): number | undefined;
  /** `getservbyport(3)`: the name. */
  getservbyport(port: number, protocol: string | undefined): string | undefined;
  /** `getprotobyname(3)`: the number. */
  getprotobyname(name: string): number | undefined;
  /** `gethostname(2)`. @throws WitError with an errno, here and below. */
  gethostname(): string;
  /** `if_nametoindex(3)`. */
  ifNametoindex(name: string): number;
  /** `if_indextoname(3)`. */
  ifIndextoname(index: number): string;
  /** `if_nameindex(3)`. */
  ifNameindex(): NetworkInterface[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A name as the system has it; what is not UTF-8 in it is replaced. */
const textOf = (name: ByteString): string => decoder.decode(Uint8Array.from(name, c => c.charCodeAt(0)));

export function namesOf(host: Host): Names {
  const values = host.constants();
  const EAI_NONAME = values[constantNames.indexOf("EAI_NONAME")]!;
  const EINVAL = values[constantNames.indexOf("EINVAL")]!;

  const failed = ({ status, errno }: LookupFailure): never => {
    const payload: LookupError = errno === 0 ? { tag: "status", val: status } : { tag: "system", val: errno };
    throw new WitError("the lookup failed", payload);
  };
  const refuse = (errno: number): never => {
    throw new WitError(`errno ${errno}`, errno);
  };
  /** Names end at a zero byte: one that holds it is no name. */
  const bytesOf = (name: string): Uint8Array | undefined =>
    name.includes("\0") ? undefined : encoder.encode(name);
  /** A name that may be left out; one that is none fails. */
  const asked = (name: string | undefined): Uint8Array | null =>
    name === undefined ? null : (bytesOf(name) ?? failed({ status: EAI_NONAME, errno: 0 }));
  const found = (result: number): number | undefined => (result < 0 ? undefined : result);

  return {
    getaddrinfo(node, service, family, kind, protocol, flags) {
      const rows = host.getaddrinfo(asked(node), asked(service), family, kind, protocol, flags);
      if (!Array.isArray(rows)) return failed(rows);
      return rows.map(([family, kind, protocol, name, address]) => ({
        family,
        kind,
        protocol,
        canonicalName: textOf(name),
        address,
      }));
    },
    getnameinfo(address, flags) {
      const names = host.getnameinfo(new Uint8Array(address), flags);
      return Array.isArray(names) ? [textOf(names[0]), textOf(names[1])] : failed(names);
    },
    getservbyname(name, protocol) {
      const bytes = bytesOf(name);
      const own = protocol === undefined ? null : bytesOf(protocol);
      return bytes === undefined || own === undefined ? undefined : found(host.getservbyname(bytes, own));
    },
    getservbyport(port, protocol) {
      const own = protocol === undefined ? null : bytesOf(protocol);
      const name = own === undefined ? -1 : host.getservbyport(port, own);
      return typeof name === "string" ? textOf(name) : undefined;
    },
    getprotobyname(name) {
      const bytes = bytesOf(name);
      return bytes === undefined ? undefined : found(host.getprotobyname(bytes));
    },
    gethostname() {
      const name = host.gethostname();
      return typeof name === "string" ? textOf(name) : refuse(-name);
    },
    ifNametoindex(name) {
      const index = host.if_nametoindex(bytesOf(name) ?? refuse(EINVAL));
      return index < 0 ? refuse(-index) : index;
    },
    ifIndextoname(index) {
      const name = host.if_indextoname(index);
      return typeof name === "string" ? textOf(name) : refuse(-name);
    },
    ifNameindex() {
      const rows = host.if_nameindex();
      return Array.isArray(rows)
        ? rows.map(([index, name]) => ({ index, name: textOf(name) }))
        : refuse(-rows);
    },
  };
}
