// A policy as data, and its rules as they are judged: reading tells all errors of a policy at once, each
// with its place.
import {
  forms,
  shortForm,
  shown,
  spelled,
  wrong,
  Wrong,
  type Kind,
  type RuleText,
  type Spelled,
} from "./rule-forms.js";
import { EVERYWHERE, isZero, type Block } from "./ip.js";
import {
  addressOf,
  FAMILIES,
  globOf,
  hostOf,
  IP,
  NETLINK,
  numbered,
  OTHERWISE,
  pathOf,
  portsOf,
} from "./rule-parts.js";
import { known } from "./tables.js";

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
