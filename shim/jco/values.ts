// The WIT's types (wasm/wit/types.wit, codec.wit, sockets.wit) as TypeScript's, in jco's form.
import type { Target } from "../contract.js";

/** AF_INET, ip(7): a numeric host and a port. */
export interface InetAddress {
  /** Four decimal numbers with dots. */
  host: string;
  /** 0 to 65535. */
  port: number;
}
/** AF_INET6, ipv6(7). */
export interface Inet6Address {
  /** As inet_ntop(3) writes it, without a zone. */
  host: string;
  /** 0 to 65535. */
  port: number;
  /** 0 to 2^20 - 1. */
  flowInfo: number;
  /** The index of a link-local address's interface. */
  scopeId: number;
}
/** AF_NETLINK, netlink(7). */
export interface NetlinkAddress {
  /** The port id, 0 for the kernel. */
  portId: number;
  /** A mask of multicast groups. */
  groups: number;
}
/** AF_PACKET, packet(7). */
export interface PacketAddress {
  /** 0 for all interfaces. */
  interfaceIndex: number;
  /** ETH_P_*, in the machine's order. */
  protocol: number;
  /** ARPHRD_*. */
  hardwareType: number;
  /** PACKET_*. */
  packetType: number;
  /** 8 bytes at most. */
  hardwareAddress: Uint8Array;
}
/** AF_CAN with CAN_RAW or CAN_BCM. */
export interface CanAddress {
  /** 0 for all interfaces. */
  interfaceIndex: number;
}
/** AF_CAN with CAN_ISOTP. */
export interface CanIsotpAddress {
  /** The interface. */
  interfaceIndex: number;
  /** The CAN id of what is received, with its flags. */
  rxId: number;
  /** The CAN id of what is sent, with its flags. */
  txId: number;
}
/** AF_CAN with CAN_J1939. */
export interface CanJ1939Address {
  /** The interface. */
  interfaceIndex: number;
  /** 64 bits. */
  name: bigint;
  /** A parameter group number, 0x40000 for none. */
  pgn: number;
  /** 255 for none. */
  addr: number;
}
/** AF_TIPC. */
export interface TipcAddress {
  /** TIPC_ADDR_*, or TIPC_SERVICE_*. */
  addrType: number;
  /** The node, or the type. */
  v1: number;
  /** The reference, the instance, or the lowest one. */
  v2: number;
  /** 0, the domain, or the highest instance. */
  v3: number;
  /** TIPC_*_SCOPE. */
  scope: number;
}
/** AF_VSOCK, vsock(7). */
export interface VsockAddress {
  /** VMADDR_CID_*. */
  cid: number;
  /** 32 bits. */
  port: number;
}
/** AF_QIPCRTR. */
export interface QipcrtrAddress {
  /** The node. */
  node: number;
  /** 32 bits. */
  port: number;
}
/** AF_XDP. */
export interface XdpAddress {
  /** The interface. */
  interfaceIndex: number;
  /** The queue. */
  queueId: number;
  /** XDP_*, without XDP_SHARED_UMEM. */
  bindFlags: number;
}
/** AF_BLUETOOTH with BTPROTO_L2CAP. */
export interface L2capAddress {
  /** `XX:XX:XX:XX:XX:XX`. */
  bdaddr: string;
  /** A PSM, or 0. */
  psm: number;
  /** A channel id, or 0. */
  cid: number;
  /** BDADDR_*. */
  bdaddrType: number;
}
/** AF_BLUETOOTH with BTPROTO_RFCOMM. */
export interface RfcommAddress {
  /** `XX:XX:XX:XX:XX:XX`. */
  bdaddr: string;
  /** The channel. */
  channel: number;
}
/** AF_BLUETOOTH with BTPROTO_HCI. */
export interface HciAddress {
  /** 65535 for none. */
  device: number;
  /** HCI_CHANNEL_*. */
  channel: number;
}
/** AF_BLUETOOTH with BTPROTO_ISO. */
export interface IsoAddress {
  /** `XX:XX:XX:XX:XX:XX`. */
  bdaddr: string;
  /** BDADDR_*. */
  bdaddrType: number;
}
/** AF_ALG. */
export interface AlgAddress {
  /** "hash", "skcipher", …: 13 bytes at most. */
  algType: string;
  /** 63 bytes at most. */
  name: string;
  /** Features. */
  feat: number;
  /** Their mask. */
  mask: number;
}
/** PF_SYSTEM, macOS. */
export interface SystemAddress {
  /** The control's id. */
  id: number;
  /** Its unit. */
  unit: number;
}
/** AF_LINK of BSD and macOS. */
export interface LinkAddress {
  /** The interface's index. */
  index: number;
  /** IFT_*. */
  linkType: number;
  /** The name that the address carries. */
  name: string;
  /** The link-level address. */
  address: Uint8Array;
}
/** AF_HYPERV, Windows: two UUIDs as text. */
export interface HypervAddress {
  /** Which machine. */
  vmId: string;
  /** Which service. */
  serviceId: string;
}
/** A family that has no case of its own. */
export interface OtherAddress {
  /** AF_*, the target's number. */
  family: number;
  /** What follows the family. */
  data: Uint8Array;
}

