// AF_VSOCK: [cid, port] (vsock(7)).
import { wrongShape, type AddressFamily } from "../address.js";
import { int } from "../check.js";
import type { VsockAddress } from "../types.js";

const MAX = 0xffffffff;

export const vsock: AddressFamily<VsockAddress> = {
  shape: "[cid: number, port: number]",
  layout: ["sockaddr_vm", "len", "family", "port", "cid", "flags"],

  encode({ wire }, address, call) {
    if (!Array.isArray(address) || address.length !== 2) throw wrongShape(call, vsock, address);
    const cid = int(`${call}: cid`, address[0], 0, MAX), port = int(`${call}: port`, address[1], 0, MAX);
    const length = wire.calls.vsock_encode(wire.target, cid, port);
    if (length < 0) throw new RangeError(`${wire.name} has no AF_VSOCK`);
    return length;
  },

  decode({ wire }, length) {
    const status = wire.calls.vsock_decode(wire.target, length);
    return status < 0 ? status : [wire.word(0), wire.word(1)];
  },
};
