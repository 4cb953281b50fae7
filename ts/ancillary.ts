// Control messages as values: what the data of a level and type is. A row is all that a message
// needs (cmsg(3)).
import { bytesOf, cint, int, show } from "./base/check.js";
import type { Constants } from "./base/constants.gen.js";
import type { Struct } from "./codec/layout.js";
import { lazy } from "./base/lazy.js";
import type { Structs, StructName } from "./structs.js";
import type { AncillaryItem, Data } from "./base/types.js";
import { isBytes } from "./base/views.js";
import type { Wire } from "./codec/wire.js";

type ConstantName = keyof Constants;
/**
 * The first of the types is what is sent; all are received. Levels of different families may have
 * one number: `family` tells them apart.
 */
type Place = readonly [
  level: ConstantName,
  types: readonly ConstantName[],
  struct: StructName | "bytes",
  family?: ConstantName,
];

const rows = {
  /** Descriptors, which are duplicated into the receiver: SCM_RIGHTS, unix(7). */
  rights: ["SOL_SOCKET", ["SCM_RIGHTS"], "rights"],
  /** The sender's process, user and group: SCM_CREDENTIALS, unix(7). */
  credentials: ["SOL_SOCKET", ["SCM_CREDENTIALS"], "ucred"],
  /** When a datagram came, in seconds: SCM_TIMESTAMP, socket(7). */
  timestamp: ["SOL_SOCKET", ["SCM_TIMESTAMP"], "timeval"],
  /** When a datagram came, in nanoseconds: SCM_TIMESTAMPNS, socket(7). */
  timestampns: ["SOL_SOCKET", ["SCM_TIMESTAMPNS"], "timespec"],
  /** When a packet came or went, in nanoseconds: SCM_TIMESTAMPING, linux/errqueue.h. */
  timestamping: ["SOL_SOCKET", ["SCM_TIMESTAMPING"], "scm_timestamping"],
  /** When a packet shall leave, in nanoseconds of the clock of SO_TXTIME: SCM_TXTIME. */
  txtime: ["SOL_SOCKET", ["SCM_TXTIME"], "uint64"],
  /** How many datagrams the socket has dropped: SO_RXQ_OVFL, socket(7). */
  dropped: ["SOL_SOCKET", ["SO_RXQ_OVFL"], "uint32"],
  /** The mark of a packet: SO_MARK, socket(7). */
  mark: ["SOL_SOCKET", ["SO_MARK"], "uint32"],
  // The BSDs give what they receive another type than what is sent.
  /** Interface and addresses of a datagram: IP_PKTINFO, ip(7). */
  pktinfo: ["IPPROTO_IP", ["IP_PKTINFO"], "in_pktinfo"],
  /** Hops that are left, or those to send with: IP_TTL, ip(7). */
  ttl: ["IPPROTO_IP", ["IP_TTL", "IP_RECVTTL"], "ttl"],
  /** The type of service: IP_TOS, ip(7). */
  tos: ["IPPROTO_IP", ["IP_TOS", "IP_RECVTOS"], "tos"],
  /** An error of the error queue: IP_RECVERR, ip(7). */
  ipError: ["IPPROTO_IP", ["IP_RECVERR"], "sock_extended_err"],
  /** Interface and address of a datagram: IPV6_PKTINFO, RFC 3542. */
  pktinfo6: ["IPPROTO_IPV6", ["IPV6_PKTINFO"], "in6_pktinfo"],
  /** Hops that are left, or those to send with: IPV6_HOPLIMIT, ipv6(7). */
  hoplimit: ["IPPROTO_IPV6", ["IPV6_HOPLIMIT"], "int"],
  /** The traffic class: IPV6_TCLASS, RFC 3542. */
  tclass: ["IPPROTO_IPV6", ["IPV6_TCLASS"], "int"],
  /** An error of the error queue: IPV6_RECVERR, ipv6(7). */
  ipv6Error: ["IPPROTO_IPV6", ["IPV6_RECVERR"], "sock_extended_err"],
  /** Bytes of each of the datagrams that came joined: UDP_GRO, udp(7). */
  groSize: ["SOL_UDP", ["UDP_GRO"], "int"],
  /** Bytes of each datagram that is cut of what is sent: UDP_SEGMENT, udp(7). */
  gsoSize: ["SOL_UDP", ["UDP_SEGMENT"], "uint16"],
  /** An error of the error queue: SCM_CAN_RAW_ERRQUEUE, linux/can/raw.h. */
  canRawErrqueue: ["SOL_CAN_RAW", ["SCM_CAN_RAW_ERRQUEUE"], "sock_extended_err"],
  /** The destination's address: SCM_J1939_DEST_ADDR, linux/can/j1939.h. */
  j1939DestAddr: ["SOL_CAN_J1939", ["SCM_J1939_DEST_ADDR"], "uint8"],
  /** The destination's name: SCM_J1939_DEST_NAME, linux/can/j1939.h. */
  j1939DestName: ["SOL_CAN_J1939", ["SCM_J1939_DEST_NAME"], "uint64"],
  /** The priority, 0 the highest, 7 the lowest: SCM_J1939_PRIO, linux/can/j1939.h. */
  j1939Prio: ["SOL_CAN_J1939", ["SCM_J1939_PRIO"], "uint8"],
  /** An error of the error queue: SCM_J1939_ERRQUEUE, linux/can/j1939.h. */
  j1939Errqueue: ["SOL_CAN_J1939", ["SCM_J1939_ERRQUEUE"], "sock_extended_err"],
  /** Why a message came back: TIPC_ERRINFO, linux/tipc.h. */
  tipcErrinfo: ["SOL_TIPC", ["TIPC_ERRINFO"], "tipc_errinfo"],
  /** The message that came back: TIPC_RETDATA, linux/tipc.h. */
  tipcRetdata: ["SOL_TIPC", ["TIPC_RETDATA"], "bytes"],
  /** The service that a message was sent to: TIPC_DESTNAME, linux/tipc.h. */
  tipcDestname: ["SOL_TIPC", ["TIPC_DESTNAME"], "tipc_service_range"],
  /** The memory that a message is about, a cookie: RDS_CMSG_RDMA_DEST, linux/rds.h. */
  rdsRdmaDest: ["SOL_RDS", ["RDS_CMSG_RDMA_DEST"], "uint64"],
  /** How an operation on remote memory ended: RDS_CMSG_RDMA_STATUS, linux/rds.h. */
  rdsRdmaStatus: ["SOL_RDS", ["RDS_CMSG_RDMA_STATUS"], "rds_rdma_notify"],
  /** Which ports are not congested any more, a bit each: RDS_CMSG_CONG_UPDATE, linux/rds.h. */
  rdsCongUpdate: ["SOL_RDS", ["RDS_CMSG_CONG_UPDATE"], "uint64"],
  /** How long the way of a message took: RDS_CMSG_RXPATH_LATENCY, linux/rds.h. */
  rdsRxpathLatency: ["SOL_RDS", ["RDS_CMSG_RXPATH_LATENCY"], "rds_cmsg_rx_trace"],
  /** What a new association asks for: SCTP_INIT, RFC 6458. */
  sctpInit: ["SOL_SCTP", ["SCTP_INIT"], "sctp_initmsg"],
  /** About a message, in either direction: SCTP_SNDRCV, RFC 6458. */
  sctpSndrcv: ["SOL_SCTP", ["SCTP_SNDRCV"], "sctp_sndrcvinfo"],
  /** About a message to send: SCTP_SNDINFO, RFC 6458. */
  sctpSndinfo: ["SOL_SCTP", ["SCTP_SNDINFO"], "sctp_sndinfo"],
  /** About a message that came: SCTP_RCVINFO, RFC 6458. */
  sctpRcvinfo: ["SOL_SCTP", ["SCTP_RCVINFO"], "sctp_rcvinfo"],
  // The level is IPPROTO_IP's number too.
  /** Whether a packet came in (1) or went out (0): HCI_CMSG_DIR, bluetooth/hci.h. */
  hciDirection: ["SOL_HCI", ["HCI_CMSG_DIR"], "int", "AF_BLUETOOTH"],
  /** When a packet came or went, in seconds: HCI_CMSG_TSTAMP, bluetooth/hci.h. */
  hciTimestamp: ["SOL_HCI", ["HCI_CMSG_TSTAMP"], "timeval", "AF_BLUETOOTH"],
  /** About a packet that came: PACKET_AUXDATA, packet(7). */
  packetAuxdata: ["SOL_PACKET", ["PACKET_AUXDATA"], "tpacket_auxdata"],
  /** The multicast group that a message came to: NETLINK_PKTINFO, netlink(7). */
  netlinkPktinfo: ["SOL_NETLINK", ["NETLINK_PKTINFO"], "nl_pktinfo"],
} as const satisfies Record<string, Place>;

