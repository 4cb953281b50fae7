// RDS's structs (linux/rds.h): SO_RDS_MSG_RXPATH_LATENCY and the control messages of SOL_RDS. Those
// for remote memory hold pointers of the process and aren't here.
import { struct } from "../codec/layout.js";

/** The first `count` of the 3 `positions` are requested: RDS_MSG_RX_HDR_TO_DGRAM_START and the like. */
export interface RdsRxTraceSo {
  count: number;
  positions: Uint8Array;
}
/** The same with the nanoseconds before each. */
export interface RdsCmsgRxTrace extends RdsRxTraceSo {
  trace0: bigint;
  trace1: bigint;
  trace2: bigint;
}
/** `status`: RDS_RDMA_SUCCESS or what went wrong. */
export interface RdsRdmaNotify {
  token: bigint;
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
