// Lookups, step by step: what the resolver and the hosts database answer, for both classes. Each is
// a generator that yields what it asks the host, and whoever runs it gives the answer back: at once
// (now), or after another thread has found it (promises/resolver.ts).
import type { AddrInfoRow, HostEntry, LookupFailure, Lookups } from "../../shim/contract.js";
import { cint, int, show } from "../base/check.js";
import type { AnyAddress } from "../codec/address.js";
import type { Core } from "../context.js";
import { nameOf } from "../base/enums.js";
import { checkFlags } from "../base/absent-constants.js";
import { GaiError, HError, OSError } from "../base/error.js";
import { checkedHostBytes, hostBytes, textBytes, textOrBytes } from "./host-names.js";
import { decodeByteString } from "../base/surrogate-escape.js";
import type {
  AddrInfo,
  Family,
  HostInfo,
  HostName,
  Inet6Address,
  Inet6AddressIn,
  InetAddress,
} from "../base/types.js";

const BROADCAST = "255.255.255.255";

/** One question to the host: which of its lookups, and the arguments. */
export type HostCall = {
  [K in keyof Lookups]: readonly [lookup: K, ...args: Parameters<Lookups[K]>];
}[keyof Lookups];
/** A lookup whose result is `T`. */
// biome-ignore lint/suspicious/noExplicitAny: what next() takes is the result of the call that was yielded
export type LookupSteps<T> = Generator<HostCall, T, any>;

function* ask<K extends keyof Lookups>(
  ...question: [lookup: K, ...args: Parameters<Lookups[K]>]
): LookupSteps<ReturnType<Lookups[K]>> {
  return yield question as unknown as HostCall;
}

/** Runs a lookup to its end on this thread. */
export function runSync<T>({ host }: Core, asking: LookupSteps<T>): T {
  let step = asking.next();
  while (!step.done) {
    const [lookup, ...args] = step.value;
    step = asking.next((host[lookup] as (...args: unknown[]) => unknown)(...args));
  }
  return step.value;
}

/**
 * A resolver's answer, or its exception: GaiError for an EAI_* number, HError for an h_errno, the
 * errno's OSError where that is what failed.
 */
function answer<T extends readonly unknown[]>(
  core: Core,
  kind: typeof GaiError | typeof HError,
  result: T | LookupFailure,
  syscall: string,
  address: unknown,
): T {
  if (Array.isArray(result)) return result as unknown as T;
  const { status, errno } = result as LookupFailure;
  const { host, constants, errors } = core;
  if (errno !== 0) throw errors.system(errno, syscall, address);
  if (kind === GaiError) {
    throw new GaiError(decodeByteString(host.gai_strerror(status)), {
      errno: status,
      code: nameOf(constants, "EAI", status),
      syscall,
      address,
    });
  }
  throw new HError(decodeByteString(host.hstrerror(status)), {
    errno: status,
    code: nameOf(constants, "h_errno", status),
    syscall,
    address,
  });
}

/** The socket address of a getaddrinfo result. */
function sockaddrOf(core: Core, [family, , protocol, , bytes]: AddrInfoRow): AnyAddress {
  return core.registry.decode(core, core.wire.putAddress(bytes), core.registry.find(family, protocol));
}

/** [name, aliases, addresses] of a hosts entry. */
function hostInfo(
  core: Core,
  result: HostEntry | LookupFailure,
  syscall: string,
  address: HostName,
): HostInfo {
  const { wire } = core;
  const [name, aliases, addresses] = answer(core, HError, result, syscall, address);
  return [
    decodeByteString(name),
    aliases.map(decodeByteString),
    addresses.map(bytes => {
      wire.bytes.set(bytes, wire.image);
      return wire.takeText(wire.calls[bytes.length === 4 ? "ntop4" : "ntop6"](wire.image, wire.text));
    }),
  ];
}

