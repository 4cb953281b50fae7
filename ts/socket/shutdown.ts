// Sockets that receive no more, since shutdown(2) ended that, but whose family tells only calls
// that wait in the kernel: datagram sockets and listeners of AF_UNIX. To all others it says EAGAIN
// for ever, while poll(2) says that they are ready.
import type { Handle } from "./handle.js";
import { tryOnce, type Operation } from "./operation.js";
import { NOW, readiness } from "./timeout.js";

/** Whether receiving is over. */
export function receivesNoMore(s: Handle): boolean {
  const { POLLRDHUP } = s._core.constants;
  return (readiness(s._core, s._fd, POLLRDHUP, NOW) & POLLRDHUP) !== 0;
}

/**
 * That nothing came and nothing will, which a call tells as 0. So does an empty datagram, behind
 * which there may be more.
 */
export const RECEIVING_OVER = -0x7ffffffc;

/**
 * What a receiving call that was told EAGAIN ends with where receiving is over, as if it had waited
 * in the kernel: RECEIVING_OVER, or EINVAL of accept(2). What came meanwhile comes first.
 */
export function endOfReceiving(s: Handle, operation: Operation<unknown>): number {
  const { wire, constants, errors, EAGAIN } = s._core;
  if (!receivesNoMore(s)) return -EAGAIN;
  const again = tryOnce(s._core, operation);
  if (again !== -EAGAIN) return again;
  if (s.getsockopt(constants.SOL_SOCKET, constants.SO_ACCEPTCONN) !== 0) return -errors.number("EINVAL");
  wire.clearMessage();
  return RECEIVING_OVER;
}
