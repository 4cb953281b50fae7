// SCTP's structs (RFC 6458): SCTP_INITMSG, SCTP_EVENTS, the control messages of SOL_SCTP, the
// notification SCTP_ASSOC_CHANGE.
import { headed, struct } from "../codec/layout.js";
import { bytesOf } from "../base/check.js";

/** SCTP_INITMSG (RFC 6458): what new associations ask for. 0: the system's default. */
export interface SctpInitmsg {
  /** Streams to send on that are asked for. */
  numOstreams: number;
  /** Streams of the peer that are taken at most. */
  maxInstreams: number;
  /** How often INIT is sent. */
  maxAttempts: number;
  /** Milliseconds between two INITs at most. */
  maxInitTimeo: number;
}
/** SCTP_EVENTS (RFC 6458): which notifications come. */
export interface SctpEventSubscribe {
  /** 1: SCTP_SNDRCV comes with each message. */
  dataIo?: number;
  /** 1: SCTP_ASSOC_CHANGE comes. */
  association?: number;
  /** 1: SCTP_PEER_ADDR_CHANGE comes. */
  address?: number;
  /** 1: SCTP_SEND_FAILED comes. */
  sendFailure?: number;
  /** 1: SCTP_REMOTE_ERROR comes. */
  peerError?: number;
  /** 1: SCTP_SHUTDOWN_EVENT comes. */
  shutdown?: number;
  /** 1: SCTP_PARTIAL_DELIVERY_EVENT comes. */
  partialDelivery?: number;
  /** 1: SCTP_ADAPTATION_INDICATION comes. */
  adaptationLayer?: number;
  /** 1: SCTP_AUTHENTICATION_EVENT comes. */
  authentication?: number;
  /** 1: SCTP_SENDER_DRY_EVENT comes. */
  senderDry?: number;
  /** 1: SCTP_STREAM_RESET_EVENT comes. */
  streamReset?: number;
  /** 1: SCTP_ASSOC_RESET_EVENT comes. */
  assocReset?: number;
  /** 1: SCTP_STREAM_CHANGE_EVENT comes. */
  streamChange?: number;
  /** 1: SCTP_SEND_FAILED_EVENT comes. */
  sendFailureEvent?: number;
}
/** SCTP_SNDRCV (RFC 6458): about a message, in either direction. */
export interface SctpSndrcvinfo {
  /** The stream's number. */
  stream: number;
  /** The message's number in its stream; comes in only. */
  ssn?: number;
  /** SCTP_UNORDERED and the like. */
  flags?: number;
  /** The payload's protocol, as it was passed. */
  ppid?: number;
  /** The caller's own number, which SCTP_SEND_FAILED brings back. */
  context?: number;
  /** Milliseconds after which the message is dropped; 0: never. */
  timetolive?: number;
  /** The number of the chunk; comes in only. */
  tsn?: number;
  /** The number up to which all chunks came; comes in only. */
  cumtsn?: number;
  /** The association, of SOCK_SEQPACKET. */
  assocId?: number;
}
/** SCTP_SNDINFO (RFC 6458): about a message to send. */
export interface SctpSndinfo {
  /** The stream's number. */
  sid: number;
  /** SCTP_UNORDERED and the like. */
  flags?: number;
  /** The payload's protocol, as it was passed. */
  ppid?: number;
  /** The caller's own number, which SCTP_SEND_FAILED brings back. */
  context?: number;
  /** The association, of SOCK_SEQPACKET. */
  assocId?: number;
}
/** SCTP_RCVINFO (RFC 6458): about a message that came. */
export interface SctpRcvinfo {
  /** The stream's number. */
  sid: number;
  /** The message's number in its stream. */
  ssn: number;
  /** SCTP_UNORDERED and the like. */
  flags: number;
  /** The payload's protocol, as it was passed. */
  ppid: number;
  /** The number of the chunk. */
  tsn: number;
  /** The number up to which all chunks came. */
  cumtsn: number;
  /** What SCTP_CONTEXT has set. */
  context: number;
  /** The association, of SOCK_SEQPACKET. */
  assocId: number;
}
/** The notification SCTP_ASSOC_CHANGE (RFC 6458). */
export interface SctpAssocChange {
  /** SCTP_ASSOC_CHANGE. */
  type: number;
  /** None is in use. */
  flags: number;
  /** Bytes of the whole notification. */
  length: number;
  /** SCTP_COMM_UP and the like. */
  state: number;
  /** Why the association was lost, an SCTP cause; 0: no error. */
  error: number;
  /** Streams to send on. */
  outboundStreams: number;
  /** Streams to receive on. */
  inboundStreams: number;
  /** The association. */
  assocId: number;
  /** What follows: the ABORT chunk, or the peer's features. */
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
