// AF_XDP's options (linux/if_xdp.h).
import { array, growing, struct } from "../codec/layout.js";

/** XDP_STATISTICS: packets dropped and why. The last three came with Linux 5.9. */
export interface XdpStatistics {
  rxDropped: number;
  rxInvalidDescs: number;
  txInvalidDescs: number;
  rxRingFull?: number;
  rxFillRingEmptyDescs?: number;
  txRingEmptyDescs?: number;
}
/** XDP_OPTIONS. `flags`: XDP_OPTIONS_*. */
export interface XdpOptions {
  flags: number;
}
/** Where the parts of a mapped ring are, in bytes. */
export interface XdpRingOffset {
  producer: number;
  consumer: number;
  desc: number;
  flags: number;
}

export const xdp_statistics = growing<XdpStatistics>(
  "xdp_statistics",
  "rxDropped",
  "rxInvalidDescs",
  "txInvalidDescs",
  "rxRingFull?",
  "rxFillRingEmptyDescs?",
  "txRingEmptyDescs?",
);
export const xdp_options = struct<XdpOptions>("xdp_options", "flags");
/** XDP_MMAP_OFFSETS: of the rings rx, tx, fill and completion, in this order. */
export const xdp_ring_offset = array(
  "xdp_ring_offset",
  struct<XdpRingOffset>("xdp_ring_offset", "producer", "consumer", "desc", "flags"),
);
