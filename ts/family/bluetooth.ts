// AF_BLUETOOTH: each protocol's own addresses (Linux include/net/bluetooth/). The family's, where
// no protocol is named, are L2CAP's.
import type { AddressFamily } from "../codec/address.js";
import { tabled } from "../codec/table-family.js";
import { isBytes, lengthOf, part } from "../base/views.js";
import type { HciAddress, IsoAddress, L2capAddress, RfcommAddress, ScoAddress } from "../base/types.js";

const bluetooth = { family: "AF_BLUETOOTH", kind: "BLUETOOTH" };
const BDADDR_BREDR = 0;
const HCI_CHANNEL_RAW = 0;

/** A tuple of `least` to `most` values, of which the first is text. */
const isTuple = (address: unknown, least: number, most: number): address is unknown[] =>
  Array.isArray(address) && address.length >= least && address.length <= most;

/**
 * BTPROTO_L2CAP. The kernel takes a PSM or a channel id, not both, but getsockname() of a
 * connection gives both.
 */
export const l2cap: AddressFamily<L2capAddress> = tabled<L2capAddress>({
  ...bluetooth,
  shape: "[bdaddr: string, psm: number, cid?: number, bdaddrType?: number]",
  layout: ["sockaddr_l2", "family", "psm", "bdaddr", "cid", "bdaddrType"],
  toFields(address) {
    if (!isTuple(address, 2, 4)) return undefined;
    const [bdaddr, psm, cid = 0, bdaddrType = BDADDR_BREDR] = address;
    return { bdaddr, psm, cid, bdaddrType };
  },
  fromFields({ bdaddr, psm, cid, bdaddrType }) {
    if (bdaddrType !== BDADDR_BREDR) return [bdaddr, psm, cid, bdaddrType];
    return cid === 0 ? [bdaddr, psm] : [bdaddr, psm, cid];
  },
});

/** BTPROTO_RFCOMM. */
export const rfcomm: AddressFamily<RfcommAddress> = tabled<RfcommAddress>({
  ...bluetooth,
  shape: "[bdaddr: string, channel: number]",
  layout: ["sockaddr_rc", "family", "bdaddr", "channel"],
  toFields: address => (isTuple(address, 2, 2) ? { bdaddr: address[0], channel: address[1] } : undefined),
  fromFields: ({ bdaddr, channel }) => [bdaddr, channel],
});

/** BTPROTO_HCI. */
export const hci: AddressFamily<HciAddress> = tabled<HciAddress>({
  ...bluetooth,
  shape: "deviceId: number, or [deviceId: number, channel?: number]",
  layout: ["sockaddr_hci", "family", "deviceId", "channel"],
  toFields(address) {
    if (typeof address === "number") return { deviceId: address, channel: HCI_CHANNEL_RAW };
    if (!isTuple(address, 1, 2)) return undefined;
    const [deviceId, channel = HCI_CHANNEL_RAW] = address;
    return { deviceId, channel };
  },
  fromFields: ({ deviceId, channel }) => (channel === HCI_CHANNEL_RAW ? deviceId : [deviceId, channel]),
});

/** BTPROTO_SCO. */
export const sco: AddressFamily<ScoAddress> = tabled<ScoAddress>({
  ...bluetooth,
  shape: "bdaddr: string | Uint8Array",
  layout: ["sockaddr_sco", "family", "bdaddr"],
  toFields(address) {
    if (isBytes(address))
      return { bdaddr: String.fromCharCode(...part(address, 0, Math.min(lengthOf(address), 18))) };
    return typeof address === "string" ? { bdaddr: address } : undefined;
  },
  fromFields: ({ bdaddr }) => bdaddr,
});

/** BTPROTO_ISO. */
export const iso: AddressFamily<IsoAddress> = tabled<IsoAddress>({
  ...bluetooth,
  shape: "[bdaddr: string, bdaddrType: number]",
  layout: ["sockaddr_iso", "family", "bdaddr", "bdaddrType"],
  toFields: address => (isTuple(address, 2, 2) ? { bdaddr: address[0], bdaddrType: address[1] } : undefined),
  fromFields: ({ bdaddr, bdaddrType }) => [bdaddr, bdaddrType],
});
