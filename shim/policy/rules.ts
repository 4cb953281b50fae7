// A policy as data, and its rules as they are judged. A rule is a short form, `tcp-connect:10.0.0.0/8:443`,
// or an object that spells the same out; all errors of a policy are told at once, each with its place.
import { encodePath } from "../../ts/base/surrogate-escape.js";
import { blockOf, EVERYWHERE, isZero, parseIp, unmap, type Block } from "./ip.js";
import { known } from "./tables.js";

/** Transports over IP whose addresses have ports, and whether one listens on them. */
export const transports = {
  tcp: true,
  mptcp: true,
  sctp: true,
  dccp: true,
  udp: false,
  udplite: false,
} as const;
export type Transport = keyof typeof transports;

/** How the rest of each kind of rule reads. */
const forms = {
  ...(Object.fromEntries(
    Object.entries(transports).flatMap(([transport, listens]) =>
      ["connect", "bind", ...(listens ? ["listen"] : [])].map(verb => [`${transport}-${verb}`, "endpoint"]),
    ),
  ) as Record<
    `${Transport}-${"connect" | "bind"}` | `${"tcp" | "mptcp" | "sctp" | "dccp"}-listen`,
    "endpoint"
  >),
  ping: "address",
  reverse: "address",
  raw: "raw",
  unix: "path",
  "unix-connect": "path",
  "unix-bind": "path",
  abstract: "abstract",
  "abstract-connect": "abstract",
  "abstract-bind": "abstract",
  "unix-pair": "nothing",
  netlink: "netlink",
  packet: "interface",
  can: "interface",
  "vsock-connect": "vsock",
  "vsock-listen": "vsock",
  family: "family",
  names: "host",
  option: "option",
  control: "control",
  ioctl: "ioctl",
  rights: "nothing",
  interfaces: "nothing",
  services: "nothing",
  hostname: "nothing",
  "attach-filter": "nothing",
} as const;
/** What a rule is about. */
export type Kind = keyof typeof forms;
type Form = (typeof forms)[Kind];

/** The fields that an object of each form has beside `kind`, in the order of the short form. */
const fields: Record<Form, readonly (keyof Spelled)[]> = {
  endpoint: ["address", "ports"],
  address: ["address"],
  raw: ["protocol", "address"],
  path: ["path"],
  abstract: ["name"],
  netlink: ["protocol"],
  interface: ["interface"],
  vsock: ["cid", "ports"],
  family: ["name"],
  host: ["name"],
  option: ["name"],
  control: ["name"],
  ioctl: ["name"],
  nothing: [],
};

/** A rule that is spelled out. */
export interface Spelled {
  /** What it is about: `tcp-connect`, `names`, … */
  readonly kind: Kind;
  /** An address, a prefix (`10.0.0.0/8`), or `*`. */
  readonly address?: string;
  /** A port, a range (`1024-2047`), or `*`. */
  readonly ports?: string;
  /** A path, or one that ends in `*`. */
  readonly path?: string;
  /** A name of the kind: of a host, an option, an ioctl, an abstract socket. */
  readonly name?: string;
  /** A protocol by name or number. */
  readonly protocol?: string;
  /** An interface by name, or `*`. */
  readonly interface?: string;
  /** A VSOCK context id, or `*`. */
  readonly cid?: string;
}
/** A rule in its short form (`tcp-connect:10.0.0.0/8:443`), or spelled out. */
export type RuleText = string | Spelled;

/** What a guest may use up. */
export interface Limits {
  /** Descriptors that the guest may have at a time (1024). */
  readonly descriptors?: number;
  /** Bytes that one call may move; none. */
  readonly bytes?: number;
  /** Milliseconds that the guest may block without a result; none. */
  readonly milliseconds?: number;
}

/** What a guest may do. What no rule of `allow` grants is refused, and so is what one of `deny` matches. */
export interface Policy {
  /** What it may do. */
  readonly allow: readonly RuleText[];
  /** What it may not do, whatever `allow` says. */
  readonly deny?: readonly RuleText[];
  /** What it may use up. */
  readonly limits?: Limits;
}

