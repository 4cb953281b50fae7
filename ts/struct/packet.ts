// AF_PACKET's options and control message (packet(7), linux/if_packet.h).
import { octets, show } from "../base/check.js";
import { mapped, struct } from "../codec/layout.js";
import { lengthOf } from "../base/views.js";

/** PACKET_ADD_MEMBERSHIP, PACKET_DROP_MEMBERSHIP (packet(7)). */
export interface PacketMreq {
  /** The interface's index. */
  ifindex: number;
  /** PACKET_MR_*. */
  type: number;
  /** The hardware address, 0..8 bytes. */
  address?: Uint8Array;
}
/** PACKET_AUXDATA (packet(7)): about a packet that came. */
export interface TpacketAuxdata {
  /** TP_STATUS_*. */
  status: number;
  /** Bytes of the packet on the wire. */
  len: number;
  /** Bytes that were captured. */
  snaplen: number;
  /** Bytes before the link's header. */
  mac: number;
  /** Bytes before the network's header. */
  net: number;
  /** The VLAN's tag, with TP_STATUS_VLAN_VALID. */
  vlanTci: number;
  /** The VLAN's protocol, with TP_STATUS_VLAN_TPID_VALID. */
  vlanTpid: number;
}
/** PACKET_STATISTICS (packet(7)), which starts again at 0 with each look. */
export interface TpacketStats {
  /** Packets that came, the dropped ones too. */
  packets: number;
  /** Packets that were dropped. */
  drops: number;
}
/** The same after PACKET_VERSION was set to TPACKET_V3. */
export interface TpacketStatsV3 extends TpacketStats {
  /** How often the ring was full. */
  freezeQCnt: number;
}
/** PACKET_ROLLOVER_STATS (linux/if_packet.h). */
export interface TpacketRolloverStats {
  /** Packets that went to another socket. */
  all: number;
  /** Of these, those that a huge flow caused. */
  huge: number;
  /** Packets for which there was no other socket. */
  failed: number;
}
/** PACKET_FANOUT (packet(7)): several sockets share the packets. */
export interface FanoutArgs {
  /** The group's number, 16 bits. */
  id: number;
  /** PACKET_FANOUT_*, and PACKET_FANOUT_FLAG_* or-ed in. */
  typeFlags: number;
  /** Sockets in the group at most; 0: the kernel's own limit. */
  maxNumMembers?: number;
}

interface Membership {
  ifindex: number;
  type: number;
  alen: number;
  address: Uint8Array;
}
const SIZE = 8;

export const packet_mreq = mapped<Membership, PacketMreq>(
  struct("packet_mreq", "ifindex", "type", "alen", "address"),
  value => {
    if (typeof value !== "object" || value === null)
      throw new TypeError(`packet_mreq must be an object, got ${show(value)}`);
    const { ifindex, type, address = new Uint8Array(0), ...more } = value;
    const alen = lengthOf(octets("packet_mreq: address", address));
    if (alen > SIZE) throw new RangeError(`packet_mreq: address must be 0..${SIZE} bytes, got ${alen}`);
    for (const key in more) throw new TypeError(`packet_mreq has no ${key}`);
    const whole = new Uint8Array(SIZE);
    whole.set(address);
    return { ifindex, type, alen, address: whole };
  },
  ({ ifindex, type, alen, address }) => ({
    ifindex,
    type,
    address: address.subarray(0, Math.min(alen, SIZE)),
  }),
);
export const tpacket_auxdata = struct<TpacketAuxdata>(
  "tpacket_auxdata",
  "status",
  "len",
  "snaplen",
  "mac",
  "net",
  "vlanTci",
  "vlanTpid",
);
export const tpacket_stats = struct<TpacketStats>("tpacket_stats", "packets", "drops");
export const tpacket_stats_v3 = struct<TpacketStatsV3>("tpacket_stats_v3", "packets", "drops", "freezeQCnt");
export const tpacket_rollover_stats = struct<TpacketRolloverStats>(
  "tpacket_rollover_stats",
  "all",
  "huge",
  "failed",
);
export const fanout_args = struct<FanoutArgs>("fanout_args", "id", "typeFlags", "maxNumMembers?");