/** The name of a control message. */
export type AncillaryName = keyof typeof rows;
/** What a message of this name holds. */
export type AncillaryValue<N extends AncillaryName> = BytesOr<(typeof rows)[N][2]>;
type BytesOr<S extends StructName | "bytes"> = S extends StructName
  ? Structs[S] extends Struct<infer T>
    ? T
    : never
  : Uint8Array;
/**
 * A message that was read: its name and value; `unknown` with the data if the table has no row of
 * its level and type.
 */
export type Ancillary =
  | { [N in AncillaryName]: AncillaryMessage<N, AncillaryValue<N>> }[AncillaryName]
  | AncillaryMessage<"unknown", Uint8Array>;
/** A message that was read. */
export interface AncillaryMessage<N, V> {
  /** The message's name. */
  readonly name: N;
  /** What it says. */
  readonly value: V;
}
/**
 * Makes a message, for sendmsg(2).
 * @throws TypeError and RangeError for its value; RangeError where this system lacks it.
 */
export type AncillaryBuilders = {
  readonly [N in keyof typeof rows]: (value: AncillaryValue<N>) => AncillaryItem;
};

/** Control messages of one system: a builder for each, and what they say when they come. */
export interface AncillaryCodec extends AncillaryBuilders {
  /**
   * What a message that recvmsg(2) gave says. `family` is needed for those of AF_BLUETOOTH alone,
   * which share numbers with AF_INET's.
   * @throws RangeError for data too short or too long.
   */
  decode(item: AncillaryItem, family?: number): Ancillary;
  /**
   * Room for these messages, each once, for recvmsg()'s `ancbufsize` and a batch's `control`
   * (CMSG_SPACE(3) of each): `space("ipError", "ttl")`. With an error comes the offender's address.
   * What has no fixed size comes with how many: `space(["rights", 3])`.
   * @throws RangeError for a name that is not in the table, or that this system lacks.
   */
  space(...messages: (AncillaryName | readonly [name: AncillaryName, count: number])[]): number;
}

