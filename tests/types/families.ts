// Type tests, judged by tsc alone: each family's constant lets its own tuple in and no other, and
// gives its tuple out. Nothing here runs. A line under @ts-expect-error that compiles after all is
// an error.
import {
  AF_ALG,
  AF_BLUETOOTH,
  AF_CAN,
  AF_DIVERT,
  AF_HYPERV,
  AF_INET,
  AF_INET6,
  AF_LINK,
  AF_NETLINK,
  AF_PACKET,
  AF_QIPCRTR,
  AF_RDS,
  AF_TIPC,
  AF_UNIX,
  AF_VSOCK,
  AF_XDP,
  BTPROTO_HCI,
  BTPROTO_L2CAP,
  BTPROTO_RFCOMM,
  BTPROTO_SCO,
  CAN_BCM,
  CAN_ISOTP,
  CAN_J1939,
  CAN_RAW,
  PF_SYSTEM,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SYSPROTO_CONTROL,
  Socket,
} from "../../ts/index.js";
import type {
  CanAddress,
  CanIsotpAddress,
  CanJ1939Address,
  HciAddress,
  Inet6Address,
  InetAddress,
  NetlinkAddress,
  PacketAddress,
  TipcAddress,
  UnixAddress,
  XdpAddress,
} from "../../ts/index.js";
import { is } from "./is.js";

const mac = new Uint8Array(6);

export function inet(): void {
  const s = new Socket(AF_INET, SOCK_DGRAM);
  s.bind(["", 0]);
  s.bind(["127.0.0.1", 80] as const);
  s.connect([Buffer.from("localhost"), 80]);
  s.sendto("x", ["127.0.0.1", 9]);
  s.sendto("x", 0, ["127.0.0.1", 9]);
  s.sendmsg(["x"], [], 0, ["127.0.0.1", 9]);
  // @ts-expect-error: no port
  s.bind(["127.0.0.1"]);
  // @ts-expect-error: the port is a number
  s.bind(["127.0.0.1", "80"]);
  // @ts-expect-error: an IPv6 tuple
  s.bind(["::1", 0, 0, 0]);
  // @ts-expect-error: a path
  s.connect("/run/x");
  // @ts-expect-error: a path
  s.sendto("x", "/run/x");
  is<InetAddress>()(s.getsockname());
  is<InetAddress>()(s.accept()[1]);
  is<InetAddress | null>()(s.recvfrom(1)[1]);
  is<InetAddress | null>()(s.recvmsg(1)[3]);
  const [host, port] = s.getsockname();
  is<string>()(host);
  is<number>()(port);
  new Socket(AF_RDS, SOCK_SEQPACKET).bind(["127.0.0.1", 4000]);
  new Socket(AF_DIVERT, SOCK_RAW).bind(["", 4000]);
}

export function inet6(): void {
  const s = new Socket(AF_INET6, SOCK_STREAM);
  s.bind(["::1", 0]);
  s.bind(["::1", 0, 0]);
  s.connect(["fe80::1%eth0", 80, 0, 3]);
  // @ts-expect-error: five
  s.bind(["::1", 0, 0, 0, 0]);
  // @ts-expect-error: a path
  s.bind("/run/x");
  is<Inet6Address>()(s.getpeername());
  const [, , flowinfo, scopeid] = s.getpeername();
  is<number>()(flowinfo);
  is<number>()(scopeid);
}

export function unix(): void {
  const s = new Socket(AF_UNIX);
  s.bind("/run/x");
  s.bind(Buffer.from("\0x"));
  // @ts-expect-error: a tuple
  s.bind(["/run/x"]);
  // @ts-expect-error: an internet address
  s.connect(["127.0.0.1", 80]);
  is<UnixAddress>()(s.getsockname());
}

export function netlink(): void {
  const s = new Socket(AF_NETLINK, SOCK_RAW);
  s.bind([0, 0]);
  // @ts-expect-error: an internet address
  s.bind(["", 0]);
  // @ts-expect-error: three
  s.bind([0, 0, 0]);
  is<NetlinkAddress>()(s.getsockname());
}

export function can(): void {
  const raw = new Socket(AF_CAN, SOCK_RAW, CAN_RAW);
  const bcm = new Socket(AF_CAN, SOCK_DGRAM, CAN_BCM);
  raw.bind(["vcan0"]);
  bcm.connect([""]);
  // @ts-expect-error: ids are ISO-TP's
  raw.bind(["vcan0", 1, 2]);
  // @ts-expect-error: a tuple of one
  raw.bind("vcan0");
  const isotp = new Socket(AF_CAN, SOCK_DGRAM, CAN_ISOTP);
  isotp.bind(["vcan0", 0x123, 0x456]);
  // @ts-expect-error: no ids
  isotp.bind(["vcan0"]);
  // @ts-expect-error: J1939's name
  isotp.bind(["vcan0", 0n, 0, 0]);
  is<CanIsotpAddress>()(isotp.getsockname());
  const j1939 = new Socket(AF_CAN, SOCK_DGRAM, CAN_J1939);
  j1939.bind(["vcan0", 0n, 0x20000, 0x20]);
  // @ts-expect-error: the name has 64 bits
  j1939.bind(["vcan0", 0, 0, 0]);
  is<CanJ1939Address | null>()(j1939.recvfrom(1)[1]);
  is<CanAddress | null>()(bcm.recvfrom(1)[1]);
  new Socket(AF_CAN, SOCK_RAW).bind(["vcan0"]);
}

