// AF_PACKET's options and control message (packet(7), linux/if_packet.h).
import { octets, show } from "../base/check.js";
import { mapped, struct } from "../codec/layout.js";
import { lengthOf } from "../base/views.js";

/** PACKET_ADD_MEMBERSHIP, PACKET_DROP_MEMBERSHIP. `type`: PACKET_MR_*; `address`: 0..8 bytes. */
export interface PacketMreq {
  ifindex: number;
  type: number;
  address?: Uint8Array;
}
/**
 * PACKET_AUXDATA. `status`: TP_STATUS_*; `len`, `snaplen`: bytes on the wire, and captured; `mac`,
 * `net`: where the headers begin.
 */
export interface TpacketAuxdata {
  status: number;
  len: number;
  snaplen: number;
  mac: number;
  net: number;
  vlanTci: number;
  vlanTpid: number;
}
/** PACKET_STATISTICS, which starts again at 0 with each look. `packets` counts the dropped too. */
export interface TpacketStats {
  packets: number;
  drops: number;
}
/** The same after PACKET_VERSION was set to TPACKET_V3. */
export interface TpacketStatsV3 extends TpacketStats {
  freezeQCnt: number;
}
/** PACKET_ROLLOVER_STATS. */
export interface TpacketRolloverStats {
  all: number;
  huge: number;
  failed: number;
}
/**
 * PACKET_FANOUT. `typeFlags`: PACKET_FANOUT_* and PACKET_FANOUT_FLAG_*; `maxNumMembers`: 0 for the
 * kernel's own limit.
 */
export interface FanoutArgs {
  id: number;
  typeFlags: number;
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
