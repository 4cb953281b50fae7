// AF_TIPC: [addrType, v1, v2, v3, scope] (linux/tipc.h).
import { wrongShape, type AddressFamily } from "../codec/address.js";
import { int, uint } from "../base/check.js";
import type { TipcAddress } from "../base/types.js";

const NAMESEQ = 1;
const ID = 3;
const CLUSTER_SCOPE = 2;
const MAX = 0xffffffff;

/**
 * v1, v2, v3 are node, ref, 0 of a TIPC_ADDR_ID; type, instance, domain of a TIPC_ADDR_NAME; type,
 * lower, upper of a TIPC_ADDR_NAMESEQ. To bind to a negative scope withdraws the name.
 */
export const tipc: AddressFamily<TipcAddress> = {
  shape: "[addrType: number, v1: number, v2: number, v3: number, scope?: number]",
  layout: ["sockaddr_tipc", "family", "addrType", "scope", "typeOrRef", "lowerOrNode", "upperOrDomain"],

  encode({ wire }, address, call) {
    if (!Array.isArray(address) || address.length < 4 || address.length > 5)
      throw wrongShape(call, tipc, address);
    const type = int(`${call}: addrType`, address[0], NAMESEQ, ID);
    const v1 = uint(call, "v1", address[1], MAX);
    const v2 = uint(call, "v2", address[2], MAX);
    const v3 = uint(call, "v3", address[3], MAX);
    const scope = int(`${call}: scope`, address[4] ?? CLUSTER_SCOPE, -128, 127);
    const length = wire.calls.tipc_encode(wire.target, type, v1, v2, v3, scope);
    if (length < 0) throw new RangeError(`${wire.name} has no AF_TIPC`);
    return length;
  },

  decode({ wire }, length) {
    const status = wire.calls.tipc_decode(wire.target, length);
    return status < 0 ? status : [wire.word(0), wire.word(1), wire.word(2), wire.word(3), wire.signedWord(4)];
  },
};
