// The types of the surface: constants that carry their family's address, the address tuples, data
// in and out.

declare const carried: unique symbol;
declare const accepted: unique symbol;

/**
 * An address family number that carries its address type: `AF_INET: Family<InetAddress>`. A plain
 * number is not a Family.
 */
export type Family<A> = number & { readonly [carried]: { family: A } };
/**
 * A protocol number that knows its address type, where a family has several: `CAN_ISOTP:
 * Protocol<CanIsotpAddress>`.
 */
export type Protocol<A> = number & { readonly [carried]: { protocol: A } };

/**
 * The number of a socket type, SOCK_STREAM and its like: any number but that of a family or a
 * protocol, so that the two can't change places.
 */
export type SockType = number & { readonly [carried]?: never };

/** An address as it comes out, which going in has other forms: `In`. */
type Address<Out, In> = Out & { readonly [accepted]?: In };
/** What a socket accepts where it gives `A`; anything where `A` is any. */
export type AddressIn<A> = 0 extends 1 & A
  ? // biome-ignore lint/suspicious/noExplicitAny: of a socket whose family only the caller knows
    any
  : A extends { readonly [accepted]?: infer In }
    ? unknown extends In
      ? AsGiven<A>
      : In
    : AsGiven<A>;
type AsGiven<A> = A extends readonly unknown[] ? Readonly<A> : A;

/**
 * AF_UNIX, unix(7): a path; bytes with a leading 0 are an abstract name; "" lets Linux choose one.
 */
export type UnixAddress = string | Uint8Array;
/**
 * AF_INET, ip(7): "" is INADDR_ANY, "<broadcast>" INADDR_BROADCAST; names go to the resolver. Also
 * AF_RDS and AF_DIVERT.
 */
export type InetAddress = Address<
  [host: string, port: number],
  readonly [host: string | Uint8Array, port: number]
>;
/** AF_INET6, ipv6(7), as it comes out. Going in, flowinfo and scope id may be left out. */
export type Inet6Address = Address<
  [host: string, port: number, flowinfo: number, scopeid: number],
  Inet6AddressIn
>;
/**
 * AF_INET6 as it goes in: flowinfo (0..2^20-1) and scope id may be left out, `%zone` may follow the
 * host.
 */
export type Inet6AddressIn = readonly [
  host: string | Uint8Array,
  port: number,
  flowinfo?: number,
  scopeid?: number,
];
/** AF_NETLINK, netlink(7): a port id (0: the kernel) and a mask of multicast groups. */
export type NetlinkAddress = [pid: number, groups: number];
/**
 * AF_TIPC, linux/tipc.h: `addrType` is TIPC_ADDR_ID (node, ref, 0), TIPC_ADDR_NAME (type, instance,
 * domain) or TIPC_ADDR_NAMESEQ (type, lower, upper).
 */
export type TipcAddress = Address<
  [addrType: number, v1: number, v2: number, v3: number, scope: number],
  readonly [addrType: number, v1: number, v2: number, v3: number, scope?: number]
>;
/** AF_CAN with CAN_RAW or CAN_BCM: "" is all interfaces. */
export type CanAddress = [ifname: string];
/** AF_CAN with CAN_ISOTP: the CAN ids of the two directions. */
export type CanIsotpAddress = [ifname: string, rxId: number, txId: number];
/** AF_CAN with CAN_J1939, linux/can/j1939.h. */
export type CanJ1939Address = [ifname: string, name: bigint, pgn: number, addr: number];
/**
 * AF_BLUETOOTH with BTPROTO_L2CAP: "XX:XX:XX:XX:XX:XX" and a PSM. A channel id and a type come out
 * where they are not 0 and BDADDR_BREDR.
 */
export type L2capAddress = [bdaddr: string, psm: number, cid?: number, bdaddrType?: number];
/** AF_BLUETOOTH with BTPROTO_RFCOMM. */
export type RfcommAddress = [bdaddr: string, channel: number];
/**
 * AF_BLUETOOTH with BTPROTO_HCI: a device's number, HCI_DEV_NONE for none; with a channel that is
 * not HCI_CHANNEL_RAW, both.
 */
