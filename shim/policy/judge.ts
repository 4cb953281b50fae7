// The policy's decisions: what of a call counts, against the rules. No system call, no state: the same
// question always has the same answer. A decision is the rule that granted, or a refusal that says why.
import { constantsOf } from "../../ts/base/absent-constants.js";
import type { Constants } from "../../ts/base/constants.gen.js";
import { CAN, INET, INET6, NETLINK, PACKET, UNIX, VSOCK, type Address, type Use } from "./address.js";
import { contains, ipText, isZero, type Ip } from "./ip.js";
import { transports, type Kind, type Transport } from "./rule-forms.js";
import type { Rule, Rules } from "./rules.js";
import { controls, fits, options, requests, type Request, type Row } from "./tables.js";

/** What needs no rule, what no rule can grant, and what a rule says. */
export interface Decision {
  readonly granted: boolean;
  /** The rule that granted or denied; null where there is none. */
  readonly rule: Rule | null;
  /** For people. */
  readonly why: string;
}

/** What a socket is for the policy. */
export interface Sort {
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  readonly transport: Transport | "ping" | "raw" | "other";
}

/** SOCK_*, without its flags. */
const STREAM = 1;
const DATAGRAM = 2;
const RAW = 3;
const SEQPACKET = 5;
const DCCP = 6;
const J1939 = 7;
/** NETLINK_USERSOCK. */
const USERSOCK = 2;
/** Characters of a host's name with its ending dot, at most (RFC 1035). */
const MAX_HOST = 254;
/**
 * A name that every resolver takes for what it says. The DNS's text has escapes (`\\.`, `\\108`), and some
 * resolvers make ASCII of what isn't.
 */
const HOST = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?$/;
const NO_HOST = "a host's name has letters, digits, - and _ of ASCII, and dots between them";
const ANY_PORT = 0xffffffff;
const ANY_CID = 0xffffffff;

/** Bits of a type that are flags. */
const TYPE = 15;

const free = (why: string): Decision => ({ granted: true, rule: null, why });
const never = (why: string): Decision => ({ granted: false, rule: null, why });
const HARMLESS = free("it needs no rule");
const MALFORMED = never("the address can't be read");

const ICMP = 1;
const ICMPV6 = 58;
/** IP's transports by type and protocol, as the kernel chooses them; protocol 0 is the type's usual one. */
const CHOSEN: Readonly<Record<number, Readonly<Record<number, Transport>>>> = {
  [STREAM]: { 0: "tcp", 6: "tcp", 132: "sctp", 262: "mptcp" },
  [DATAGRAM]: { 0: "udp", 17: "udp", 136: "udplite" },
  [SEQPACKET]: { 0: "sctp", 132: "sctp" },
  [DCCP]: { 0: "dccp", 33: "dccp" },
};

/** Which transport a socket of IP has, by what the kernel takes for it. */
function transportOf(family: number, type: number, protocol: number): Sort["transport"] {
  if (family !== INET && family !== INET6) return "other";
  if (type === RAW) return "raw";
  if (type === DATAGRAM && protocol === (family === INET ? ICMP : ICMPV6)) return "ping";
  return CHOSEN[type]?.[protocol] ?? "other";
}

export function sortOf(family: number, type: number, protocol: number): Sort {
  const plain = type & TYPE;
  return { family, type: plain, protocol, transport: transportOf(family, plain, protocol) };
}

/** Kinds of rules that are one word. */
export type Word = "attach-filter" | "hostname" | "interfaces" | "rights" | "services" | "unix-pair";

interface List {
  readonly allow: Rule[];
  readonly deny: Rule[];
}

export class Judge {
  readonly constants: Constants;
  readonly #lists = new Map<Kind, List>();
  /** By rule: made once, so that a decision allocates nothing. */
  readonly #granted = new Map<Rule, Decision>();
  readonly #denied = new Map<Rule, Decision>();
  readonly #options = new Map<number, Row[]>();
  readonly #controls = new Map<number, Row>();
  readonly #requests = new Map<number, Request>();
  readonly #socketFilters: ReadonlySet<number>;

  constructor({ allow, deny }: Rules, values: Float64Array, long: number) {
    const c = constantsOf(values);
    this.constants = c;
    for (const rule of allow) this.#add(rule, "allow");
    for (const rule of deny) this.#add(rule, "deny");
    for (const row of options(long)) {
      const key = keyOf(c[row.level], c[row.name]);
      if (!Number.isNaN(key)) this.#options.set(key, [...(this.#options.get(key) ?? []), row]);
    }
    for (const row of controls()) {
      const key = keyOf(c[row.level], c[row.name]);
      if (!Number.isNaN(key)) this.#controls.set(key, row);
    }
    for (const request of requests(long)) {
      const code: number = c[request.name];
      if (!Number.isNaN(code)) this.#requests.set(code, request);
    }
    this.#socketFilters = new Set([c.SO_ATTACH_FILTER, c.SO_ATTACH_REUSEPORT_CBPF] as number[]);
  }

