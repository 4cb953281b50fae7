// The writing side of streams, over protocols that are not quite TCP: SCTP keeps messages, TIPC has no half close.
import type { Endpoint } from "../endpoint.js";
import type { Operation } from "../operation.js";

/** send(2) until all is sent, in as few pieces as the socket takes: SCTP sends a message that is longer than its buffer not at all
 *  (sctp(7), EMSGSIZE). The result is the last piece's length. */
export function sendPieces(s: Endpoint, data: Uint8Array): Operation<number> {
  const core = s._core, { host } = core, tooLong = -core.errors.number("EMSGSIZE");
  let most = data.length;
  return {
    syscall: "send", writes: true, flags: 0, finish: n => n,
    attempt() {
      for (;;) {
        const n = host.send(s._fd, data.length > most ? data.subarray(0, most) : data, 0);
        if (n === tooLong && most > 1) most = most >> 1;
        else if (n < 0 || n === data.length) return n;
        else data = data.subarray(n);
      }
    },
  };
}

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
