// The families, one row each: what the table of docs/families.md says, and the sockets that
// `berkeley-sockets families` tries to open. An address's tuple is as types.ts has it.
import type { Constants } from "../base/constants.gen.js";

/** A kind of socket to try: type, protocol, what it is called. */
export interface Probe {
  readonly name: string;
  readonly type: keyof Constants & `SOCK_${string}`;
  readonly protocol?: keyof Constants;
  /** Kernel modules that bring it, the first first. */
  readonly modules?: string;
  /** The capability that it asks for. */
  readonly capability?: string;
}

export interface FamilyRow {
  readonly name: keyof Constants & `${"AF" | "PF"}_${string}`;
  readonly address: string;
  readonly notes: string;
  /** Which tests carried traffic, or why none could. */
  readonly tested: string;
  readonly probes: readonly Probe[];
}

const everywhere = "any Linux";
const lab = "lab";
const bytes = "literal bytes: no Linux has it";

const udplite = { name: "UDP-Lite", type: "SOCK_DGRAM", protocol: "IPPROTO_UDPLITE" } as const;
const sctp = { name: "SCTP", type: "SOCK_STREAM", protocol: "IPPROTO_SCTP", modules: "sctp" } as const;
const mptcp = { name: "MPTCP", type: "SOCK_STREAM", protocol: "IPPROTO_MPTCP" } as const;