/** What follows the struct: the address of the host that reported the error (ip(7), SO_EE_OFFENDER). */
const offenders: Readonly<Record<string, string>> = { ipError: "sockaddr_in", ipv6Error: "sockaddr_in6" };
/** Bytes of one of what has no fixed size: a descriptor, a byte. */
const units: Readonly<Record<string, number>> = { rights: 4, tipcRetdata: 1 };

export function bindAncillary(constants: Constants, structs: Structs, wire: Wire): AncillaryCodec {
  const bytes = {
    pack: (value: unknown) => bytesOf("value", value as Data),
    unpack: (data: Uint8Array) => data,
  };
  const structOf = (name: StructName | "bytes") =>
    name === "bytes" ? bytes : (structs[name] as Struct<unknown>);
  const key = (level: number, type: number, family: number | "") => `${level} ${type} ${family}`;
  /** Which row it is, by level, type and family. */
  function places(): Map<string, AncillaryName> {
    const found = new Map<string, AncillaryName>();
    for (const [name, [level, types, , family]] of Object.entries<Place>(rows)) {
      for (const type of types) {
        if (!Number.isNaN(constants[type]))
          found.set(
            key(constants[level], constants[type], family ? constants[family] : ""),
            name as AncillaryName,
          );
      }
    }
    return found;
  }
  let known: Map<string, AncillaryName> | undefined;
  function builder(name: AncillaryName): (value: unknown) => AncillaryItem {
    const [level, types, struct]: Place = rows[name];
    const codec = structOf(struct);
    return value => {
      const lacking = [level, types[0]!].filter(constant => Number.isNaN(constants[constant]));
      if (lacking.length)
        throw new RangeError(`ancillary.${name}: this system lacks ${lacking.join(" and ")}`);
      return [constants[level], constants[types[0]!], codec.pack(value)];
    };
  }
  /** Bytes of one message's data. */
  function sizeOf(message: unknown): number {
    const [name, count] = Array.isArray(message) ? (message as unknown[]) : [message];
    if (typeof name !== "string" || !Object.hasOwn(rows, name)) {
      throw new RangeError(
        `ancillary.space: there is no message ${show(name)}, there are ${Object.keys(rows).join(", ")}`,
      );
    }
    const [level, types, struct]: Place = rows[name as AncillaryName];
    const lacking = [level, types[0]!].filter(constant => Number.isNaN(constants[constant]));
    if (lacking.length)
      throw new RangeError(`ancillary.space: this system lacks ${lacking.join(" and ")}, for ${name}`);
    const unit = units[name];
    if (unit !== undefined) return unit * int(`ancillary.space: how many of ${name}`, count, 0, 0xffff);
    if (count !== undefined)
      throw new RangeError(`ancillary.space: ${name} has a size of its own, got a count`);
    const offender = offenders[name];
    return (
      (structs[struct as StructName] as Struct<unknown>).size +
      (offender === undefined ? 0 : wire.size(offender))
    );
  }
  function space(...messages: unknown[]): number {
    return messages.map(sizeOf).reduce((sum, size) => sum + wire.calls.cmsg_space(wire.target, size), 0);
  }
  function decode(item: AncillaryItem, family?: number): Ancillary {
    const [first, second, data] = Array.isArray(item) && item.length === 3 ? item : [];
    if (!isBytes(data)) throw new TypeError(`ancillary item must be [level, type, data], got ${show(item)}`);
    const level = cint("level", first);
    const type = cint("type", second);
    known ??= places();
    const name =
      (family === undefined ? undefined : known.get(key(level, type, cint("family", family)))) ??
      known.get(key(level, type, ""));
    return name === undefined
      ? { name: "unknown", value: data }
      : ({ name, value: structOf(rows[name][2]).unpack(data) } as Ancillary);
  }
  const others = { decode, space };
  return lazy<AncillaryCodec>([...(Object.keys(rows) as AncillaryName[]), "decode", "space"], name =>
    name in others ? others[name as "decode"] : builder(name as AncillaryName),
  );
}
