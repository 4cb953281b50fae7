// TIPC's structs (linux/tipc.h): TIPC_GROUP_JOIN, messages to and from TIPC_TOP_SRV, the control
// messages of SOL_TIPC.
import { struct } from "../codec/layout.js";

/**
 * `instance`: the member's; `scope`: TIPC_CLUSTER_SCOPE or TIPC_NODE_SCOPE; `flags`:
 * TIPC_GROUP_LOOPBACK | TIPC_GROUP_MEMBER_EVTS.
 */
export interface TipcGroupReq {
  type: number;
  instance: number;
  scope: number;
  flags: number;
}
export interface TipcServiceRange {
  type: number;
  lower: number;
  upper: number;
}
/**
 * `timeout`: milliseconds, 0xffffffff: for ever; `filter`: TIPC_SUB_*; `handle`: 8 bytes of the
 * subscriber's own.
 */
export interface TipcSubscr extends TipcServiceRange {
  timeout: number;
  filter: number;
  handle?: Uint8Array;
}
/**
 * `event`: TIPC_PUBLISHED, TIPC_WITHDRAWN or TIPC_SUBSCR_TIMEOUT; what was found and whose socket
 * it is; then the subscription.
 */
export interface TipcEvent extends TipcSubscr {
  event: number;
  foundLower: number;
  foundUpper: number;
  ref: number;
  node: number;
}
/**
 * Why a message came back: `code` is TIPC_ERR_* or TIPC_CONN_SHUTDOWN; `length`: how many bytes of
 * it.
 */
export interface TipcErrinfo {
  code: number;
  length: number;
}

export const tipc_group_req = struct<TipcGroupReq>("tipc_group_req", "type", "instance", "scope", "flags");
export const tipc_service_range = struct<TipcServiceRange>("tipc_service_range", "type", "lower", "upper");
export const tipc_subscr = struct<TipcSubscr>(
  "tipc_subscr",
  "type",
  "lower",
  "upper",
  "timeout",
  "filter",
  "handle?",
);
export const tipc_event = struct<TipcEvent>(
  "tipc_event",
  "event",
  "foundLower",
  "foundUpper",
  "ref",
  "node",
  "type",
  "lower",
  "upper",
  "timeout",
  "filter",
  "handle?",
);
export const tipc_errinfo = struct<TipcErrinfo>("tipc_errinfo", "code", "length");
