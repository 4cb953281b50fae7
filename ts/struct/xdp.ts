// AF_XDP's options (linux/if_xdp.h).
import { array, growing, struct } from "../codec/layout.js";

/** XDP_STATISTICS (linux/if_xdp.h). The last three came with Linux 5.9. */
export interface XdpStatistics {
  /** Received packets that were dropped. */
  rxDropped: number;
  /** Received packets that were dropped for an invalid descriptor. */
  rxInvalidDescs: number;
  /** Packets to send that were dropped for an invalid descriptor. */
  txInvalidDescs: number;
  /** Received packets that were dropped because their ring was full. */
  rxRingFull?: number;
  /** How often the fill ring was empty. */
  rxFillRingEmptyDescs?: number;
  /** How often the ring of sending was empty. */
  txRingEmptyDescs?: number;
}
/** XDP_OPTIONS (linux/if_xdp.h). */
export interface XdpOptions {
  /** XDP_OPTIONS_*. */
  flags: number;
}
/** XDP_MMAP_OFFSETS (linux/if_xdp.h): where the parts of a mapped ring are. */
export interface XdpRingOffset {
  /** Bytes before the producer's index. */
  producer: number;
  /** Bytes before the consumer's index. */
  consumer: number;
  /** Bytes before the descriptors. */
  desc: number;
  /** Bytes before the flags. */
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
