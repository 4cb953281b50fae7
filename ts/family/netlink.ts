// AF_NETLINK: [pid, groups] (netlink(7)).
import { int } from "../check.js";
import { wrongShape, type AddressFamily } from "../address.js";
import type { NetlinkAddress } from "../types.js";

const MAX = 0xffffffff;

export const netlink: AddressFamily<NetlinkAddress> = {
  shape: "[pid: number, groups: number]",
  layout: ["sockaddr_nl", "len", "family", "pid", "groups"],

  encode({ wire }, address, call) {
    if (!Array.isArray(address) || address.length !== 2) throw wrongShape(call, netlink, address);
    const pid = int(`${call}: pid`, address[0], 0, MAX), groups = int(`${call}: groups`, address[1], 0, MAX);
    const length = wire.calls.netlink_encode(wire.target, pid, groups);
    if (length < 0) throw new RangeError(`${wire.name} has no AF_NETLINK`);
    return length;
  },

  decode({ wire }, length) {
    const status = wire.calls.netlink_decode(wire.target, length);
    return status < 0 ? status : [wire.word(0), wire.word(1)];
  },
};
