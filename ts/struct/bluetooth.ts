// Option structs of AF_BLUETOOTH: HCI_FILTER, BT_SECURITY, BT_VOICE, BT_POWER, BT_ISO_QOS,
// L2CAP_OPTIONS, SCO_OPTIONS, *_CONNINFO.
import { show } from "../base/check.js";
import { mapped, struct } from "../codec/layout.js";

/** HCI_FILTER (bluetooth/hci.h): what reaches a socket of HCI_CHANNEL_RAW. */
export interface HciFilter {
  /** Bits of HCI_*_PKT; HCI_VENDOR_PKT's is bit 0. */
  typeMask: number;
  /** Bits of event codes, 64. */
  eventMask: bigint;
  /** Of commands' events, only those of this command; 0: all. */
  opcode?: number;
}
/** BT_SECURITY (bluetooth/bluetooth.h). */
export interface BtSecurity {
  /** BT_SECURITY_*. */
  level: number;
  /** Bytes of the encryption key; 0 before there is a link. */
  keySize?: number;
}
/** BT_VOICE (bluetooth/bluetooth.h). */
export interface BtVoice {
  /** BT_VOICE_*. */
  setting: number;
}
/** BT_POWER (bluetooth/bluetooth.h). */
export interface BtPower {
  /** BT_POWER_FORCE_ACTIVE_*. */
  forceActive: number;
}
/** L2CAP_OPTIONS (bluetooth/l2cap.h). */
export interface L2capOptions {
  /** Bytes: the largest message that goes out. */
  omtu: number;
  /** Bytes: the largest message that comes in. */
  imtu: number;
  /** Milliseconds after which unsent data is dropped; 0xffff: never. */
  flushTo: number;
  /** The kernel's own numbers: 0 basic, 3 enhanced retransmission, 4 streaming. */
  mode: number;
  /** The frame check sequence: 0 none, 1 a CRC of 16 bits. */
  fcs: number;
  /** How often a frame is sent at most. */
  maxTx: number;
  /** Frames that may be unacknowledged. */
  txwinSize: number;
}
/** L2CAP_CONNINFO, RFCOMM_CONNINFO, SCO_CONNINFO: the link below a connection. */
export interface ConnInfo {
  /** The link's handle. */
  hciHandle: number;
  /** The other side's class of device, 3 bytes. */
  devClass: Uint8Array;
}
/** SCO_OPTIONS (bluetooth/sco.h). */
export interface ScoOptions {
  /** Bytes of a packet. */
  mtu: number;
}
/** BT_ISO_QOS (bluetooth/bluetooth.h): the unicast half of the union. */
export interface BtIsoQos {
  /** Group of streams; BT_ISO_QOS_CIG_UNSET: the controller chooses. */
  cig: number;
  /** Stream in the group; BT_ISO_QOS_CIS_UNSET: the controller chooses. */
  cis: number;
  /** Accuracy of the peripheral's sleep clock, 0..7. */
  sca: number;
  /** How the streams of a group lie: 0 sequential, 1 interleaved. */
  packing: number;
  /** 0 unframed, 1 framed. */
  framing: number;
  /** Microseconds between packets that come in. */
  inInterval: number;
  /** Milliseconds: the latency of packets that come in. */
  inLatency: number;
  /** Bytes of the largest packets that come in. */
  inSdu: number;
  /** The PHY of packets that come in: 1 LE 1M, 2 LE 2M, 4 LE coded. */
  inPhy: number;
  /** Retransmissions of packets that come in. */
  inRtn: number;
  /** Microseconds between packets that go out. */
  outInterval: number;
  /** Milliseconds: the latency of packets that go out. */
  outLatency: number;
  /** Bytes of the largest packets that go out. */
  outSdu: number;
  /** The PHY of packets that go out: 1 LE 1M, 2 LE 2M, 4 LE coded. */
  outPhy: number;
  /** Retransmissions of packets that go out. */
  outRtn: number;
}

interface Words {
  typeMask: number;
  eventMaskLow: number;
  eventMaskHigh: number;
  opcode?: number;
}
export const hci_filter = mapped<Words, HciFilter>(
  struct("hci_filter", "typeMask", "eventMaskLow", "eventMaskHigh", "opcode?"),
  filter => {
    if (typeof filter !== "object" || filter === null)
      throw new TypeError(`hci_filter must be an object, got ${show(filter)}`);
    const { eventMask, ...rest } = filter;
    if (typeof eventMask !== "bigint")
      throw new TypeError(`hci_filter: eventMask must be a bigint, got ${show(eventMask)}`);
    if (eventMask < 0n || eventMask >> 64n)
      throw new RangeError(`hci_filter: eventMask must be a bigint 0..${2n ** 64n - 1n}, got ${eventMask}`);
    return {
      ...rest,
      eventMaskLow: Number(eventMask & 0xffffffffn),
      eventMaskHigh: Number(eventMask >> 32n),
    };
  },
  ({ typeMask, eventMaskLow, eventMaskHigh, opcode }) => ({
    typeMask,
    eventMask: (BigInt(eventMaskHigh) << 32n) | BigInt(eventMaskLow),
    opcode: opcode!,
  }),
);

export const bt_security = struct<BtSecurity>("bt_security", "level", "keySize?");
export const bt_voice = struct<BtVoice>("bt_voice", "setting");
export const bt_power = struct<BtPower>("bt_power", "forceActive");
export const l2cap_options = struct<L2capOptions>(
  "l2cap_options",
  "omtu",
  "imtu",
  "flushTo",
  "mode",
  "fcs",
  "maxTx",
  "txwinSize",
);
export const l2cap_conninfo = struct<ConnInfo>("l2cap_conninfo", "hciHandle", "devClass");
export const rfcomm_conninfo = struct<ConnInfo>("rfcomm_conninfo", "hciHandle", "devClass");
export const sco_options = struct<ScoOptions>("sco_options", "mtu");
export const sco_conninfo = struct<ConnInfo>("sco_conninfo", "hciHandle", "devClass");
export const bt_iso_qos = struct<BtIsoQos>(
  "bt_iso_qos",
  "cig",
  "cis",
  "sca",
  "packing",
  "framing",
  "inInterval",
  "inLatency",
  "inSdu",
  "inPhy",
  "inRtn",
  "outInterval",
  "outLatency",
  "outSdu",
  "outPhy",
  "outRtn",
);
