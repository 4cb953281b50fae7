// AF_DIVERT: [host, port] (divert(4) of FreeBSD). The bytes are those of AF_INET, its family number
// too.
import { UNSUPPORTED } from "../codec/wire.js";
import type { AddressFamily } from "../codec/address.js";
import type { InetAddress } from "../base/types.js";
import { inet } from "./inet.js";

export const divert: AddressFamily<InetAddress> = {
  ...inet,
  layout: ["sockaddr_divert", "len", "family", "port", "addr"],

  encode(context, address, call) {
    const { wire } = context;
    if (wire.size("sockaddr_divert") === UNSUPPORTED) throw new RangeError(`${wire.name} has no AF_DIVERT`);
    return inet.encode(context, address, call);
  },
};
