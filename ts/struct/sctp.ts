// SCTP's structs (RFC 6458): SCTP_INITMSG, SCTP_EVENTS, the control messages of SOL_SCTP, the
// notification SCTP_ASSOC_CHANGE.
import { headed, struct } from "../codec/layout.js";
import { bytesOf } from "../base/check.js";

/**
 * Streams asked for and taken at most; attempts, and milliseconds between them. 0: the system's
 * default.
 */
export interface SctpInitmsg {
  numOstreams: number;
  maxInstreams: number;
  maxAttempts: number;
  maxInitTimeo: number;
}
/** 1 for each kind of notification that is wanted; `dataIo` is SCTP_SNDRCV with each message. */
export interface SctpEventSubscribe {
  dataIo?: number;
  association?: number;
  address?: number;
  sendFailure?: number;
  peerError?: number;
  shutdown?: number;
  partialDelivery?: number;
  adaptationLayer?: number;
  authentication?: number;
  senderDry?: number;
  streamReset?: number;
  assocReset?: number;
  streamChange?: number;
  sendFailureEvent?: number;
}
/**
 * `flags`: SCTP_UNORDERED and the like; `ppid`: the payload's protocol, as it was passed;
 * `timetolive`: milliseconds; `ssn`, `tsn` and `cumtsn` come in only.
 */
export interface SctpSndrcvinfo {
  stream: number;
  ssn?: number;
  flags?: number;
  ppid?: number;
  context?: number;
  timetolive?: number;
  tsn?: number;
  cumtsn?: number;
  assocId?: number;
}
export interface SctpSndinfo {
  sid: number;
  flags?: number;
  ppid?: number;
  context?: number;
  assocId?: number;
}
export interface SctpRcvinfo {
  sid: number;
  ssn: number;
  flags: number;
  ppid: number;
  tsn: number;
  cumtsn: number;
  context: number;
  assocId: number;
}
/**
 * `type`: SCTP_ASSOC_CHANGE; `state`: SCTP_COMM_UP and the like; `length`: of all; `info`: what
 * follows.
 */
export interface SctpAssocChange {
  type: number;
  flags: number;
  length: number;
  state: number;
  error: number;
  outboundStreams: number;
  inboundStreams: number;
  assocId: number;
  info: Uint8Array;
}

export const sctp_initmsg = struct<SctpInitmsg>(
  "sctp_initmsg",
  "numOstreams",
  "maxInstreams",
  "maxAttempts",
  "maxInitTimeo",
);
export const sctp_event_subscribe = struct<SctpEventSubscribe>(
  "sctp_event_subscribe",
  "dataIo?",
  "association?",
  "address?",
  "sendFailure?",
  "peerError?",
  "shutdown?",
  "partialDelivery?",
  "adaptationLayer?",
  "authentication?",
  "senderDry?",
  "streamReset?",
  "assocReset?",
  "streamChange?",
  "sendFailureEvent?",
);
export const sctp_sndrcvinfo = struct<SctpSndrcvinfo>(
  "sctp_sndrcvinfo",
  "stream",
  "ssn?",
  "flags?",
  "ppid?",
  "context?",
  "timetolive?",
  "tsn?",
  "cumtsn?",
  "assocId?",
);
export const sctp_sndinfo = struct<SctpSndinfo>(
  "sctp_sndinfo",
  "sid",
  "flags?",
  "ppid?",
  "context?",
  "assocId?",
);
export const sctp_rcvinfo = struct<SctpRcvinfo>(
  "sctp_rcvinfo",
  "sid",
  "ssn",
  "flags",
  "ppid",
  "tsn",
  "cumtsn",
  "context",
  "assocId",
);

type Head = Omit<SctpAssocChange, "info">;
export const sctp_assoc_change = headed<Head, SctpAssocChange>(
  "sctp_assoc_change",
  struct<Head>(
    "sctp_assoc_change",
    "type",
    "flags",
    "length",
    "state",
    "error",
    "outboundStreams",
    "inboundStreams",
    "assocId",
  ),
  ({ wire }) => ({
    split: ({ info, ...head }) => [head, bytesOf("sctp_assoc_change: info", info)],
    join: (head, info) => ({ ...head, info: wire.copy(info) }),
  }),
);
