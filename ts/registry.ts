// The families: one line each, and the protocols whose addresses are not their family's. The only
// place that compares such a number.
import { isStatus, type AddressContext, type AddressFamily, type AnyAddress } from "./codec/address.js";
import { alg } from "./family/alg.js";
import { hci, iso, l2cap, rfcomm, sco } from "./family/bluetooth.js";
import { can, isotp, j1939 } from "./family/can.js";
import { divert } from "./family/divert.js";
import { hyperv } from "./family/hyperv.js";
import { inet } from "./family/inet.js";
import { inet6 } from "./family/inet6.js";
import { link } from "./family/link.js";
import { netlink } from "./family/netlink.js";
import { packet } from "./family/packet.js";
import { qipcrtr } from "./family/qipcrtr.js";
import { rds } from "./family/rds.js";
import { system } from "./family/system.js";
import { tipc } from "./family/tipc.js";
import { unix } from "./family/unix.js";
import { vsock } from "./family/vsock.js";
import { xdp } from "./family/xdp.js";
import { unknown } from "./codec/unknown-family.js";

export { unknown };

/** In wasm/registry.ts's order. */
export const families = {
  AF_UNIX: unix,
  AF_INET: inet,
  AF_INET6: inet6,
  AF_CAN: can,
  AF_TIPC: tipc,
  AF_VSOCK: vsock,
  AF_QIPCRTR: qipcrtr,
  AF_RDS: rds,
  AF_DIVERT: divert,
  AF_NETLINK: netlink,
  AF_PACKET: packet,
  AF_XDP: xdp,
  AF_LINK: link,
  AF_BLUETOOTH: l2cap,
  AF_ALG: alg,
  AF_SYSTEM: system,
  AF_HYPERV: hyperv,
} satisfies Record<string, AddressFamily>;

/** In wasm/registry.ts's order: the family, and the addresses. */
const protocols = {
  CAN_ISOTP: ["AF_CAN", isotp],
  CAN_J1939: ["AF_CAN", j1939],
  BTPROTO_L2CAP: ["AF_BLUETOOTH", l2cap],
  BTPROTO_HCI: ["AF_BLUETOOTH", hci],
  BTPROTO_SCO: ["AF_BLUETOOTH", sco],
  BTPROTO_RFCOMM: ["AF_BLUETOOTH", rfcomm],
  BTPROTO_ISO: ["AF_BLUETOOTH", iso],
} satisfies Record<string, readonly [family: keyof typeof families, codec: AddressFamily]>;

type Protocols = typeof protocols;
/** What has addresses of its own: a family, or a protocol of one. */
export type FamilyName = keyof typeof families | keyof Protocols;
type CodecOf<F extends FamilyName> = F extends keyof typeof families
  ? (typeof families)[F]
  : F extends keyof Protocols
    ? Protocols[F][1]
    : never;
/** A family's address as it comes out. */
export type AddressOf<F extends FamilyName> = CodecOf<F> extends AddressFamily<infer A> ? A : never;

/** All of them by name. */
export const codecs: Readonly<Record<FamilyName, AddressFamily>> = {
  ...families,
  ...(Object.fromEntries(Object.entries(protocols).map(([name, [, codec]]) => [name, codec])) as Record<
    keyof Protocols,
    AddressFamily
  >),
};

/** The families of one target. */
export class Registry {
  readonly #byNumber = new Map<number, FamilyName>();
  readonly #numbers = new Map<string, number>();
  /** By family, then by protocol. */
  readonly #byProtocol = new Map<number, Map<number, FamilyName>>();

  constructor({ wire: { calls, target } }: AddressContext) {
    (Object.keys(families) as (keyof typeof families)[]).forEach((name, kind) => {
      const number = calls.family_number(target, kind);
      if (number === 0) return;
      this.#byNumber.set(number, name);
      this.#numbers.set(name, number);
    });
    (Object.keys(protocols) as (keyof Protocols)[]).forEach((name, row) => {
      const family = this.#numbers.get(protocols[name][0]);
      const protocol = calls.protocol_number(target, row);
      if (family === undefined || protocol < 0) return;
      const known = this.#byProtocol.get(family) ?? new Map<number, FamilyName>();
      this.#byProtocol.set(family, known.set(protocol, name));
      this.#numbers.set(name, family);
    });
  }

  /**
   * The name of a family's number, if it is one that the target has and we know; with a protocol
   * that has addresses of its own, that one's.
   */
  name(family: number, protocol?: number): FamilyName | undefined {
    return protocol === undefined
      ? this.#byNumber.get(family)
      : (this.#byProtocol.get(family)?.get(protocol) ?? this.#byNumber.get(family));
  }

  /** The family's number by its name or by its protocol's; undefined where the target has none. */
  number(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  /** The codec of a socket's addresses. */
  find(family: number, protocol?: number): AddressFamily {
    const name = this.name(family, protocol);
    return name === undefined ? unknown : codecs[name];
  }

  /**
   * The `length` bytes of the message block as an address, by the codec `expected` if they are of
   * its family; null if there is no address.
   */
  decode(context: AddressContext, length: number, expected: AddressFamily): AnyAddress {
    if (length === 0) return null;
    const address = expected.decode(context, length);
    if (!isStatus(address)) return address;
    const actual = this.find(context.wire.calls.sockaddr_family(context.wire.target, length));
    const second = actual === expected ? address : actual.decode(context, length);
    return isStatus(second) ? unknown.decode(context, length) : second;
  }
}
