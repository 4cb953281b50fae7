// The parts of a rule, read: numbers by their names, addresses, ports, and patterns of paths and names.
import { encodePath } from "../../ts/base/surrogate-escape.js";
import { wrong } from "./rule-forms.js";
import { blockOf, EVERYWHERE, parseIp, unmap, type Block } from "./ip.js";
import { latin1 } from "./latin1.js";

/** Numbers of `AF_NETLINK`'s protocols (linux/netlink.h). */
export const NETLINK: Readonly<Record<string, number>> = {
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
export const IP: Readonly<Record<string, number>> = {
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
export const FAMILIES: Readonly<Record<string, number>> = {
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
export const OTHERWISE: Readonly<Record<string, string>> = {
  1: "is AF_UNIX: its rules are unix and abstract",
  2: "is AF_INET: its rules are tcp-connect, udp-bind and their kin, ping and raw",
  10: "is AF_INET6: its rules are tcp-connect, udp-bind and their kin, ping and raw",
  16: "is AF_NETLINK: its rules are netlink",
  17: "is AF_PACKET: its rules are packet",
  29: "is AF_CAN: its rules are can",
  40: "is AF_VSOCK: its rules are vsock-connect and vsock-listen",
  44: "is AF_XDP, which can't be granted: its addresses hold descriptors and its options pointers",
};

export function numbered(
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

export function addressOf(part: string): Block {
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

export function portsOf(part: string, most: number): [low: number, high: number] {
  if (part === "*") return [0, most];
  const [, low, , high = low] = /^([1-9]\d*)(-([1-9]\d*))?$/.exec(part) ?? [];
  if (low === undefined || Number(high) > most || Number(low) > Number(high))
    return wrong(part, `is no port or range of ports: 443, 8000-8999 or *, 1..${most}`);
  return [Number(low), Number(high)];
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
export function globOf(part: string, stop: string): RegExp {
  const any = "[^]*";
  const source = bytesOf(part)
    .split(/(\*+)/)
    .map(piece => {
      if (!piece.startsWith("*")) return escaped(piece);
      return piece.length > 1 || stop === "" ? any : `[^${escaped(stop)}]*`;
    });
  return new RegExp(`^${source.join("")}$`);
}

export function pathOf(part: string): RegExp {
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

export function hostOf(part: string): RegExp {
  if (part === "*") return /^[^]*$/;
  if (!/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(part))
    return wrong(part, "is no host's name: example.org, *.example.org or *");
  const name = part.toLowerCase();
  return new RegExp(name.startsWith("*.") ? `^[^]+${escaped(name.slice(1))}$` : `^${escaped(name)}$`);
}