export type HciAddress = Address<
  number | [deviceId: number, channel: number],
  number | readonly [deviceId: number, channel?: number]
>;
/** AF_BLUETOOTH with BTPROTO_SCO: "XX:XX:XX:XX:XX:XX". */
export type ScoAddress = Address<string, string | Uint8Array>;
/** AF_BLUETOOTH with BTPROTO_ISO: "XX:XX:XX:XX:XX:XX" and BDADDR_LE_PUBLIC or BDADDR_LE_RANDOM. */
export type IsoAddress = [bdaddr: string, bdaddrType: number];
/** AF_BLUETOOTH, whatever the protocol. */
export type BluetoothAddress = L2capAddress | RfcommAddress | HciAddress | ScoAddress | IsoAddress;
/** AF_ALG, the kernel's crypto: "hash", "skcipher", "aead" or "rng", and the algorithm's name. */
export type AlgAddress = Address<
  [type: string, name: string, feat: number, mask: number],
  readonly [type: string, name: string, feat?: number, mask?: number]
>;
/** AF_VSOCK, vsock(7): VMADDR_CID_* or a context id, and a port. */
export type VsockAddress = [cid: number, port: number];
/**
 * AF_PACKET, packet(7): an interface ("": all), the protocol in host order, PACKET_*, ARPHRD_*, the
 * hardware address.
 */
export type PacketAddress = Address<
  [ifname: string, proto: number, pkttype: number, hatype: number, addr: Uint8Array],
  readonly [ifname: string, proto: number, pkttype?: number, hatype?: number, addr?: Uint8Array]
>;
/**
 * AF_XDP, linux/if_xdp.h: an interface, one of its queues, flags (XDP_COPY, XDP_ZEROCOPY …), and
 * with XDP_SHARED_UMEM the socket whose memory is shared.
 */
export type XdpAddress = Address<
  [ifname: string, queueId: number, flags: number, sharedUmemFd: number],
  readonly [ifname: string, queueId: number, flags?: number, sharedUmemFd?: number]
>;
/** AF_QIPCRTR, linux/qrtr.h. */
export type QipcrtrAddress = [node: number, port: number];
/**
 * PF_SYSTEM with SYSPROTO_CONTROL, macOS: a kernel control's id and unit; its name may stand for
 * both.
 */
export type SystemAddress = Address<[id: number, unit: number], string | readonly [id: number, unit: number]>;
/** AF_LINK, link_addr(3) of BSD and macOS. */
export type LinkAddress = [ifname: string, index: number, type: number, name: string, addr: Uint8Array];
/** AF_HYPERV, Windows: two UUIDs. */
export type HypervAddress = [vmId: string, serviceId: string];
/** A family that has no tuple of its own: its number and the bytes after it. */
export type UnknownAddress = [family: number, bytes: Uint8Array];

/** A name for the resolver or the system: text or its bytes. */
export type HostName = string | Uint8Array;
/** One result of getaddrinfo(3). */
export type AddrInfo<A> = [family: Family<A>, type: number, proto: number, canonname: string, sockaddr: A];
/** struct hostent: a host's name, its aliases, its addresses. */
export type HostInfo = [hostname: string, aliases: string[], addresses: string[]];

/** Bytes to send: any view or buffer; a string is sent as UTF-8. */
export type Data = ArrayBufferView | ArrayBufferLike | string;
/** Where received bytes go. */
export type WritableBytes = ArrayBufferView | ArrayBufferLike;

/** One control message: cmsg_level, cmsg_type, cmsg_data. */
export type AncillaryItem = [level: number, type: number, data: Uint8Array];
/** A control message to send, whose data may be of any kind. */
export type AncillaryItemIn = AncillaryItem | readonly [level: number, type: number, data: Data];
