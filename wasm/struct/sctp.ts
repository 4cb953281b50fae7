// SCTP's structs (RFC 6458; linux/sctp.h, FreeBSD's netinet/sctp_uio.h): how an association begins,
// what one is told of, where a message goes or came from, the notification that an association
// changed.
import { ON_FREEBSD, ON_LINUX } from "../abi";
import { END, I32, NUMBER, U16, U32, U8 } from "../layout";

const init: usize = memory.data<u8>([U16, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, END]);
export const sctp_initmsg: usize = memory.data<usize>([ON_LINUX | ON_FREEBSD, init, 0]);

const events: usize = memory.data<u8>([
  U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0,
  U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0,
  U8, NUMBER, 0, U8, NUMBER, 0, END,
]);
export const sctp_event_subscribe: usize = memory.data<usize>([ON_LINUX, events, 0]);

const both: usize = memory.data<u8>([
  U16, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, I32, NUMBER, 0, END,
]);
export const sctp_sndrcvinfo: usize = memory.data<usize>([ON_LINUX, both, 0]);

const sent: usize = memory.data<u8>([
  U16, NUMBER, 0, U16, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, I32, NUMBER, 0, END,
]);
export const sctp_sndinfo: usize = memory.data<usize>([ON_LINUX, sent, 0]);

const received: usize = memory.data<u8>([
  U16, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, I32, NUMBER, 0, END,
]);
export const sctp_rcvinfo: usize = memory.data<usize>([ON_LINUX, received, 0]);

const change: usize = memory.data<u8>([
  U16, NUMBER, 0, U16, NUMBER, 0, U32, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0,
  U16, NUMBER, 0, I32, NUMBER, 0, END,
]);
export const sctp_assoc_change: usize = memory.data<usize>([ON_LINUX, change, 0]);
