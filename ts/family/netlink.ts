// AF_NETLINK: [pid, groups] (netlink(7)).
import type { NetlinkAddress } from "../base/types.js";
import { pairOf } from "../codec/pair-family.js";

export const netlink = pairOf<NetlinkAddress>({
  family: "AF_NETLINK",
  names: ["pid", "groups"],
  encode: "netlink_encode",
  decode: "netlink_decode",
  layout: ["sockaddr_nl", "len", "family", "pid", "groups"],
});
