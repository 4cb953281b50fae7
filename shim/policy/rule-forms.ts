// How a rule is written: a short form, `tcp-connect:10.0.0.0/8:443`, or an object that spells the same
// out. What its parts mean is said in rule-parts.ts.

/** A rule that has an error. */
export class Wrong extends Error {}

export function wrong(part: string, what: string): never {
  throw new Wrong(`${JSON.stringify(part)} ${what}`);
}

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
export const forms = {
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
export type Form = (typeof forms)[Kind];

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
export function spelled(rule: unknown): Spelled {
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

export function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

/** A rule's short form. */
export function shortForm(rule: Spelled): string {
  const rest = fields[forms[rule.kind]].map(key => rule[key]).filter(part => part !== undefined);
  return [rule.kind, ...rest].join(":");
}