/** A rule that was understood. */
export interface Rule {
  readonly kind: Kind;
  /** It stands in `allow`, not in `deny`. */
  readonly allows: boolean;
  /** Where it stands: `allow[3]`. */
  readonly place: string;
  /** Its short form. */
  readonly text: string;
  readonly block: Block;
  readonly low: number;
  readonly high: number;
  /** Of a path, a name or an interface: what matches its bytes, one character a byte. */
  readonly pattern: RegExp;
  /** Of a protocol, a family or a cid: its number; null for all. */
  readonly number: number | null;
  /** Of an option, a control message or an ioctl: its name; `*` for all. */
  readonly name: string;
}

export interface Rules {
  readonly allow: readonly Rule[];
  readonly deny: readonly Rule[];
  readonly limits: { readonly descriptors: number; readonly bytes: number; readonly milliseconds: number };
}

const DESCRIPTORS = 1024;

/** A policy that has errors, which is refused whole. */
export class PolicyError extends Error {
  /** Each error: where, and what. */
  readonly errors: readonly string[];
  constructor(errors: readonly string[]) {
    super(errors.join("\n"));
    this.name = "PolicyError";
    this.errors = errors;
  }
}

class Wrong extends Error {}

function wrong(part: string, what: string): never {
  throw new Wrong(`${JSON.stringify(part)} ${what}`);
}

/** Numbers of `AF_NETLINK`'s protocols (linux/netlink.h). */
const NETLINK: Readonly<Record<string, number>> = {
  route: 0,
  usersock: 2,
  "sock-diag": 4,
  nflog: 5,
  xfrm: 6,
  audit: 9,
  connector: 11,
  netfilter: 12,
  "kobject-uevent": 15,
  generic: 16,
  crypto: 21,
};
/** Numbers of IP's protocols (/etc/protocols). */
const IP: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  ospf: 89,
  vrrp: 112,
  sctp: 132,
  raw: 255,
};
/** Linux's families that have no kind of their own. */
const FAMILIES: Readonly<Record<string, number>> = {
  rds: 21,
  tipc: 30,
  bluetooth: 31,
  alg: 38,
  nfc: 39,
  kcm: 41,
  qipcrtr: 42,
  smc: 43,
  mctp: 45,
};
/** Families whose grants are other kinds of rules, and one whose addresses and options hold descriptors and pointers. */
const OTHERWISE: Readonly<Record<string, string>> = {
  1: "is AF_UNIX: its rules are unix and abstract",
  2: "is AF_INET: its rules are tcp-connect, udp-bind and their kin, ping and raw",
  10: "is AF_INET6: its rules are tcp-connect, udp-bind and their kin, ping and raw",
  16: "is AF_NETLINK: its rules are netlink",
  17: "is AF_PACKET: its rules are packet",
  29: "is AF_CAN: its rules are can",
  40: "is AF_VSOCK: its rules are vsock-connect and vsock-listen",
  44: "is AF_XDP, which can't be granted: its addresses hold descriptors and its options pointers",
};

function numbered(
  part: string,
  names: Readonly<Record<string, number>>,
  most: number,
  what: string,
): number | null {
  if (part === "*") return null;
  if (Object.hasOwn(names, part)) return names[part]!;
  if (/^(0|[1-9]\d*)$/.test(part) && Number(part) <= most) return Number(part);
  return wrong(part, `is no ${what}: ${Object.keys(names).join(", ")}, a number 0..${most}, or *`);
}