export function tipc(): void {
  const s = new Socket(AF_TIPC, SOCK_STREAM);
  s.bind([1, 2, 3, 4]);
  s.bind([1, 2, 3, 4, 2]);
  // @ts-expect-error: three
  s.bind([1, 2, 3]);
  is<TipcAddress>()(s.getsockname());
  is<number>()(s.getsockname()[4]);
}

export function bluetooth(): void {
  const l2cap = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP);
  l2cap.bind(["00:00:00:00:00:00", 0x1001]);
  l2cap.connect(["00:00:00:00:00:00", 0, 4, 1]);
  // @ts-expect-error: the address is text
  l2cap.bind([0, 0x1001]);
  const rfcomm = new Socket(AF_BLUETOOTH, SOCK_STREAM, BTPROTO_RFCOMM);
  rfcomm.connect(["00:11:22:33:44:55", 1]);
  // @ts-expect-error: L2CAP's
  rfcomm.connect(["00:11:22:33:44:55", 1, 4, 1]);
  const hci = new Socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI);
  hci.bind(0);
  hci.bind([0]);
  hci.bind([0xffff, 3]);
  // @ts-expect-error: devices have numbers
  hci.bind("hci0");
  is<HciAddress>()(hci.getsockname());
  const sco = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_SCO);
  sco.bind("00:00:00:00:00:00");
  sco.connect(Buffer.from("00:11:22:33:44:55"));
  // @ts-expect-error: no tuple
  sco.bind(["00:00:00:00:00:00"]);
}

export function alg(): void {
  const s = new Socket(AF_ALG, SOCK_SEQPACKET);
  s.bind(["hash", "sha256"]);
  s.bind(["skcipher", "cbc(aes)", 0, 0]);
  // @ts-expect-error: no name
  s.bind(["hash"]);
  // @ts-expect-error: the mask is a number
  s.bind(["hash", "sha256", 0, "0"]);
}

export function packet(): void {
  const s = new Socket(AF_PACKET, SOCK_RAW);
  s.bind(["lo", 0x0800]);
  s.bind(["lo", 0x0800, 0, 1, mac]);
  // @ts-expect-error: interfaces have names here
  s.bind([1, 0x0800]);
  // @ts-expect-error: the hardware address is bytes
  s.bind(["lo", 0x0800, 0, 1, "00:11:22:33:44:55"]);
  is<PacketAddress | null>()(s.recvfrom(1)[1]);
}

export function xdp(): void {
  const s = new Socket(AF_XDP, SOCK_RAW);
  s.bind(["veth0", 0]);
  s.bind(["veth0", 0, 2]);
  s.bind(["veth0", 0, 1, 5]);
  // @ts-expect-error: no queue
  s.bind(["veth0"]);
  // @ts-expect-error: interfaces have names here
  s.bind([1, 0]);
  is<XdpAddress>()(s.getsockname());
}

export function others(): void {
  new Socket(AF_VSOCK, SOCK_STREAM).connect([2, 5000]);
  // @ts-expect-error: context ids are numbers
  new Socket(AF_VSOCK, SOCK_STREAM).connect(["2", 5000]);
  new Socket(AF_QIPCRTR, SOCK_DGRAM).bind([1, 2]);
  // @ts-expect-error: a pair
  new Socket(AF_QIPCRTR, SOCK_DGRAM).bind([1]);
  new Socket(PF_SYSTEM, SOCK_DGRAM, SYSPROTO_CONTROL).connect("com.apple.net.utun_control");
  new Socket(PF_SYSTEM, SOCK_DGRAM, SYSPROTO_CONTROL).connect([1, 0]);
  // @ts-expect-error: a unit is needed
  new Socket(PF_SYSTEM, SOCK_DGRAM, SYSPROTO_CONTROL).connect([1]);
  new Socket(AF_LINK, SOCK_RAW).bind(["en0", 4, 6, "en0", mac]);
  // @ts-expect-error: no name alone
  new Socket(AF_LINK, SOCK_RAW).bind("en0");
  new Socket(AF_HYPERV, SOCK_STREAM, 1).bind([
    "00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-000000000000",
  ]);
  // @ts-expect-error: two UUIDs
  new Socket(AF_HYPERV, SOCK_STREAM, 1).bind(["00000000-0000-0000-0000-000000000000", 1]);
}
