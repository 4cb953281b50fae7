// The writing side of streams, over protocols that are not quite TCP: SCTP keeps messages, TIPC has no half close.
import type { Endpoint } from "../endpoint.js";
import type { Operation } from "../operation.js";
import type { PromiseEndpoint } from "./endpoint.js";
import { sendall } from "./operations.js";

/** sendall() in as few pieces as the socket takes: SCTP sends a message that is longer than its buffer not at all (sctp(7), EMSGSIZE). */
export function sendPieces(s: PromiseEndpoint, data: Uint8Array): Operation<number> { return sendall(s, data, 0, 0, -s._core.errors.number("EMSGSIZE")); }

/** SCTP's shutdown ends both directions, and who asked for it sees no end (measured, Linux 6.12); TIPC's takes SHUT_RDWR alone (net/tipc/socket.c). */
function halfCloses(s: Endpoint): boolean {
  const { AF_TIPC, IPPROTO_SCTP } = s._core.constants;
  return s.family !== AF_TIPC && s.proto !== IPPROTO_SCTP;
}

/** shutdown(SHUT_WR). Where there is no half close, the peer sees the end when the socket is closed. */
export function endWriting(s: Endpoint): void {
  if (halfCloses(s)) shutdown(s, s._core.constants.SHUT_WR);
}

/** close(2) after all was written: TIPC takes it for a reset unless shutdown(2) came before. */
export function closeWritten(s: Endpoint): void {
  try { if (s.family === s._core.constants.AF_TIPC && s._fd >= 0) shutdown(s, s._core.constants.SHUT_RDWR); } finally { s.close(); }
}

function shutdown(s: Endpoint, how: number): void {
  try { s.shutdown(how); } catch (error) {
    // The peer has reset the connection: there is nobody left to tell.
    if ((error as { code?: string }).code !== "ENOTCONN") throw error;
  }
}