function addressOf(part: string): Block {
  if (part === "*") return EVERYWHERE;
  const [, bracketed, plain, , prefix] = /^(?:\[([^\]]*)\]|([^/[\]]*))(\/(.*))?$/.exec(part) ?? [];
  const text = bracketed ?? plain;
  if (text === undefined || text === "")
    return wrong(part, "is no address: 10.0.0.0/8, [2001:db8::]/32 or *");
  const ip = parseIp(text);
  if (ip === null || ip.v4 !== (bracketed === undefined)) {
    if (ip !== null || text.includes(":"))
      return wrong(part, "is no address: an IPv6 address stands in brackets");
    return /[a-z]/i.test(text)
      ? wrong(
          part,
          "is no address: what is judged is the address that is used, so a host's name can't be granted here",
        )
      : wrong(part, "is no address: 10.0.0.0/8, [2001:db8::]/32 or *");
  }
  unmap(ip);
  if (ip.v4 && bracketed !== undefined)
    return wrong(part, "is an IPv4-mapped address: grant the IPv4 address");
  const bits = ip.v4 ? 32 : 128;
  if (prefix !== undefined && !(/^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bits))
    return wrong(prefix, `is no prefix length 0..${bits}`);
  const block = blockOf(ip, prefix === undefined ? bits : Number(prefix));
  if (block.words.some((word, i) => word !== ip.words[i]))
    return wrong(part, `has bits set after its prefix of ${prefix}`);
  return block;
}

function portsOf(part: string, most: number): [low: number, high: number] {
  if (part === "*") return [0, most];
  const [, low, , high = low] = /^([1-9]\d*)(-([1-9]\d*))?$/.exec(part) ?? [];
  if (low === undefined || Number(high) > most || Number(low) > Number(high))
    return wrong(part, `is no port or range of ports: 443, 8000-8999 or *, 1..${most}`);
  return [Number(low), Number(high)];
}

/** Bytes as text, one character a byte: what patterns match. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function bytesOf(part: string): string {
  try {
    return latin1(encodePath(part, "it"));
  } catch {
    return wrong(part, "holds a lone surrogate");
  }
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** `*` is any run of bytes without one of `stop`, `**` any run. */
function globOf(part: string, stop: string): RegExp {
  const any = "[^]*";
  const source = bytesOf(part)
    .split(/(\*+)/)
    .map(piece => {
      if (!piece.startsWith("*")) return escaped(piece);
      return piece.length > 1 || stop === "" ? any : `[^${escaped(stop)}]*`;
    });
  return new RegExp(`^${source.join("")}$`);
}

function pathOf(part: string): RegExp {
  if (!part.startsWith("/")) return wrong(part, "is no path: it begins with /");
  if (part.includes("\0")) return wrong(part, "is no path: it holds a zero");
  if (
    part.endsWith("/") ||
    part
      .split("/")
      .slice(1)
      .some(name => name === "" || name === "." || name === "..")
  )
    return wrong(part, "is no path as the system writes it: it has an empty part, . or ..");
  return globOf(part, "/");
}

function hostOf(part: string): RegExp {
  if (part === "*") return /^[^]*$/;
  if (!/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(part))
    return wrong(part, "is no host's name: example.org, *.example.org or *");
  const name = part.toLowerCase();
  return new RegExp(name.startsWith("*.") ? `^[^]+${escaped(name.slice(1))}$` : `^${escaped(name)}$`);
}

/** The parts of a short form's rest; a colon inside brackets divides nothing. */
function divided(form: Form, rest: string): string[] {
  if (form === "endpoint" || form === "vsock") {
    const at = rest.lastIndexOf(":");
    return at > rest.lastIndexOf("]") && at >= 0 ? [rest.slice(0, at), rest.slice(at + 1)] : [rest];
  }
  if (form === "raw") {
    const at = rest.indexOf(":");
    return at < 0 ? [rest] : [rest.slice(0, at), rest.slice(at + 1)];
  }
  return [rest];
}

const EXAMPLES: Record<Form, string> = {
  endpoint: "ADDRESS:PORTS",
  address: "ADDRESS",
  raw: "PROTOCOL or PROTOCOL:ADDRESS",
  path: "PATH",
  abstract: "NAME",
  netlink: "PROTOCOL",
  interface: "INTERFACE",
  vsock: "CID:PORTS",
  family: "FAMILY",
  host: "NAME",
  option: "NAME",
  control: "NAME",
  ioctl: "NAME",
  nothing: "",
};

function kindOf(kind: unknown): Kind {
  if (typeof kind === "string" && Object.hasOwn(forms, kind)) return kind as Kind;
  return wrong(shown(kind), `is no kind of rule: ${Object.keys(forms).join(", ")}`);
}

