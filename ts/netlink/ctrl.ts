// Generic netlink's table of families (linux/genetlink.h): CTRL_ATTR_*.
import type { Genlmsghdr } from "../struct/netlink.js";
import { format, list, nested, text, u16, u32 } from "./attributes.js";
import type { NetlinkAttribute } from "./message.js";

/** A multicast group of a family; `id` is what NETLINK_ADD_MEMBERSHIP takes. */
export interface CtrlMcastGroup {
  /** CTRL_ATTR_MCAST_GRP_NAME. */
  name?: string;
  /** CTRL_ATTR_MCAST_GRP_ID: what NETLINK_ADD_MEMBERSHIP takes. */
  id?: number;
  /** Attributes that are not known here. */
  others?: NetlinkAttribute[];
}
/** An operation of a family: its command's number, GENL_* flags. */
export interface CtrlOp {
  /** CTRL_ATTR_OP_ID: the command's number. */
  id?: number;
  /** CTRL_ATTR_OP_FLAGS: GENL_*. */
  flags?: number;
  /** Attributes that are not known here. */
  others?: NetlinkAttribute[];
}
/** CTRL_ATTR_*. */
export interface CtrlAttributes {
  /** CTRL_ATTR_FAMILY_ID: the type of the family's messages. */
  familyId?: number;
  /** CTRL_ATTR_FAMILY_NAME. */
  familyName?: string;
  /** CTRL_ATTR_VERSION: goes into struct genlmsghdr. */
  version?: number;
  /** CTRL_ATTR_HDRSIZE: bytes of the family's own header, which follows struct genlmsghdr. */
  hdrsize?: number;
  /** CTRL_ATTR_MAXATTR: the highest attribute type. */
  maxattr?: number;
  /** CTRL_ATTR_OPS. */
  ops?: CtrlOp[];
  /** CTRL_ATTR_MCAST_GROUPS. */
  mcastGroups?: CtrlMcastGroup[];
  /** CTRL_ATTR_OP: a command's number. */
  op?: number;
}

/** A family of generic netlink, as CTRL_CMD_GETFAMILY finds it. */
export interface GenericFamily {
  /** The type of its messages: `netlink.request(s, { type: family.id, … })`. */
  id: number;
  /** Its name. */
  name: string;
  /** What struct genlmsghdr has as its version. */
  version: number;
  /** Bytes of its own header, which follows struct genlmsghdr. */
  hdrsize: number;
  /** The highest attribute type. */
  maxattr: number;
  /** The numbers of its multicast groups by their names, for NETLINK_ADD_MEMBERSHIP. */
  mcastGroups: Record<string, number>;
}

export const ctrl = format<Genlmsghdr, CtrlAttributes>("ctrl", "genlmsghdr", {
  familyId: [1, u16],
  familyName: [2, text],
  version: [3, u32],
  hdrsize: [4, u32],
  maxattr: [5, u32],
  ops: [6, list(nested<CtrlOp>("ops", { id: [1, u32], flags: [2, u32] }))],
  mcastGroups: [7, list(nested<CtrlMcastGroup>("mcastGroups", { name: [1, text], id: [2, u32] }))],
  op: [10, u32],
});
