// struct tcp_info (tcp(7), linux/tcp.h): TCP_INFO.
import { growing } from "../codec/layout.js";

/**
 * TCP_INFO (tcp(7), linux/tcp.h): the state of a TCP connection. Fields that the kernel doesn't
 * have yet are missing.
 */
export interface TcpInfo {
  /** TCP_ESTABLISHED, TCP_LISTEN and the like. */
  state: number;
  /** Of the congestion control: 0 open, 1 disorder, 2 window reduced, 3 recovery, 4 loss. */
  caState: number;
  /** Timeouts of the segment that is retransmitted. */
  retransmits: number;
  /** Unanswered probes, of a zero window or keep-alive. */
  probes: number;
  /** How often the retransmission timeout was doubled. */
  backoff: number;
  /** TCPI_OPT_*. */
  options: number;
  /**
   * The two window scales, snd_wscale and rcv_wscale, four bits each: the first in the low half on
   * little-endian machines, in the high one on others.
   */
  wscale: number;
  /** delivery_rate_app_limited (1 bit) and fastopen_client_fail (2 bits), likewise. */
  limits: number;
  /** Microseconds: the retransmission timeout. */
  rto: number;
  /** Microseconds: the delay of acknowledgements. */
  ato: number;
  /** Bytes of a segment that is sent. */
  sndMss: number;
  /** Bytes of a segment that is received, as far as is known. */
  rcvMss: number;
  /**
   * Segments that are sent and unacknowledged; of a listener, connections that wait for accept().
   */
  unacked: number;
  /** Segments that were acknowledged selectively; of a listener, its backlog. */
  sacked: number;
  /** Segments that are thought lost. */
  lost: number;
  /** Segments that were sent again and are unacknowledged. */
  retrans: number;
  /** Unused today. */
  fackets: number;
  /** Milliseconds since data was sent. */
  lastDataSent: number;
  /** Unused: 0. */
  lastAckSent: number;
  /** Milliseconds since data came. */
  lastDataRecv: number;
  /** Milliseconds since an acknowledgement came. */
  lastAckRecv: number;
  /** Bytes: the path's MTU. */
  pmtu: number;
  /** Bytes: the limit of the window that is advertised. */
  rcvSsthresh: number;
  /** Microseconds: the smoothed round-trip time. */
  rtt: number;
  /** Microseconds: its variation. */
  rttvar: number;
  /** Segments: where slow start ends. */
  sndSsthresh: number;
  /** Segments: the congestion window. */
  sndCwnd: number;
  /** Bytes of a segment that is advertised. */
  advmss: number;
  /** Segments by which the path reorders, at most. */
  reordering: number;
  /** Microseconds: the round-trip time as the receiver sees it. */
  rcvRtt: number;
  /** Bytes: the room for what is received. */
  rcvSpace: number;
  /** Segments that were sent again, in all. */
  totalRetrans: number;
  /** Bytes per second at which segments are sent; 2^64-1: no limit. */
  pacingRate?: bigint;
  /** Bytes per second: SO_MAX_PACING_RATE; 2^64-1: no limit. */
  maxPacingRate?: bigint;
  /** Bytes that were acknowledged. */
  bytesAcked?: bigint;
  /** Bytes that were received. */
  bytesReceived?: bigint;
  /** Segments that were sent, those sent again included. */
  segsOut?: number;
  /** Segments that were received. */
  segsIn?: number;
  /** Bytes that are not sent yet. */
  notsentBytes?: number;
  /** Microseconds: the shortest round-trip time. */
  minRtt?: number;
  /** Segments with data that were received. */
  dataSegsIn?: number;
  /** Segments with data that were sent. */
  dataSegsOut?: number;
  /** Bytes per second that arrive at the peer. */
  deliveryRate?: bigint;
  /** Microseconds in which there was data to send. */
  busyTime?: bigint;
  /** Microseconds of these in which the peer's window was the limit. */
  rwndLimited?: bigint;
  /** Microseconds of these in which the send buffer was the limit. */
  sndbufLimited?: bigint;
  /** Segments that arrived at the peer. */
  delivered?: number;
  /** Segments of these that met congestion (ECN). */
  deliveredCe?: number;
  /** Bytes that were sent, those sent again included. */
  bytesSent?: bigint;
  /** Bytes that were sent again. */
  bytesRetrans?: bigint;
  /** Segments that arrived twice (D-SACK). */
  dsackDups?: number;
  /** How often the path reordered. */
  reordSeen?: number;
  /** Segments that came out of order. */
  rcvOoopack?: number;
  /** Bytes: the window that the peer advertises. */
  sndWnd?: number;
  /** Bytes: the window that this side advertises. */
  rcvWnd?: number;
  /** How often another path was tried. */
  rehash?: number;
  /** Retransmission timeouts, in all. */
  totalRto?: number;
  /** Recoveries from timeouts, in all. */
  totalRtoRecoveries?: number;
  /** Milliseconds in these recoveries. */
  totalRtoTime?: number;
}

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
