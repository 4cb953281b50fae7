// explain(call): a call as data, and which rule decides about it. Nothing is called: paths are judged
// as they stand, and interfaces by the name that is given.
import { encodePath } from "../../ts/base/surrogate-escape.js";
import {
  AddressReader,
  CAN,
  HEAD,
  INET,
  INET6,
  NETLINK,
  newAddress,
  PACKET,
  ROOM,
  UNIX,
  VSOCK,
  type Address,
  type Use,
} from "./address.js";
import { isZero, parseIp, unmap, type Ip } from "./ip.js";
import { disconnects, sortOf, type Decision, type Judge, type Sort } from "./judge.js";
import { plainPath } from "./paths.js";
import { latin1 } from "./latin1.js";

/** A call of a guest's. Numbers may stand for the names of constants; addresses are text or their bytes. */
export interface Call {
  /** A call of the host's, as `connect`; `control` is a control message of a sending call, `listen` one at its address. */
  readonly call: string;
  /** What the socket is: `AF_INET`, `SOCK_STREAM`, `IPPROTO_TCP`. */
  readonly family?: string | number;
  readonly type?: string | number;
  readonly protocol?: string | number;
  /**
   * `10.0.0.1:443`, `[::1]:443`, `/run/app/socket`, `@abstract`, `3:1024` of VSOCK, `0:0` of netlink, an
   * interface's name; or bytes in hexadecimal.
   */
  readonly address?: string | { readonly hex: string };
  /** Of an option or a control message; `name` is an ioctl's too. */
  readonly level?: string | number;
  readonly name?: string | number;
  /** Bytes of its value; null: none. */
  readonly size?: number | null;
  /** Of a lookup. */
  readonly host?: string;
  readonly interface?: string;
}

export interface Explanation {
  readonly granted: boolean;
  /** What the refused call says; null where it is granted. */
  readonly error: "EACCES" | "EAI_FAIL" | null;
  /** The rule that decided, its short form and its place; null where none did. */
  readonly rule: string | null;
  readonly place: string | null;
  readonly why: string;
}

const uses: Readonly<Record<string, Use>> = {
  bind: "bind",
  listen: "listen",
  connect: "connect",
  sendto: "connect",
  sendmsg: "connect",
  sendmmsg: "connect",
};
const lookups = ["getaddrinfo", "gethostbyname", "getnameinfo", "gethostbyaddr"];
const words = {
  rights: "rights",
  getservbyname: "services",
  getservbyport: "services",
  getprotobyname: "services",
  gethostname: "hostname",
  if_nameindex: "interfaces",
} as const;