  #add(rule: Rule, way: "allow" | "deny"): void {
    const both = /^(unix|abstract)$/.test(rule.kind);
    const kinds = both ? ([`${rule.kind}-connect`, `${rule.kind}-bind`] as Kind[]) : [rule.kind];
    // Who may listen may bind.
    if (rule.kind.endsWith("-listen") && rule.kind !== "vsock-listen")
      kinds.push(rule.kind.replace("listen", "bind") as Kind);
    for (const kind of kinds) {
      const list = this.#lists.get(kind) ?? { allow: [], deny: [] };
      list[way].push(rule);
      this.#lists.set(kind, list);
    }
    this.#granted.set(rule, { granted: true, rule, why: `${rule.place} grants it: ${rule.text}` });
    this.#denied.set(rule, { granted: false, rule, why: `${rule.place} forbids it: ${rule.text}` });
  }

  /** The first rule that matches, of those that forbid before those that grant. */
  #by(kind: Kind, matches: (rule: Rule) => boolean): Decision | null {
    const list = this.#lists.get(kind);
    if (list === undefined) return null;
    for (const rule of list.deny) if (matches(rule)) return this.#denied.get(rule)!;
    for (const rule of list.allow) if (matches(rule)) return this.#granted.get(rule)!;
    return null;
  }

  #some(kinds: readonly Kind[]): Decision | null {
    for (const kind of kinds) {
      const rule = this.#lists.get(kind)?.allow[0];
      if (rule !== undefined) return this.#granted.get(rule)!;
    }
    return null;
  }

  /**
   * `port` -1: whichever the kernel picks, which is judged when it has. Who binds to any address binds
   * to those that are forbidden too.
   */
  #endpoint(kind: Kind, ip: Ip, port: number, use: Use): Decision {
    const list = this.#lists.get(kind);
    if (list !== undefined) {
      // Loops of their own: these are the calls that are made often.
      for (const rule of list.deny) {
        const { low, high, block } = rule;
        const any = use !== "connect" && isZero(ip) && block.v4 !== !ip.v4;
        if (port >= low && port <= high && (any || contains(block, ip))) return this.#denied.get(rule)!;
      }
      for (const rule of list.allow)
        if ((port < 0 || (port >= rule.low && port <= rule.high)) && contains(rule.block, ip))
          return this.#granted.get(rule)!;
    }
    return never(`no ${kind} rule grants ${ipText(ip)}${port < 0 ? "" : `:${port}`}`);
  }

  /** socket(2). */
  socket(sort: Sort): Decision {
    const { family, type, protocol, transport } = sort;
    if (transport === "raw") {
      const whole = ({ number, allows, block }: Rule) =>
        (number === null || number === protocol) && (allows || block.v4 === null);
      return this.#by("raw", whole) ?? none("raw");
    }
    if (transport === "ping") return this.#some(["ping"]) ?? none("ping");
    if (transport !== "other") {
      const kinds: Kind[] = [`${transport}-connect`, `${transport}-bind`];
      if (transports[transport]) kinds.push(`${transport as "tcp"}-listen`);
      return this.#some(kinds) ?? none(transport);
    }
    switch (family) {
      case INET:
      case INET6:
        return never(`no rule can grant type ${type} with protocol ${protocol}`);
      case UNIX:
        return (
          this.#some(["unix-connect", "unix-bind", "abstract-connect", "abstract-bind"]) ??
          none("unix or abstract")
        );
      case NETLINK:
        return this.#by("netlink", ({ number }) => number === null || number === protocol) ?? none("netlink");
      case PACKET:
        // The addresses of SOCK_PACKET name an interface otherwise. With a protocol a socket hears all
        // interfaces at once.
        if (type !== RAW && type !== DATAGRAM)
          return never(`no rule can grant packet sockets of type ${type}`);
        return protocol === 0 ? (this.#some(["packet"]) ?? none("packet")) : this.#everyInterface("packet");
      case CAN:
        return this.#some(["can"]) ?? none("can");
      case VSOCK:
        return this.#some(["vsock-connect", "vsock-listen"]) ?? none("vsock");
      default:
        return this.#family(sort);
    }
  }

  /** socketpair(2). */
  pair(sort: Sort): Decision {
    return sort.family === UNIX ? this.word("unix-pair") : this.socket(sort);
  }

  /**
   * bind(2), listen(2) with the socket's own name, connect(2) and the address of a sending call.
   * `interfaceOf` is asked for the name of an index.
   */
  address(sort: Sort, use: Use, address: Address, interfaceOf: (index: number) => string): Decision {
    switch (address.kind) {
      case "malformed":
        return MALFORMED;
      case "unspecified":
        return never("an address without a family: some calls take it for one of the socket's");
      case "ip":
        return this.#ip(sort, use, address);
      case "unnamed":
        if (use !== "bind") return never("a UNIX address without a name");
        return this.#some(["abstract-bind"]) ?? none("abstract-bind");
      case "path":
        return this.#unix(use === "connect" ? "unix-connect" : "unix-bind", address);
      case "abstract":
        return this.#unix(use === "connect" ? "abstract-connect" : "abstract-bind", address);
      case "netlink":
        return this.#netlink(sort, use, address);
      case "vsock":
        return this.#vsock(use, address);
      case "interface":
        if (address.index === 0) return this.#withoutInterface(sort, use);
        return this.interface(interfaceKind(sort), interfaceOf(address.index));
      case "other":
        return sort.transport === "other" ? this.#family(sort) : MALFORMED;
    }
  }

  #unix(kind: Kind, { name }: Address): Decision {
    return (
      this.#by(kind, ({ pattern }) => pattern.test(name)) ??
      never(`no ${kind} rule grants ${JSON.stringify(name)}`)
    );
  }

  #netlink({ protocol }: Sort, use: Use, { number: port, groups }: Address): Decision {
    const own = this.#by("netlink", ({ number }) => number === null || number === protocol);
    if (own === null) return none("netlink");
    // The kernel is port 0; other numbers are other programs, which usersock is for.
    if (use !== "connect" || protocol === USERSOCK || (port === 0 && groups === 0)) return own;
    return never("a netlink rule grants talk to the kernel, not to other programs");
  }

  #vsock(use: Use, { number: cid, port }: Address): Decision {
    const kind: Kind = use === "connect" ? "vsock-connect" : "vsock-listen";
    const isOpen = use === "bind" && port === ANY_PORT;
    const hasPort = ({ low, high }: Rule) => isOpen || (port >= low && port <= high);
    // Every cid takes a rule for all of them, and is forbidden by a rule for any.
    const hasCid = ({ number, allows }: Rule) =>
      number === null || (cid === ANY_CID ? !allows : number === cid);
    return (
      this.#by(kind, rule => hasCid(rule) && hasPort(rule)) ?? never(`no ${kind} rule grants ${cid}:${port}`)
    );
  }

  #withoutInterface(sort: Sort, use: Use): Decision {
    const kind = interfaceKind(sort);
    // J1939 has said at bind(2) which interface it uses, and may leave it out from then on.
    if (kind === "can" && sort.protocol === J1939 && use === "connect")
      return this.#some(["can"]) ?? none("can");
    return this.#everyInterface(kind);
  }

  #family({ family }: Sort): Decision {
    return (
      this.#by("family", ({ number }) => number === family) ?? never(`no family rule grants family ${family}`)
    );
  }

  /** A packet socket that begins with a protocol hears all of them, and so does index 0. */
  #everyInterface(kind: "packet" | "can"): Decision {
    const forbids = this.#lists.get(kind)?.deny[0];
    if (forbids !== undefined) return this.#denied.get(forbids)!;
    return this.#by(kind, ({ name }) => name === "*") ?? never(`every interface takes ${kind}:*`);
  }

  /** An interface by its name. */
  interface(kind: "packet" | "can", name: string): Decision {
    return (
      (name === "" ? null : this.#by(kind, ({ pattern }) => pattern.test(name))) ??
      never(`no ${kind} rule grants ${JSON.stringify(name)}`)
    );
  }

  #ip({ transport, protocol }: Sort, use: Use, { ip, port }: Address): Decision {
    if (transport === "raw") {
      return (
        this.#by(
          "raw",
          ({ number, block }) =>
            (number === null || number === protocol) && (use !== "connect" || contains(block, ip)),
        ) ?? never(`no raw rule grants protocol ${protocol} to ${ipText(ip)}`)
      );
    }
    if (transport === "ping")
      return use === "connect"
        ? (this.#by("ping", ({ block }) => contains(block, ip)) ?? never(`no ping rule grants ${ipText(ip)}`))
        : (this.#some(["ping"]) ?? none("ping"));
    if (transport === "other") return MALFORMED;
    if (use === "listen" && !transports[transport]) return never(`nobody listens on ${transport}`);
    return this.#endpoint(`${transport}-${use}` as Kind, ip, use === "bind" && port === 0 ? -1 : port, use);
  }

  /** The source address that a control message asks for: who sends from it, binds to it. `port` 0: none yet. */
  source(sort: Sort, ip: Ip, port: number): Decision {
    const { transport } = sort;
    if (transport === "raw" || transport === "ping") return this.socket(sort);
    if (transport === "other") return never("a source address of a socket that has none");
    const kind: Kind = `${transport}-bind`;
    return port !== 0
      ? this.#endpoint(kind, ip, port, "bind")
      : (this.#by(kind, rule => rule.low === 0 && contains(rule.block, ip)) ??
          never(`no ${kind} rule grants every port of ${ipText(ip)}`));
  }

  /** getsockopt(2) and setsockopt(2). `size` is the value's; a null value has `null`. */
  option(way: "get" | "set", level: number, name: number, size: number | null): Decision {
    const row = this.optionRow(way, level, name);
    if (row === undefined) return never(`option ${name} of level ${level} is not in the table`);
    if (way === "set" && (size === null ? row.name !== "ALG_SET_AEAD_AUTHSIZE" : !fits(row.size, size)))
      return never(`${row.name} has no value of ${size ?? "NULL"} bytes`);
    return this.#named("option", row);
  }
  optionRow(way: "get" | "set", level: number, name: number): Row | undefined {
    return this.#options.get(keyOf(level, name))?.find(({ access }) => access === "both" || access === way);
  }

  /** A control message of a sending call, save those that are judged by what they hold. */
  control(level: number, type: number, size: number): Decision {
    const row = this.#controls.get(keyOf(level, type));
    if (row === undefined) return never(`control message ${type} of level ${level} is not in the table`);
    if (!fits(row.size, size)) return never(`${row.name} has no ${size} bytes`);
    return this.#named("control", row);
  }

  #named(kind: "option" | "control", row: Row): Decision {
    const rule = this.#by(kind, ({ name }) => name === "*" || name === row.name);
    if (rule !== null && (row.grant || !rule.granted)) return rule;
    return row.grant ? never(`it takes ${kind}:${row.name}`) : HARMLESS;
  }

  /** SO_ATTACH_FILTER and its kin. */
  filter(name: number): Decision {
    return this.#socketFilters.has(name)
      ? this.word("attach-filter")
      : never(`option ${name} takes no filter`);
  }

  /** ioctl(2). `size` is the argument's; null where it is a number. */
  ioctl(code: number, size: number | null): Decision {
    const request = this.#requests.get(code);
    if (request === undefined) return never(`request ${code} is not in the table`);
    if (size !== request.size) return never(`${request.name} takes ${request.size} bytes`);
    const rule = this.#by("ioctl", ({ name }) => name === "*" || name === request.name);
    if (rule !== null && (request.grant !== "none" || !rule.granted)) return rule;
    if (request.grant === "none") return HARMLESS;
    const more = request.grant === "interfaces" ? this.word("interfaces") : none("ioctl");
    return more.granted ? more : never(`it takes ioctl:${request.name}`);
  }

  /** What is granted by a word alone. */
  word(kind: Word): Decision {
    const forbids = this.#lists.get(kind)?.deny[0];
    if (forbids !== undefined) return this.#denied.get(forbids)!;
    return this.#some([kind]) ?? none(kind);
  }

  /** if_nametoindex(3) and if_indextoname(3): who may use an interface may know it. */
  interfaceName(name: string): Decision {
    const all = this.word("interfaces");
    if (all.granted) return all;
    for (const kind of ["packet", "can"] as const) {
      const one = this.interface(kind, name);
      if (one.granted) return one;
    }
    return all;
  }

  /** A host's name that is looked up. */
  hostName(name: string): Decision {
    if (name.length > MAX_HOST) return never("longer than any name");
    if (!HOST.test(name)) return never(NO_HOST);
    const plain = name.replace(/\.$/, "").replace(/[A-Z]+/g, letters => letters.toLowerCase());
    return (
      this.#by("names", ({ pattern }) => pattern.test(plain)) ??
      never(`no names rule grants ${JSON.stringify(plain)}`)
    );
  }

  /** An address whose name is looked up. */
  reverse(ip: Ip | null): Decision {
    if (ip === null) return MALFORMED;
    return (
      this.#by("reverse", ({ block }) => contains(block, ip)) ?? never(`no reverse rule grants ${ipText(ip)}`)
    );
  }
}

/** Which rules name the interfaces of a socket's addresses. */
function interfaceKind({ family }: Sort): "packet" | "can" {
  return family === PACKET ? "packet" : "can";
}

function none(kind: string): Decision {
  return never(`no ${kind} rule grants it`);
}

/** A level and a name as one number; none where a guest's is out of range. */
function keyOf(level: number, name: number): number {
  return level >= 0 && name >= 0 && name <= 0xffff ? level * 0x10000 + name : NaN;
}

/** Whether an address only ends a connection: connect(2) without a family, of families that know it. */
export function disconnects({ family }: Sort, { kind }: Address): boolean {
  return (
    kind === "unspecified" && (family === INET || family === INET6 || family === UNIX || family === NETLINK)
  );
}
