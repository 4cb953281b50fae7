// Writing to a stream that keeps messages: SCTP sends each whole or, where its buffer is smaller than the message, not at all (sctp(7), EMSGSIZE).
import type { Endpoint } from "../endpoint.js";
import type { Operation } from "../operation.js";

/** send(2) until all is sent, in as few pieces as the socket takes. The result is the last piece's length. */
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