/**
 * The first address of a host, as Python resolves the hosts of addresses: "" is any, "<broadcast>"
 * INADDR_BROADCAST. AF_UNSPEC: of any family.
 */
function* firstAddress(
  core: Core,
  name: Uint8Array,
  family: number,
  host: HostName,
  call: string,
): LookupSteps<string> {
  const { constants: c } = core;
  const text = Buffer.from(name).toString("latin1");
  if (text === "<broadcast>" || text === BROADCAST) {
    if (family !== c.AF_INET && family !== c.AF_UNSPEC)
      throw new OSError("address family mismatched", { syscall: call, address: host });
    return BROADCAST;
  }
  const wildcard = name.length === 0;
  const asked = wildcard
    ? yield* ask("getaddrinfo", null, Buffer.from("0"), family, c.SOCK_DGRAM, 0, c.AI_PASSIVE)
    : yield* ask("getaddrinfo", name, null, family, c.SOCK_DGRAM, 0, 0);
  const found = answer(core, GaiError, asked, "getaddrinfo", host);
  if (wildcard && found.length > 1)
    throw new OSError("wildcard resolved to multiple address", { syscall: call, address: host });
  return sockaddrOf(core, found[0]!)[0];
}

/** The numeric form of an address's host. */
export function* numericHost(
  core: Core,
  host: HostName,
  family: "AF_INET" | "AF_INET6",
  call: string,
): LookupSteps<string> {
  return yield* firstAddress(
    core,
    hostBytes(core.host, `${call}: host`, host),
    core.constants[family],
    host,
    call,
  );
}