/** A short form as an object. */
function spelledOut(rule: string): Spelled {
  const at = rule.indexOf(":");
  const kind = kindOf(at < 0 ? rule : rule.slice(0, at));
  const form = forms[kind];
  if (form === "nothing")
    return at < 0 ? { kind } : wrong(rule.slice(at), `is too much: ${kind} stands alone`);
  const parts = at < 0 ? [] : divided(form, rule.slice(at + 1));
  if (parts.length < (form === "raw" ? 1 : fields[form].length))
    return wrong(rule, `is incomplete: ${kind}:${EXAMPLES[form]}`);
  return { kind, ...Object.fromEntries(parts.map((part, i) => [fields[form][i]!, part])) };
}

/** A rule's object, of its short form or of what stands in a JSON file. */
function spelled(rule: unknown): Spelled {
  if (typeof rule === "string") return spelledOut(rule);
  if (typeof rule !== "object" || rule === null || Array.isArray(rule))
    return wrong(shown(rule), "is no rule: a short form or an object");
  const kind = kindOf((rule as { kind?: unknown }).kind);
  const form = forms[kind];
  for (const [key, value] of Object.entries(rule)) {
    if (key === "kind") continue;
    if (!(fields[form] as readonly string[]).includes(key))
      return wrong(key, `is no field of a ${kind} rule`);
    if (typeof value !== "string") return wrong(shown(value), `is no ${key}: numbers too are strings`);
  }
  for (const key of fields[form]) {
    if (!Object.hasOwn(rule, key) && !(form === "raw" && key === "address"))
      return wrong(shown(rule), `lacks ${key}`);
  }
  return rule as Spelled;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

/** A rule's short form. */
function shortForm(rule: Spelled): string {
  const rest = fields[forms[rule.kind]].map(key => rule[key]).filter(part => part !== undefined);
  return [rule.kind, ...rest].join(":");
}

const NO_PATTERN = /(?!)/;

/** The parts of a rule that say what it matches. */
type Matched = Pick<Rule, "block" | "low" | "high" | "pattern" | "number" | "name">;

/** What is matched where a rule says nothing of it. */
const UNSAID: Matched = {
  block: EVERYWHERE,
  low: 0,
  high: 0xffffffff,
  pattern: NO_PATTERN,
  number: null,
  name: "*",
};

function endpointOf({ address, ports }: Spelled): Partial<Matched> {
  const block = addressOf(address!);
  const [low, high] = portsOf(ports!, 65535);
  return { block, low, high };
}

function rawOf({ protocol, address }: Spelled): Partial<Matched> {
  const number = numbered(protocol!, IP, 255, "protocol of IP");
  const block = address === undefined ? EVERYWHERE : addressOf(address);
  if (block.v4 !== null && (number === null || number === IP.raw))
    wrong(address!, "can't be judged: sockets of protocol raw bring IP headers of their own");
  return { number, block };
}

function interfaceOf({ interface: name }: Spelled): Partial<Matched> {
  if (!/^[^/\s:]{1,15}$/.test(name!)) wrong(name!, "is no interface's name, a pattern of one, or *");
  return { pattern: globOf(name!, ""), name: name! };
}

function vsockOf({ cid, ports }: Spelled): Partial<Matched> {
  const number = numbered(cid!, { hypervisor: 0, local: 1, host: 2 }, 0xffffffff, "cid");
  const [low, high] = portsOf(ports!, 0xffffffff);
  return { number, low, high };
}

function familyOf({ name }: Spelled): Partial<Matched> {
  const number = numbered(name!, FAMILIES, 255, "family");
  if (number === null) return wrong("*", "is no family: each is granted by itself");
  if (OTHERWISE[number] !== undefined) wrong(name!, OTHERWISE[number]);
  return { number };
}

function listed(form: "option" | "control" | "ioctl", { name }: Spelled): Partial<Matched> {
  if (name !== "*" && !known[form].has(name!)) wrong(name!, `is no ${form} that can be granted`);
  return { name: name! };
}

function matchedBy(rule: Spelled): Partial<Matched> {
  const form = forms[rule.kind];
  switch (form) {
    case "endpoint":
      return endpointOf(rule);
    case "address":
      return { block: addressOf(rule.address!) };
    case "raw":
      return rawOf(rule);
    case "path":
      return { pattern: pathOf(rule.path!) };
    case "abstract":
      return { pattern: globOf(rule.name!, "") };
    case "interface":
      return interfaceOf(rule);
    case "netlink":
      return { number: numbered(rule.protocol!, NETLINK, 31, "protocol of netlink") };
    case "vsock":
      return vsockOf(rule);
    case "family":
      return familyOf(rule);
    case "host":
      return { pattern: hostOf(rule.name!) };
    case "nothing":
      return {};
    default:
      return listed(form, rule);
  }
}

/** A connection to the address that is all zeros is judged as one to where it leads. */
function checkReachable(kind: Kind, block: Block): void {
  if (!kind.endsWith("-connect") || block.masks[3] !== 0xffffffff || !isZero(block)) return;
  if (block.v4 === true) wrong("0.0.0.0", "reaches 127.0.0.1, which is what can be granted");
  if (block.v4 === false) wrong("[::]", "reaches [::1], which is what can be granted");
}

function understood(rule: Spelled, place: string): Rule {
  const { kind } = rule;
  const { block, low, high, pattern, number, name } = { ...UNSAID, ...matchedBy(rule) };
  checkReachable(kind, block);
  return {
    kind,
    allows: place.startsWith("allow"),
    place,
    text: shortForm(rule),
    block,
    low,
    high,
    pattern,
    number,
    name,
  };
}

function limitOf(
  limits: Record<string, unknown>,
  key: keyof Limits,
  usual: number,
  errors: string[],
): number {
  const value = limits[key];
  if (value === undefined) return usual;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1 && value <= 0x7fffffff)
    return value;
  errors.push(`limits.${key}: ${JSON.stringify(shown(value))} is no number 1..${0x7fffffff}`);
  return usual;
}

