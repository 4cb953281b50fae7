// Option structs of AF_BLUETOOTH: HCI_FILTER, BT_SECURITY, BT_VOICE, BT_POWER, BT_ISO_QOS,
// L2CAP_OPTIONS, SCO_OPTIONS, *_CONNINFO.
import { show } from "../base/check.js";
import { mapped, struct } from "../codec/layout.js";

/**
 * HCI_FILTER: bits of HCI_*_PKT (HCI_VENDOR_PKT's is bit 0), bits of event codes, and of commands'
 * events those with this opcode, 0 for all.
 */
export interface HciFilter {
  typeMask: number;
  eventMask: bigint;
  opcode?: number;
}
/** `level`: BT_SECURITY_*; `keySize`: bytes, 0 before there is a link. */
export interface BtSecurity {
  level: number;
  keySize?: number;
}
/** `setting`: BT_VOICE_*. */
export interface BtVoice {
  setting: number;
}
/** `forceActive`: BT_POWER_FORCE_ACTIVE_*. */
export interface BtPower {
  forceActive: number;
}
/** `mode`: the kernel's own numbers, 0 basic, 3 enhanced retransmission, 4 streaming. */
export interface L2capOptions {
  omtu: number;
  imtu: number;
  flushTo: number;
  mode: number;
  fcs: number;
  maxTx: number;
  txwinSize: number;
}
/** A link's handle and the other side's class of device, three bytes. */
export interface ConnInfo {
  hciHandle: number;
  devClass: Uint8Array;
}
/** `mtu`: bytes. */
export interface ScoOptions {
  mtu: number;
}
/** The unicast half of the union; intervals in microseconds, latencies in milliseconds. */
export interface BtIsoQos {
  cig: number;
  cis: number;
  sca: number;
  packing: number;
  framing: number;
  inInterval: number;
  inLatency: number;
  inSdu: number;
  inPhy: number;
  inRtn: number;
  outInterval: number;
  outLatency: number;
  outSdu: number;
  outPhy: number;
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
