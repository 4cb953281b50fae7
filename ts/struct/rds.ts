// RDS's structs (linux/rds.h): SO_RDS_MSG_RXPATH_LATENCY and the control messages of SOL_RDS. Those
// for remote memory hold pointers of the process and aren't here.
import { struct } from "../codec/layout.js";

/** SO_RDS_MSG_RXPATH_LATENCY (linux/rds.h): where the way of a message is timed. */
export interface RdsRxTraceSo {
  /** How many of the positions are asked for. */
  count: number;
  /** 3 bytes: RDS_MSG_RX_HDR_TO_DGRAM_START and the like. */
  positions: Uint8Array;
}
/** RDS_CMSG_RXPATH_LATENCY (linux/rds.h): how long the way of a message took. */
export interface RdsCmsgRxTrace extends RdsRxTraceSo {
  /** Nanoseconds before the first position. */
  trace0: bigint;
  /** Nanoseconds before the second. */
  trace1: bigint;
  /** Nanoseconds before the third. */
  trace2: bigint;
}
/** RDS_CMSG_RDMA_STATUS (linux/rds.h): how an operation on remote memory ended. */
export interface RdsRdmaNotify {
  /** The caller's number of the operation. */
  token: bigint;
  /** RDS_RDMA_SUCCESS, or what went wrong. */
  status: number;
}

export const rds_rx_trace_so = struct<RdsRxTraceSo>("rds_rx_trace_so", "count", "positions");
export const rds_cmsg_rx_trace = struct<RdsCmsgRxTrace>(
  "rds_cmsg_rx_trace",
  "count",
  "positions",
  "trace0",
  "trace1",
  "trace2",
);
export const rds_rdma_notify = struct<RdsRdmaNotify>("rds_rdma_notify", "token", "status");
