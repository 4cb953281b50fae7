// Lookups of names, by the policy. A name that is no number is a name, whatever the resolver would make
// of it.
import { lengthOf } from "../../ts/base/views.js";
import type { AddrInfoRow, Host, HostEntry, LookupFailure } from "../contract.js";
import { AddressReader, INET6, newAddress, ROOM } from "./address.js";
import { NO_RECOVERY } from "./ended.js";
import type { Gate } from "./gate.js";
import { newIp, unmap, type Ip } from "./ip.js";
import type { Word } from "./judge.js";
import { latin1 } from "./latin1.js";

/** Bytes of any name, address or service, by far: what is longer is not copied. */
const MAX_NAME = 1025;

type Query = Parameters<Host["getaddrinfo"]>;
type Names = "getservbyname" | "getservbyport" | "getprotobyname" | "gethostname" | "sethostname";
type Interfaces = "if_nametoindex" | "if_indextoname" | "if_nameindex";
type Hosts = "getaddrinfo" | "getnameinfo" | "gethostbyname" | "gethostbyaddr";
type Lookups = Pick<Host, Names | Interfaces | Hosts | `${Hosts}Async`>;

export function lookupsOf(gate: Gate): Lookups {
  const { inner, judge, little, granted, word, interfaceOf } = gate;
  const { EACCES } = gate.errors;
  const { AI_NUMERICHOST, NI_NUMERICHOST, NI_NUMERICSERV } = judge.constants;
  const tooLong = (name: Uint8Array | null): boolean => name !== null && lengthOf(name) > MAX_NAME;
  const failure: LookupFailure = { status: gate.errors.EAI_FAIL, errno: 0 };
  const noHost: LookupFailure = { status: NO_RECOVERY, errno: 0 };

  /** The flags that a host's name is asked with: a numeric one without a rule goes to no resolver. */
  function flagsFor(name: string): number | undefined {
    const decision = judge.hostName(name);
    const numeric = !decision.granted && isNumeric(name);
    if (!numeric) return granted("getaddrinfo", decision) ? 0 : undefined;
    const at = name.indexOf("%");
    if (at >= 0 && !granted("getaddrinfo", judge.interfaceName(name.slice(at + 1)))) return undefined;
    return AI_NUMERICHOST;
  }

  /** A query that may be made, in memory of its own; undefined if it may not. */
  function query([node, service, family, type, protocol, flags]: Query): Query | undefined {
    if (tooLong(node) || tooLong(service)) return undefined;
    const host = node === null ? null : new Uint8Array(node);
    const port = service === null ? null : new Uint8Array(service);
    const more = host === null ? 0 : flagsFor(latin1(host));
    if (more === undefined) return undefined;
    const asked = flags | more;
    if (
      port !== null &&
      !/^\d*$/.test(latin1(port)) &&
      !(serviceName(port) && word("getaddrinfo", "services"))
    )
      return undefined;
    return [host, port, family, type, protocol, asked];
  }

  function nameQuery(bytes: Uint8Array, flags: number): [Uint8Array, number] | undefined {
    if (tooLong(bytes)) return undefined;
    const name = new Uint8Array(bytes);
    const scope = scopeOf(name);
    if (scope !== 0 && !granted("getnameinfo", judge.interfaceName(interfaceOf(scope)))) return undefined;
    if ((flags & NI_NUMERICHOST) === 0 && !granted("getnameinfo", judge.reverse(inetOf(name))))
      return undefined;
    if ((flags & NI_NUMERICSERV) === 0 && !word("getnameinfo", "services")) return undefined;
    return [name, flags];
  }

  /** The interface in an address of IPv6, of which getnameinfo(3) tells the name; 0: none. */
  function scopeOf(bytes: Uint8Array): number {
    const words = new DataView(bytes.buffer);
    return bytes.length >= 28 && words.getUint16(0, little) === INET6 ? words.getUint32(24, little) : 0;
  }

  function inetOf(bytes: Uint8Array): Ip | null {
    const own = new Uint8Array(ROOM);
    if (bytes.length > ROOM || bytes.length < 2) return null;
    own.set(bytes);
    const found = newAddress();
    new AddressReader(own, little).read(found, 0, bytes.length, INET6);
    return found.kind === "ip" ? found.ip : null;
  }

  function hostQuery(bytes: Uint8Array): Uint8Array | undefined {
    if (tooLong(bytes)) return undefined;
    const name = new Uint8Array(bytes);
    const text = latin1(name);
    const decision = judge.hostName(text);
    if (!decision.granted && isQuad(text)) return name;
    return granted("gethostbyname", decision) ? name : undefined;
  }

  function reverseQuery(bytes: Uint8Array): Uint8Array | undefined {
    if (tooLong(bytes)) return undefined;
    const copy = new Uint8Array(bytes);
    const ip = newIp();
    const words = new DataView(copy.buffer);
    if (copy.length === 4) ip.words[3] = words.getUint32(0);
    else if (copy.length === 16) {
      ip.v4 = false;
      for (let i = 0; i < 4; i++) ip.words[i] = words.getUint32(4 * i);
      unmap(ip);
    }
    const decision = judge.reverse(copy.length === 4 || copy.length === 16 ? ip : null);
    return granted("gethostbyaddr", decision) ? copy : undefined;
  }

  /** Names of services, protocols and interfaces, out of the guest's memory. */
  function named(call: string, kind: Word, name: Uint8Array, then: (copy: Uint8Array) => number): number {
    if (tooLong(name)) return -EACCES;
    const copy = new Uint8Array(name);
    return serviceName(copy) && word(call, kind) ? then(copy) : -EACCES;
  }

  return {
    getaddrinfo(...asked) {
      const own = query(asked);
      return own === undefined ? failure : inner.getaddrinfo(...own);
    },
    getnameinfo(bytes, flags) {
      const own = nameQuery(bytes, flags);
      return own === undefined ? failure : inner.getnameinfo(...own);
    },
    gethostbyname(name) {
      const own = hostQuery(name);
      return own === undefined ? noHost : inner.gethostbyname(own);
    },
    gethostbyaddr(bytes, family) {
      const own = reverseQuery(bytes);
      return own === undefined ? noHost : inner.gethostbyaddr(own, family);
    },
    async getaddrinfoAsync(...asked): Promise<AddrInfoRow[] | LookupFailure> {
      const own = query(asked);
      return own === undefined ? failure : inner.getaddrinfoAsync(...own);
    },
    async getnameinfoAsync(bytes, flags): Promise<[string, string] | LookupFailure> {
      const own = nameQuery(bytes, flags);
      return own === undefined ? failure : inner.getnameinfoAsync(...own);
    },
    async gethostbynameAsync(name): Promise<HostEntry | LookupFailure> {
      const own = hostQuery(name);
      return own === undefined ? noHost : inner.gethostbynameAsync(own);
    },
    async gethostbyaddrAsync(bytes, family): Promise<HostEntry | LookupFailure> {
      const own = reverseQuery(bytes);
      return own === undefined ? noHost : inner.gethostbyaddrAsync(own, family);
    },

    getservbyname(name, protocol) {
      if (tooLong(protocol)) return -EACCES;
      const own = protocol === null ? null : new Uint8Array(protocol);
      if (own !== null && !serviceName(own)) return -EACCES;
      return named("getservbyname", "services", name, copy => inner.getservbyname(copy, own));
    },
    getservbyport(port, protocol) {
      if (tooLong(protocol)) return -EACCES;
      const own = protocol === null ? null : new Uint8Array(protocol);
      const may = (own === null || serviceName(own)) && word("getservbyport", "services");
      return may ? inner.getservbyport(port, own) : -EACCES;
    },
    getprotobyname: name => named("getprotobyname", "services", name, copy => inner.getprotobyname(copy)),
    gethostname: () => (word("gethostname", "hostname") ? inner.gethostname() : -EACCES),
    sethostname: () => -EACCES,
    if_nametoindex(name) {
      if (tooLong(name)) return -EACCES;
      const copy = new Uint8Array(name);
      const may = serviceName(copy) && granted("if_nametoindex", judge.interfaceName(latin1(copy)));
      return may ? inner.if_nametoindex(copy) : -EACCES;
    },
    if_indextoname(index) {
      const name = inner.if_indextoname(index);
      const decision = judge.interfaceName(typeof name === "string" ? name : "");
      return granted("if_indextoname", decision) ? name : -EACCES;
    },
    if_nameindex: () => (word("if_nameindex", "interfaces") ? inner.if_nameindex() : -EACCES),
  };
}

/** Names end at a zero, and what was judged would not be what is asked. */
const serviceName = (name: Uint8Array): boolean => !name.includes(0);

/** A dotted quad: no resolver asks anybody about it. */
function isQuad(name: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(name);
}

/** What AI_NUMERICHOST may judge: never a name. */
function isNumeric(name: string): boolean {
  return name.length <= 64 && (/^[0-9.]+$/.test(name) || /^(?=[^%]*:)[0-9a-fA-F:.]+(%[^\0]*)?$/.test(name));
}