export function explainer(judge: Judge): (call: Call) => Explanation {
  const { constants } = judge;

  function number(what: keyof Call, value: string | number | undefined, usual?: number): number {
    if (typeof value === "number") return value;
    if (value === undefined && usual !== undefined) return usual;
    const found = constants[value as keyof typeof constants] as number | undefined;
    if (value === undefined || found === undefined || Number.isNaN(found))
      throw new TypeError(`explain: ${what} must be a number or the name of a constant, got ${value}`);
    return found;
  }

  const ipOf = (text: string): Ip => {
    const ip = parseIp(text.replace(/^\[(.*)\]$/, "$1"));
    if (ip === null) throw new TypeError(`explain: address must be numeric, got ${text}`);
    unmap(ip);
    return ip;
  };

  /** An address as the bytes of a call. */
  function fillFromBytes(into: Address, hex: string, family: number, use: Use): void {
    const bytes = new Uint8Array(HEAD + ROOM);
    const parts = hex.match(/[0-9a-f]{2}/gi) ?? [];
    parts.slice(0, ROOM).forEach((part, i) => {
      bytes[HEAD + i] = Number.parseInt(part, 16);
    });
    const reader = new AddressReader(bytes, true);
    reader.read(into, HEAD, parts.length, family);
    if (use === "connect") reader.settle(into, HEAD);
    if (into.kind === "path") into.name = plainPath(into.name);
  }

  function fillFromText(into: Address, text: string, family: number, use: Use): void {
    const at = text.lastIndexOf(":");
    const pair = [text.slice(0, at), text.slice(at + 1)] as const;
    switch (family) {
      case INET:
      case INET6: {
        const ip = ipOf(pair[0]);
        into.kind = "ip";
        into.ip.v4 = ip.v4;
        into.ip.words.set(ip.words);
        into.port = Number(pair[1]);
        if (use === "connect") settle(into);
        break;
      }
      case UNIX:
        fillUnix(into, text);
        break;
      case VSOCK:
        into.kind = "vsock";
        into.number = Number(pair[0]);
        into.port = Number(pair[1]);
        break;
      case NETLINK:
        into.kind = "netlink";
        into.number = Number(pair[0]);
        into.groups = Number(pair[1]);
        break;
      case PACKET:
      case CAN:
        into.kind = "interface";
        into.index = text === "" ? 0 : 1;
        break;
      default:
        into.kind = "other";
    }
  }

  /** The address of a call, and the name of the interface in it. */
  function addressOf(sort: Sort, call: Call): [Address, string] {
    const into = newAddress();
    const given = call.address;
    const use = uses[call.call]!;
    if (typeof given === "object") {
      fillFromBytes(into, given.hex, sort.family, use);
      return [into, call.interface ?? ""];
    }
    if (typeof given !== "string") throw new TypeError(`explain: ${call.call} takes an address`);
    fillFromText(into, given, sort.family, use);
    return [into, into.kind === "interface" ? given : ""];
  }

  function addressed(sort: Sort, call: Call): Decision {
    const [address, name] = addressOf(sort, call);
    if (call.call === "connect" && disconnects(sort, address))
      return { granted: true, rule: null, why: "it only ends a connection" };
    return judge.address(sort, uses[call.call]!, address, () => name);
  }

  function decide(call: Call): Decision {
    const sort = () =>
      sortOf(
        number("family", call.family),
        number("type", call.type, 1),
        number("protocol", call.protocol, 0),
      );
    if (Object.hasOwn(uses, call.call)) return addressed(sort(), call);
    if (Object.hasOwn(words, call.call)) return judge.word(words[call.call as keyof typeof words]);
    const size = call.size === undefined ? 4 : call.size;
    switch (call.call) {
      case "socket":
        return judge.socket(sort());
      case "socketpair":
        return judge.pair(sort());
      case "getsockopt":
      case "setsockopt":
        return judge.option(
          call.call === "getsockopt" ? "get" : "set",
          number("level", call.level),
          number("name", call.name),
          size,
        );
      case "control":
        return judge.control(number("level", call.level), number("name", call.name), size ?? 0);
      case "attachFilter":
        return judge.filter(number("name", call.name));
      case "ioctl":
        return judge.ioctl(number("name", call.name), size);
      case "getaddrinfo":
      case "gethostbyname":
        return judge.hostName(latin1(encodePath(call.host ?? "", "host")));
      case "getnameinfo":
      case "gethostbyaddr":
        return judge.reverse(ipOf(String(call.address)));
      case "if_nametoindex":
      case "if_indextoname":
        return judge.interfaceName(latin1(encodePath(call.interface ?? "", "interface")));
      case "sethostname":
        return { granted: false, rule: null, why: "no rule can grant it" };
      default:
        throw new TypeError(`explain: ${call.call} is no call that the policy judges`);
    }
  }

  return call => {
    const { granted, rule, why } = decide(call);
    const refusal = lookups.includes(call.call) ? "EAI_FAIL" : "EACCES";
    return {
      granted,
      error: granted ? null : refusal,
      rule: rule?.text ?? null,
      place: rule?.place ?? null,
      why,
    };
  };
}

function fillUnix(into: Address, text: string): void {
  if (text === "") into.kind = "unnamed";
  else into.kind = text.startsWith("@") ? "abstract" : "path";
  into.name = latin1(encodePath(into.kind === "abstract" ? text.slice(1) : text, "address"));
  if (into.kind === "path") into.name = plainPath(into.name);
}

/** As AddressReader.settle(): all zeros are where they lead. */
function settle({ ip }: Address): void {
  if (!isZero(ip)) return;
  ip.words[3] = ip.v4 ? 0x7f000001 : 1;
}