/** A service's name, or a port number as text, as getaddrinfo(3) takes it. */
function serviceBytes(port: HostName | number): Uint8Array {
  if (typeof port !== "number") return textOrBytes("getaddrinfo: port", port);
  const number = int("getaddrinfo: port", port, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return Buffer.from(String(number));
}

/** The module's lookups; resolve.ts documents them. */
export function lookupsOf(core: Core, gethostname: () => string) {
  const { host, wire, constants: c, audit } = core;

  function* getaddrinfo(
    hostname: HostName | null,
    port: HostName | number | null,
    family = 0,
    type = 0,
    proto = 0,
    flags = 0,
  ): LookupSteps<AddrInfo<AnyAddress>[]> {
    // All constants of such a host are NaN, which the checks below would refuse: the error should
    // say that there is no host.
    if (core.host.unavailable !== undefined) throw core.errors.named("ENOSYS", "getaddrinfo");
    const node = hostname === null ? null : checkedHostBytes(host, "getaddrinfo: host", hostname);
    const service = port === null ? null : serviceBytes(port);
    cint("getaddrinfo: family", family);
    cint("getaddrinfo: type", type);
    cint("getaddrinfo: proto", proto);
    checkFlags(core, flags, "AI_");
    const channel = audit["socket.getaddrinfo"];
    if (channel.hasSubscribers) channel.publish({ host: hostname, port, family, type, protocol: proto });
    return answer(
      core,
      GaiError,
      yield* ask("getaddrinfo", node, service, family, type, proto, flags),
      "getaddrinfo",
      hostname ?? undefined,
    ).map(row => [
      row[0] as Family<AnyAddress>,
      row[1],
      row[2],
      decodeByteString(row[3]),
      sockaddrOf(core, row),
    ]);
  }

  function* getnameinfo(
    sockaddr: InetAddress | Inet6AddressIn,
    flags: number,
  ): LookupSteps<[host: string, service: string]> {
    if (!Array.isArray(sockaddr) || sockaddr.length < 2 || sockaddr.length > 4) {
      throw new TypeError(
        "getnameinfo: sockaddr must be [host: string, port: number, flowinfo?: number, scopeid?: number], " +
          `got ${show(sockaddr)}`,
      );
    }
    const [given, givenPort, flowinfo = 0, scopeid = 0] = sockaddr as Inet6AddressIn;
    const name = textBytes("getnameinfo: host", given);
    const port = int("getnameinfo: port", givenPort, 0, 65535);
    int("getnameinfo: flowinfo", flowinfo, 0, 0xfffff);
    int("getnameinfo: scopeid", scopeid, 0, 0xffffffff);
    checkFlags(core, flags, "NI_");
    const channel = audit["socket.getnameinfo"];
    if (channel.hasSubscribers) channel.publish({ sockaddr });
    const asked = yield* ask(
      "getaddrinfo",
      name,
      Buffer.from(String(port)),
      c.AF_UNSPEC,
      c.SOCK_DGRAM,
      0,
      c.AI_NUMERICHOST,
    );
    const found = answer(core, GaiError, asked, "getaddrinfo", given);
    if (found.length > 1)
      throw new OSError("sockaddr resolved to multiple addresses", {
        syscall: "getnameinfo",
        address: sockaddr,
      });
    const row = found[0]!;
    const numeric = sockaddrOf(core, row) as InetAddress | Inet6Address;
    if (row[0] === c.AF_INET && sockaddr.length !== 2)
      throw new OSError("IPv4 sockaddr must be [host, port]", { syscall: "getnameinfo", address: sockaddr });
    const complete = numeric.length === 2 ? numeric : [numeric[0], port, flowinfo, scopeid || numeric[3]];
    const length = core.registry.find(row[0], row[2]).encode(core, complete, "getnameinfo");
    const [node, service] = answer(
      core,
      GaiError,
      yield* ask("getnameinfo", wire.take(wire.address, length), flags),
      "getnameinfo",
      sockaddr,
    );
    return [decodeByteString(node), decodeByteString(service)];
  }

  function* gethostbyname(hostname: HostName): LookupSteps<string> {
    const name = checkedHostBytes(host, "gethostbyname: hostname", hostname);
    const channel = audit["socket.gethostbyname"];
    if (channel.hasSubscribers) channel.publish({ hostname });
    return yield* firstAddress(core, name, c.AF_INET, hostname, "gethostbyname");
  }

  function* gethostbynameEx(hostname: HostName): LookupSteps<HostInfo> {
    const name = checkedHostBytes(host, "gethostbynameEx: hostname", hostname);
    const channel = audit["socket.gethostbyname"];
    if (channel.hasSubscribers) channel.publish({ hostname });
    yield* firstAddress(core, name, c.AF_INET, hostname, "gethostbynameEx");
    return hostInfo(core, yield* ask("gethostbyname", name), "gethostbyname", hostname);
  }

  function* gethostbyaddr(address: HostName): LookupSteps<HostInfo> {
    const name = checkedHostBytes(host, "gethostbyaddr: address", address);
    const channel = audit["socket.gethostbyaddr"];
    if (channel.hasSubscribers) channel.publish({ ip_address: address });
    const numeric = yield* firstAddress(core, name, c.AF_UNSPEC, address, "gethostbyaddr");
    const six = numeric.includes(":");
    const size = wire.calls[six ? "pton6" : "pton4"](wire.text, wire.putText(numeric), wire.image);
    const entry = yield* ask("gethostbyaddr", wire.take(wire.image, size), six ? c.AF_INET6 : c.AF_INET);
    return hostInfo(core, entry, "gethostbyaddr", address);
  }

  function* getfqdn(name = ""): LookupSteps<string> {
    if (typeof name !== "string") throw new TypeError(`getfqdn: name must be a string, got ${show(name)}`);
    const trimmed = name.trim();
    const asked = ["", "0.0.0.0", "::"].includes(trimmed) ? gethostname() : trimmed;
    try {
      const [hostname, aliases] = yield* gethostbyaddr(asked);
      return [hostname, ...aliases].find(name => name.includes(".")) ?? hostname;
    } catch (error) {
      if (error instanceof OSError) return asked;
      throw error;
    }
  }

  return { getaddrinfo, getnameinfo, gethostbyname, gethostbynameEx, gethostbyaddr, getfqdn };
}
