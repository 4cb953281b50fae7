// The WIT's types (wasm/wit/types.wit, codec.wit, sockets.wit) as TypeScript's, in jco's form.
import type { Target } from "../contract.js";

/** AF_INET, ip(7): a numeric host and a port. */
export interface InetAddress {
  host: string;
  port: number;
}
/** AF_INET6, ipv6(7). */
export interface Inet6Address {
  host: string;
  port: number;
  /** 0 to 2^20 - 1. */
  flowInfo: number;
  /** The index of a link-local address's interface. */
  scopeId: number;
}
/** AF_NETLINK, netlink(7). */
export interface NetlinkAddress {
  portId: number;
  groups: number;
}
/** AF_PACKET, packet(7). */
export interface PacketAddress {
  interfaceIndex: number;
  protocol: number;
  hardwareType: number;
  packetType: number;
  /** 8 bytes at most. */
  hardwareAddress: Uint8Array;
}
/** AF_CAN with CAN_RAW or CAN_BCM. */
export interface CanAddress {
  interfaceIndex: number;
}
/** AF_CAN with CAN_ISOTP. */
export interface CanIsotpAddress {
  interfaceIndex: number;
  rxId: number;
  txId: number;
}
/** AF_CAN with CAN_J1939. */
export interface CanJ1939Address {
  interfaceIndex: number;
  name: bigint;
  pgn: number;
  addr: number;
}
/** AF_TIPC. */
export interface TipcAddress {
  addrType: number;
  v1: number;
  v2: number;
  v3: number;
  scope: number;
}
/** AF_VSOCK, vsock(7). */
export interface VsockAddress {
  cid: number;
  port: number;
}
/** AF_QIPCRTR. */
export interface QipcrtrAddress {
  node: number;
  port: number;
}
/** AF_XDP. */
export interface XdpAddress {
  interfaceIndex: number;
  queueId: number;
  bindFlags: number;
}
/** AF_BLUETOOTH with BTPROTO_L2CAP. */
export interface L2capAddress {
  bdaddr: string;
  psm: number;
  cid: number;
  bdaddrType: number;
}
/** AF_BLUETOOTH with BTPROTO_RFCOMM. */
export interface RfcommAddress {
  bdaddr: string;
  channel: number;
}
/** AF_BLUETOOTH with BTPROTO_HCI. */
export interface HciAddress {
  device: number;
  channel: number;
}
/** AF_BLUETOOTH with BTPROTO_ISO. */
export interface IsoAddress {
  bdaddr: string;
  bdaddrType: number;
}
/** AF_ALG. */
export interface AlgAddress {
  algType: string;
  name: string;
  feat: number;
  mask: number;
}
/** PF_SYSTEM, macOS. */
export interface SystemAddress {
  id: number;
  unit: number;
}
/** AF_LINK of BSD and macOS. */
export interface LinkAddress {
  index: number;
  linkType: number;
  name: string;
  address: Uint8Array;
}
/** AF_HYPERV, Windows: two UUIDs as text. */
export interface HypervAddress {
  vmId: string;
  serviceId: string;
}
/** A family that has no case of its own. */
export interface OtherAddress {
  family: number;
  data: Uint8Array;
}

/** An address: its case, and its fields. */
export type Address =
  | { tag: "unspecified" }
  | { tag: "inet"; val: InetAddress }
  | { tag: "inet6"; val: Inet6Address }
  | { tag: "unix"; val: Uint8Array }
  | { tag: "netlink"; val: NetlinkAddress }
  | { tag: "packet"; val: PacketAddress }
  | { tag: "can"; val: CanAddress }
  | { tag: "can-isotp"; val: CanIsotpAddress }
  | { tag: "can-j1939"; val: CanJ1939Address }
  | { tag: "tipc"; val: TipcAddress }
  | { tag: "vsock"; val: VsockAddress }
  | { tag: "qipcrtr"; val: QipcrtrAddress }
  | { tag: "xdp"; val: XdpAddress }
  | { tag: "l2cap"; val: L2capAddress }
  | { tag: "rfcomm"; val: RfcommAddress }
  | { tag: "hci"; val: HciAddress }
  | { tag: "sco"; val: string }
  | { tag: "iso"; val: IsoAddress }
  | { tag: "alg"; val: AlgAddress }
  | { tag: "system"; val: SystemAddress }
  | { tag: "link"; val: LinkAddress }
  | { tag: "hyperv"; val: HypervAddress }
  | { tag: "other"; val: OtherAddress };

/** A control message, cmsg(3): level and type are the target's numbers. */
export interface ControlMessage {
  level: number;
  kind: number;
  data: Uint8Array;
}

/** Why something is no address, or no control data. */
export type CodecError =
  | "bad-text"
  | "too-short"
  | "too-long"
  | "unsupported"
  | "wrong-family"
  | "out-of-range";

