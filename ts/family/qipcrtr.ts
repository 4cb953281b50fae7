// AF_QIPCRTR: [node, port] (linux/qrtr.h).
import { wrongShape, type AddressFamily } from "../address.js";
import { int } from "../check.js";
import type { QipcrtrAddress } from "../types.js";

const MAX = 0xffffffff;

export const qipcrtr: AddressFamily<QipcrtrAddress> = {
  shape: "[node: number, port: number]",
  layout: ["sockaddr_qrtr", "family", "node", "port"],

  encode({ wire }, address, call) {
    if (!Array.isArray(address) || address.length !== 2) throw wrongShape(call, qipcrtr, address);
    const node = int(`${call}: node`, address[0], 0, MAX), port = int(`${call}: port`, address[1], 0, MAX);
    const length = wire.calls.qipcrtr_encode(wire.target, node, port);
    if (length < 0) throw new RangeError(`${wire.name} has no AF_QIPCRTR`);
    return length;
  },

  decode({ wire }, length) {
    const status = wire.calls.qipcrtr_decode(wire.target, length);
    return status < 0 ? status : [wire.word(0), wire.word(1)];
  },
};
