// Sockets that receive no more, since shutdown(2) ended that, but whose family tells only calls that wait in the kernel: datagram sockets
// and listeners of AF_UNIX. To all others it says EAGAIN for ever, while poll(2) says that they are ready.
import type { Handle } from "./handle.js";
import type { Operation } from "./operation.js";

/** Whether receiving is over. */
export function receivesNoMore(s: Handle): boolean {
  const { host, constants: { POLLRDHUP }, EINTR, errors } = s._core;
  if (s._fd < 0) return false;
  const entry = Int32Array.of(s._fd, POLLRDHUP, 0);
  let result: number;
  do result = host.poll(entry, 0); while (result === -EINTR);
  if (result < 0) throw errors.system(-result, "poll");
  return (entry[2]! & POLLRDHUP) !== 0;
}

/** What a receiving call that was told EAGAIN ends with where receiving is over, as if it had waited in the kernel: nothing came, or
 *  EINVAL of accept(2). What came meanwhile comes first. */
export function endOfReceiving(s: Handle, operation: Operation<unknown>): number {
  const { wire, constants, errors, EAGAIN, EINTR } = s._core;
  if (!receivesNoMore(s)) return -EAGAIN;
  let again: number;
  do again = operation.attempt(); while (again === -EINTR);
  if (again !== -EAGAIN) return again;
  if (s.getsockopt(constants.SOL_SOCKET, constants.SO_ACCEPTCONN) !== 0) return -errors.number("EINVAL");
  wire.clearMessage();
  return 0;
}
