// TIPC's structs (linux/tipc.h): TIPC_GROUP_JOIN, messages to and from TIPC_TOP_SRV, the control
// messages of SOL_TIPC.
import { struct } from "../codec/layout.js";

/** TIPC_GROUP_JOIN (linux/tipc.h). */
export interface TipcGroupReq {
  /** The group's type. */
  type: number;
  /** The member's number. */
  instance: number;
  /** TIPC_CLUSTER_SCOPE or TIPC_NODE_SCOPE. */
  scope: number;
  /** TIPC_GROUP_LOOPBACK, TIPC_GROUP_MEMBER_EVTS. */
  flags: number;
}
/** TIPC_DESTNAME (linux/tipc.h): instances of a service. */
export interface TipcServiceRange {
  /** The service's type. */
  type: number;
  /** The first instance. */
  lower: number;
  /** The last instance. */
  upper: number;
}
/** A subscription, which a TIPC_TOP_SRV socket sends (linux/tipc.h). */
export interface TipcSubscr extends TipcServiceRange {
  /** Milliseconds; 0xffffffff: for ever. */
  timeout: number;
  /** TIPC_SUB_*. */
  filter: number;
  /** 8 bytes of the subscriber's own. */
  handle?: Uint8Array;
}
/**
 * What a TIPC_TOP_SRV socket receives (linux/tipc.h): what was found, whose socket it is, then the
 * subscription.
 */
export interface TipcEvent extends TipcSubscr {
  /** TIPC_PUBLISHED, TIPC_WITHDRAWN or TIPC_SUBSCR_TIMEOUT. */
  event: number;
  /** The first instance that was found. */
  foundLower: number;
  /** The last instance that was found. */
  foundUpper: number;
  /** The socket's number on its node. */
  ref: number;
  /** The node. */
  node: number;
}
/** TIPC_ERRINFO (linux/tipc.h): why a message came back. */
export interface TipcErrinfo {
  /** TIPC_ERR_* or TIPC_CONN_SHUTDOWN. */
  code: number;
  /** Bytes of the message that came back. */
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
