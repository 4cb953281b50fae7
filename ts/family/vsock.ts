// AF_VSOCK: [cid, port] (vsock(7)).
import type { VsockAddress } from "../base/types.js";
import { pairOf } from "../codec/pair-family.js";

export const vsock = pairOf<VsockAddress>({
  family: "AF_VSOCK",
  names: ["cid", "port"],
  encode: "vsock_encode",
  decode: "vsock_decode",
  layout: ["sockaddr_vm", "len", "family", "port", "cid", "flags"],
});
