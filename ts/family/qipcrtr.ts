// AF_QIPCRTR: [node, port] (linux/qrtr.h).
import type { QipcrtrAddress } from "../base/types.js";
import { pairOf } from "../codec/pair-family.js";

export const qipcrtr = pairOf<QipcrtrAddress>({
  family: "AF_QIPCRTR",
  names: ["node", "port"],
  encode: "qipcrtr_encode",
  decode: "qipcrtr_decode",
  layout: ["sockaddr_qrtr", "family", "node", "port"],
});