/** Protocols whose addresses are not those of their family. */
export type Protocol = "default" | "can-isotp" | "can-j1939" | "l2cap" | "rfcomm" | "hci" | "sco" | "iso";

/** The interface `codec`: addresses and control data of any target. @throws WitError with a CodecError. */
export interface Codec {
  /** The sockaddr of an address, as bind(2) takes it. */
  encodeAddress(target: Target, address: Address): Uint8Array;
  /** The address that a sockaddr holds. */
  decodeAddress(target: Target, protocol: Protocol, bytes: Uint8Array): Address;
  /** `inet_pton(3)`: 4 bytes or 16. */
  pton(text: string): Uint8Array;
  /** `inet_ntop(3)` of 4 bytes or 16. */
  ntop(bytes: Uint8Array): string;
  /** msg_control of these messages. */
  encodeControl(target: Target, messages: readonly ControlMessage[]): Uint8Array;
  /** The messages of a msg_control. */
  decodeControl(target: Target, bytes: Uint8Array): ControlMessage[];
}

/** What recvmsg() gives. */
export interface Message {
  data: Uint8Array;
  /** Control messages without SCM_RIGHTS. */
  control: ControlMessage[];
  /** The sockets that came by SCM_RIGHTS. */
  rights: Socket[];
  /** MSG_TRUNC, MSG_CTRUNC, … */
  msgFlags: number;
  /** The sender. */
  address: Address;
}
/** A datagram of receiveMany() and sendMany(). */
export interface Datagram {
  data: Uint8Array;
  control: ControlMessage[];
  /** Of what was received. */
  msgFlags: number;
  address: Address;
}

/**
 * A socket. Families, flags and options are the host's numbers: `constants()` has them. A call that fails
 * throws a WitError, whose payload is the errno's name in small letters; after `close()` that is
 * `"ebadf"`.
 */
export interface Socket {
  /** `bind(2)`. */
  bind(address: Address): void;
  /** `connect(2)`. */
  connect(address: Address): void;
  /** `listen(2)`. */
  listen(backlog: number): void;
  /** `accept4(2)`: the connection and the peer's address. */
  accept(): [Socket, Address];
  /** `shutdown(2)`: 0 receiving, 1 sending, 2 both. */
  shutdown(how: number): void;
  /** `getsockname(2)`. */
  getsockname(): Address;
  /** `getpeername(2)`. */
  getpeername(): Address;
  /** `recv(2)`: `length` bytes at most, 1 MiB in any case. */
  recv(length: number, flags: number): Uint8Array;
  /** `recvfrom(2)`. */
  recvfrom(length: number, flags: number): [Uint8Array, Address];
  /** `recvmsg(2)`. */
  recvmsg(length: number, controlLength: number, flags: number): Message;
  /** `recvmmsg(2)`. */
  receiveMany(count: number, length: number, controlLength: number, flags: number): Datagram[];
  /** `send(2)`: how many bytes were taken. */
  send(data: Uint8Array, flags: number): number;
  /** `sendto(2)`. */
  sendto(data: Uint8Array, flags: number, address: Address): number;
  /** `sendmsg(2)`: sockets go in `rights`, never in `control`. */
  sendmsg(
    data: Uint8Array,
    control: readonly ControlMessage[],
    rights: readonly Socket[],
    flags: number,
    address: Address,
  ): number;
  /** `sendmmsg(2)`: how many were sent. */
  sendMany(datagrams: readonly Datagram[], flags: number): number;
  /** `getsockopt(2)`: `length` bytes at most. */
  getsockopt(level: number, name: number, length: number): Uint8Array;
  /** `setsockopt(2)`. */
  setsockopt(level: number, name: number, value: Uint8Array): void;
  /** `ioctl(2)`: the argument as it is afterwards. */
  ioctl(request: number, argument: Uint8Array): Uint8Array;
  /** `dup(2)`. */
  duplicate(): Socket;
  /** Whether O_NONBLOCK is set. */
  isNonblocking(): boolean;
  /** Sets or clears O_NONBLOCK. */
  setNonblocking(on: boolean): void;
  /** `close(2)`. */
  close(): void;
  /** Drops it: what is open is closed. */
  [Symbol.dispose](): void;
}

/** The interface `sockets`. */
export interface Sockets {
  /** The resource. */
  readonly Socket: {
    /** `socket(2)`. */
    open(family: number, kind: number, protocol: number): Socket;
    /** `socketpair(2)`. */
    pair(family: number, kind: number, protocol: number): [Socket, Socket];
  };
  /** The host's constants by name, undefined where it lacks one. */
  constants(names: readonly string[]): (bigint | undefined)[];
  /** `poll(2)`: the events of each; -1 waits without end. */
  poll(entries: readonly (readonly [Socket, number])[], milliseconds: number): Int16Array;
}