export const rows: readonly FamilyRow[] = [
  {
    name: "AF_INET",
    address: "[host, port]",
    tested: everywhere,
    notes: '`""` is every interface, `"<broadcast>"` the broadcast address; names go to the resolver',
    probes: [
      { name: "TCP", type: "SOCK_STREAM" },
      { name: "UDP", type: "SOCK_DGRAM" },
      { name: "raw", type: "SOCK_RAW", protocol: "IPPROTO_ICMP", capability: "CAP_NET_RAW" },
      {
        name: "ping",
        type: "SOCK_DGRAM",
        protocol: "IPPROTO_ICMP",
        capability: "a group in net.ipv4.ping_group_range",
      },
      udplite,
      sctp,
      { name: "DCCP", type: "SOCK_DCCP", protocol: "IPPROTO_DCCP", modules: "dccp_ipv4" },
      mptcp,
    ],
  },
  {
    name: "AF_INET6",
    address: "[host, port, flowinfo, scopeid]",
    tested: everywhere,
    notes: "the last two may be left out going in; `%zone` after the host is accepted",
    probes: [
      { name: "TCP", type: "SOCK_STREAM", modules: "ipv6" },
      { name: "UDP", type: "SOCK_DGRAM", modules: "ipv6" },
      {
        name: "raw",
        type: "SOCK_RAW",
        protocol: "IPPROTO_ICMPV6",
        capability: "CAP_NET_RAW",
        modules: "ipv6",
      },
      udplite,
      sctp,
      mptcp,
    ],
  },
  {
    name: "AF_UNIX",
    address: "string or Uint8Array",
    tested: everywhere,
    notes:
      'a path; bytes with a leading 0 are an abstract name; `""` lets Linux choose one; bytes that are not UTF-8 come out as U+DC80..U+DCFF and go back in',
    probes: [
      { name: "stream", type: "SOCK_STREAM" },
      { name: "datagram", type: "SOCK_DGRAM" },
      { name: "seqpacket", type: "SOCK_SEQPACKET" },
    ],
  },
  {
    name: "AF_NETLINK",
    address: "[pid, groups]",
    tested: everywhere,
    notes: "0 is the kernel; `netlink` packs and unpacks messages; on FreeBSD too",
    probes: [
      { name: "route", type: "SOCK_RAW", protocol: "NETLINK_ROUTE" },
      { name: "generic", type: "SOCK_RAW", protocol: "NETLINK_GENERIC" },
      { name: "uevent", type: "SOCK_RAW", protocol: "NETLINK_KOBJECT_UEVENT" },
      { name: "usersock", type: "SOCK_RAW", protocol: "NETLINK_USERSOCK" },
    ],
  },
  {
    name: "AF_PACKET",
    address: "[interface, proto, pkttype, hatype, addr]",
    tested: "any Linux, as root",
    notes:
      'the last three may be left out going in; `proto` in host order here, in network order in the constructor (`htons(ETH_P_ALL)`); `""` is every interface; `addr` is 8 bytes or fewer',
    probes: [
      { name: "raw", type: "SOCK_RAW", modules: "af_packet", capability: "CAP_NET_RAW" },
      { name: "datagram", type: "SOCK_DGRAM", modules: "af_packet", capability: "CAP_NET_RAW" },
    ],
  },
  {
    name: "AF_XDP",
    address: "[interface, queueId, flags, sharedUmemFd]",
    tested: "any Linux, as root: options and bind; rings need mmap(2), which is not here",
    notes: "the last two may be left out going in",
    probes: [{ name: "raw", type: "SOCK_RAW", capability: "CAP_NET_RAW" }],
  },
  {
    name: "AF_CAN",
    address: "[interface]",
    tested: lab,
    notes:
      '`""` is every interface; `CAN_ISOTP`: `[interface, rxId, txId]`; `CAN_J1939`: `[interface, name, pgn, addr]`, the name a bigint',
    probes: [
      { name: "RAW", type: "SOCK_RAW", protocol: "CAN_RAW", modules: "can-raw" },
      { name: "BCM", type: "SOCK_DGRAM", protocol: "CAN_BCM", modules: "can-bcm" },
      { name: "ISOTP", type: "SOCK_DGRAM", protocol: "CAN_ISOTP", modules: "can-isotp" },
      { name: "J1939", type: "SOCK_DGRAM", protocol: "CAN_J1939", modules: "can-j1939" },
    ],
  },
  {
    name: "AF_TIPC",
    address: "[addrType, v1, v2, v3, scope]",
    tested: lab,
    notes:
      "node, ref, 0 of a `TIPC_ADDR_ID`; type, instance, domain of a `TIPC_ADDR_NAME`; type, lower, upper of a `TIPC_ADDR_NAMESEQ`; the scope may be left out going in (`TIPC_CLUSTER_SCOPE`), a negative one withdraws a name",
    probes: [
      { name: "stream", type: "SOCK_STREAM", modules: "tipc" },
      { name: "datagram", type: "SOCK_DGRAM", modules: "tipc" },
      { name: "RDM", type: "SOCK_RDM", modules: "tipc" },
      { name: "seqpacket", type: "SOCK_SEQPACKET", modules: "tipc" },
    ],
  },
  {
    name: "AF_VSOCK",
    address: "[cid, port]",
    tested: lab,
    notes: "numbers of 32 bits; `VMADDR_CID_ANY`, `VMADDR_PORT_ANY`; its options are numbers of 64 bits",
    probes: [
      { name: "stream", type: "SOCK_STREAM", modules: "vsock vsock_loopback" },
      { name: "seqpacket", type: "SOCK_SEQPACKET", modules: "vsock vsock_loopback" },
    ],
  },
  {
    name: "AF_QIPCRTR",
    address: "[node, port]",
    tested: lab,
    notes: "numbers of 32 bits",
    probes: [{ name: "datagram", type: "SOCK_DGRAM", modules: "qrtr" }],
  },
  {
    name: "AF_RDS",
    address: "[host, port]",
    tested: lab,
    notes: "as `AF_INET`",
    probes: [{ name: "seqpacket", type: "SOCK_SEQPACKET", modules: "rds rds_tcp" }],
  },
  {
    name: "AF_BLUETOOTH",
    address: "by protocol",
    tested: "lab, with virtual controllers",
    notes:
      "L2CAP `[bdaddr, psm, cid, bdaddrType]`; RFCOMM `[bdaddr, channel]`; HCI `[deviceId, channel]` or the number; SCO `bdaddr`",
    probes: [
      { name: "L2CAP", type: "SOCK_SEQPACKET", protocol: "BTPROTO_L2CAP", modules: "bluetooth" },
      { name: "RFCOMM", type: "SOCK_STREAM", protocol: "BTPROTO_RFCOMM", modules: "rfcomm" },
      {
        name: "HCI",
        type: "SOCK_RAW",
        protocol: "BTPROTO_HCI",
        modules: "bluetooth",
        capability: "CAP_NET_RAW",
      },
      { name: "SCO", type: "SOCK_SEQPACKET", protocol: "BTPROTO_SCO", modules: "bluetooth" },
    ],
  },
  {
    name: "AF_ALG",
    address: "[type, name, feat, mask]",
    tested: lab,
    notes: "the kernel's crypto; the last two may be left out going in",
    probes: [
      {
        name: "seqpacket",
        type: "SOCK_SEQPACKET",
        modules: "af_alg algif_hash algif_skcipher algif_aead algif_rng",
      },
    ],
  },
  {
    name: "AF_DIVERT",
    address: "[host, port]",
    tested: bytes,
    notes: "as `AF_INET`; FreeBSD",
    probes: [{ name: "raw", type: "SOCK_RAW" }],
  },
  {
    name: "AF_LINK",
    address: "[interface, index, type, name, addr]",
    tested: bytes,
    notes:
      "BSD and macOS; `interface` is the system's name for the index, `name` the one that the address carries",
    probes: [{ name: "raw", type: "SOCK_RAW" }],
  },
  {
    name: "AF_SYSTEM",
    address: "name or [id, unit]",
    tested: bytes,
    notes: "macOS",
    probes: [{ name: "kernel control", type: "SOCK_DGRAM", protocol: "SYSPROTO_CONTROL" }],
  },
  {
    name: "AF_HYPERV",
    address: "[vmId, serviceId]",
    tested: bytes,
    notes: "Windows; UUIDs",
    probes: [{ name: "stream", type: "SOCK_STREAM", protocol: "HV_PROTOCOL_RAW" }],
  },
];

/** What a family's sockets need besides a kernel that has it. */
export function needs({ probes }: FamilyRow): string {
  const all = (of: (probe: Probe) => string | undefined) => [
    ...new Set(probes.flatMap(probe => of(probe) ?? [])),
  ];
  const modules = [...new Set(all(probe => probe.modules).flatMap(text => text.split(" ")))];
  return [
    ...(modules.length ? [`module${modules.length > 1 ? "s" : ""} ${modules.join(", ")}`] : []),
    ...all(probe => probe.capability && `${probe.name}: ${probe.capability}`),
  ].join("; ");
}