/** Reads a policy, or the list of what it allows; throws a PolicyError that names everything that is wrong. */
export function rulesOf(policy: Policy | readonly RuleText[]): Rules {
  const errors: string[] = [];
  const whole = (Array.isArray(policy) ? { allow: policy } : policy) as Record<string, unknown>;
  if (typeof whole !== "object" || whole === null)
    throw new PolicyError([
      `policy: ${JSON.stringify(shown(whole))} is no policy: an object, or a list of rules`,
    ]);
  for (const key of Object.keys(whole))
    if (!["$schema", "allow", "deny", "limits"].includes(key))
      errors.push(`policy: ${JSON.stringify(key)} is no part of a policy: allow, deny, limits`);
  const list = (key: "allow" | "deny"): Rule[] => {
    const rules = whole[key] ?? (key === "deny" ? [] : undefined);
    if (!Array.isArray(rules)) {
      errors.push(`${key}: ${JSON.stringify(shown(rules))} is no list of rules`);
      return [];
    }
    return rules.flatMap((rule, i) => {
      const place = `${key}[${i}]`;
      try {
        return [understood(spelled(rule), place)];
      } catch (error) {
        if (!(error instanceof Wrong)) throw error;
        errors.push(
          typeof rule === "string" ? `${place}: ${rule}: ${error.message}` : `${place}: ${error.message}`,
        );
        return [];
      }
    });
  };
  const allow = list("allow");
  const deny = list("deny");
  const given = whole.limits ?? {};
  let limits: Record<string, unknown> = {};
  if (typeof given !== "object" || given === null || Array.isArray(given))
    errors.push(`limits: ${JSON.stringify(shown(given))} is no object`);
  else limits = given as Record<string, unknown>;
  for (const key of Object.keys(limits))
    if (!["descriptors", "bytes", "milliseconds"].includes(key))
      errors.push(`limits: ${JSON.stringify(key)} is no limit: descriptors, bytes, milliseconds`);
  const descriptors = limitOf(limits, "descriptors", DESCRIPTORS, errors);
  const bytes = limitOf(limits, "bytes", Infinity, errors);
  const milliseconds = limitOf(limits, "milliseconds", Infinity, errors);
  if (errors.length > 0) throw new PolicyError(errors);
  return { allow, deny, limits: { descriptors, bytes, milliseconds } };
}