/** A case of a variant that holds a value. */
export interface Case<T extends string, V> {
  /** Which case. */
  tag: T;
  /** What it holds. */
  val: V;
}
/** A case that holds nothing. */
export interface BareCase<T extends string> {
  /** Which case. */
  tag: T;
}

/** An address: its case, and its fields. A UNIX one is a path, or a zero byte and an abstract name. */
export type Address =
  | BareCase<"unspecified">
  | Case<"inet", InetAddress>
  | Case<"inet6", Inet6Address>
  | Case<"unix", Uint8Array>
  | Case<"netlink", NetlinkAddress>
  | Case<"packet", PacketAddress>
  | Case<"can", CanAddress>
  | Case<"can-isotp", CanIsotpAddress>
  | Case<"can-j1939", CanJ1939Address>
  | Case<"tipc", TipcAddress>
  | Case<"vsock", VsockAddress>
  | Case<"qipcrtr", QipcrtrAddress>
  | Case<"xdp", XdpAddress>
  | Case<"l2cap", L2capAddress>
  | Case<"rfcomm", RfcommAddress>
  | Case<"hci", HciAddress>
  | Case<"sco", string>
  | Case<"iso", IsoAddress>
  | Case<"alg", AlgAddress>
  | Case<"system", SystemAddress>
  | Case<"link", LinkAddress>
  | Case<"hyperv", HypervAddress>
  | Case<"other", OtherAddress>;

/** A control message, cmsg(3): level and type are the target's numbers. */
export interface ControlMessage {
  /** SOL_* or IPPROTO_*. */
  level: number;
  /** SCM_*, IP_*, … */
  kind: number;
  /** As the target has it. */
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
  /** What was received. */
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
  /** At most as long as one may be. */
  data: Uint8Array;
  /** Without SCM_RIGHTS. */
  control: ControlMessage[];
  /** Of what was received. */
  msgFlags: number;
  /** The sender or the receiver. */
  address: Address;
}

/**
 * The calls of a socket, or of its descriptor: addresses are `A`s, control data that is sent a `C`, what
 * recvmsg(2) gives an `M`, datagrams `D`s.
 */
export interface SocketCalls<Self, A, C, M, D> {
  /** `bind(2)`. */
  bind(address: A): void;
  /** `connect(2)`. */
  connect(address: A): void;
  /** `listen(2)`. */
  listen(backlog: number): void;
  /** `accept4(2)`: the connection and the peer's address. */
  accept(): [Self, A];
  /** `shutdown(2)`: 0 receiving, 1 sending, 2 both. */
  shutdown(how: number): void;
  /** `getsockname(2)`. */
  getsockname(): A;
  /** `getpeername(2)`. */
  getpeername(): A;
  /** `recv(2)`: `length` bytes at most, 1 MiB in any case. */
  recv(length: number, flags: number): Uint8Array;
  /** `recvfrom(2)`. */
  recvfrom(length: number, flags: number): [Uint8Array, A];
  /** `recvmsg(2)`. */
  recvmsg(length: number, controlLength: number, flags: number): M;
  /** `recvmmsg(2)`. */
  receiveMany(count: number, length: number, controlLength: number, flags: number): D[];
  /** `send(2)`: how many bytes were taken. */
  send(data: Uint8Array, flags: number): number;
  /** `sendto(2)`. */
  sendto(data: Uint8Array, flags: number, address: A): number;
  /** `sendmsg(2)`: sockets go in `rights`, never in `control`. */
  sendmsg(data: Uint8Array, control: C, rights: readonly Self[], flags: number, address: A): number;
  /** `sendmmsg(2)`: how many were sent. */
  sendMany(datagrams: readonly D[], flags: number): number;
  /** `getsockopt(2)`: `length` bytes at most. */
  getsockopt(level: number, name: number, length: number): Uint8Array;
  /** `setsockopt(2)`. */
  setsockopt(level: number, name: number, value: Uint8Array): void;
  /** `ioctl(2)`: the argument as it is afterwards. */
  ioctl(request: number, argument: Uint8Array): Uint8Array;
  /** `dup(2)`. */
  duplicate(): Self;
  /** Whether O_NONBLOCK is set. */
  isNonblocking(): boolean;
  /** Sets or clears O_NONBLOCK. */
  setNonblocking(on: boolean): void;
  /** `close(2)`. */
  close(): void;
  /** Drops it: what is open is closed. */
  [Symbol.dispose](): void;
}

/**
 * A socket. Families, flags and options are the host's numbers: `constants()` has them. A call that fails
 * throws a WitError, whose payload is the errno's name in small letters; after `close()` that is
 * `"ebadf"`.
 */
export interface Socket extends SocketCalls<Socket, Address, readonly ControlMessage[], Message, Datagram> {}

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
