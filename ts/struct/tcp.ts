// struct tcp_info (tcp(7), linux/tcp.h): TCP_INFO.
import { growing } from "../codec/layout.js";

type Always =
  | "state"
  | "caState"
  | "retransmits"
  | "probes"
  | "backoff"
  | "options"
  | "wscale"
  | "limits"
  | "rto"
  | "ato"
  | "sndMss"
  | "rcvMss"
  | "unacked"
  | "sacked"
  | "lost"
  | "retrans"
  | "fackets"
  | "lastDataSent"
  | "lastAckSent"
  | "lastDataRecv"
  | "lastAckRecv"
  | "pmtu"
  | "rcvSsthresh"
  | "rtt"
  | "rttvar"
  | "sndSsthresh"
  | "sndCwnd"
  | "advmss"
  | "reordering"
  | "rcvRtt"
  | "rcvSpace"
  | "totalRetrans";
type LaterKernels =
  | "segsOut"
  | "segsIn"
  | "notsentBytes"
  | "minRtt"
  | "dataSegsIn"
  | "dataSegsOut"
  | "delivered"
  | "deliveredCe"
  | "dsackDups"
  | "reordSeen"
  | "rcvOoopack"
  | "sndWnd"
  | "rcvWnd"
  | "rehash"
  | "totalRto"
  | "totalRtoRecoveries"
  | "totalRtoTime";
type Wide =
  | "pacingRate"
  | "maxPacingRate"
  | "bytesAcked"
  | "bytesReceived"
  | "deliveryRate"
  | "busyTime"
  | "rwndLimited"
  | "sndbufLimited"
  | "bytesSent"
  | "bytesRetrans";

/**
 * The state of a TCP connection. Times are microseconds, but `lastDataSent` and the other three
 * `last…` are milliseconds; rates are bytes per second (2^64-1: no limit). Fields that the kernel
 * doesn't have yet are missing. `wscale` holds snd_wscale and rcv_wscale, four bits each, the first
 * in the low half on little-endian machines and in the high one on others; `limits` holds
 * delivery_rate_app_limited and fastopen_client_fail likewise, of 1 and 2 bits.
 */
export type TcpInfo = Record<Always, number> & Partial<Record<LaterKernels, number> & Record<Wide, bigint>>;

export const tcp_info = growing<TcpInfo>(
  "tcp_info",
  "state",
  "caState",
  "retransmits",
  "probes",
  "backoff",
  "options",
  "wscale",
  "limits",
  "rto",
  "ato",
  "sndMss",
  "rcvMss",
  "unacked",
  "sacked",
  "lost",
  "retrans",
  "fackets",
  "lastDataSent",
  "lastAckSent",
  "lastDataRecv",
  "lastAckRecv",
  "pmtu",
  "rcvSsthresh",
  "rtt",
  "rttvar",
  "sndSsthresh",
  "sndCwnd",
  "advmss",
  "reordering",
  "rcvRtt",
  "rcvSpace",
  "totalRetrans",
  "pacingRate?",
  "maxPacingRate?",
  "bytesAcked?",
  "bytesReceived?",
  "segsOut?",
  "segsIn?",
  "notsentBytes?",
  "minRtt?",
  "dataSegsIn?",
  "dataSegsOut?",
  "deliveryRate?",
  "busyTime?",
  "rwndLimited?",
  "sndbufLimited?",
  "delivered?",
  "deliveredCe?",
  "bytesSent?",
  "bytesRetrans?",
  "dsackDups?",
  "reordSeen?",
  "rcvOoopack?",
  "sndWnd?",
  "rcvWnd?",
  "rehash?",
  "totalRto?",
  "totalRtoRecoveries?",
  "totalRtoTime?",
);
