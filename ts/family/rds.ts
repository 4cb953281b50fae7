// AF_RDS: [host, port] (linux/rds.h). The bytes are those of AF_INET, its family number too.
import { UNSUPPORTED } from "../codec/wire.js";
import type { AddressFamily } from "../codec/address.js";
import type { InetAddress } from "../base/types.js";
import { inet } from "./inet.js";

export const rds: AddressFamily<InetAddress> = {
  ...inet,
  layout: ["sockaddr_rds", "len", "family", "port", "addr"],

  encode(context, address, call) {
    const { wire } = context;
    if (wire.size("sockaddr_rds") === UNSUPPORTED) throw new RangeError(`${wire.name} has no AF_RDS`);
    return inet.encode(context, address, call);
  },
};
