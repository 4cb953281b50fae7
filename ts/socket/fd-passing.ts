// Descriptors as control messages: SCM_RIGHTS (unix(7)).
import { cint, int, iterableOf } from "../base/check.js";
import type { Core } from "../context.js";
import { bigEndian } from "../base/order.js";
import type { AncillaryItem } from "../base/types.js";

/**
 * The descriptors in SCM_RIGHTS data: C ints in this machine's order; a cut one at the end is left
 * out.
 */
export function descriptors(data: Uint8Array): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const out: number[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4) out.push(view.getInt32(at, !bigEndian));
  return out;
}

/** Whether a control message brought descriptors: SCM_RIGHTS, or the pidfd of SCM_PIDFD. */
export function isRights(
  { constants: c }: Core,
  [level, type]: readonly [number, number, ...unknown[]],
): boolean {
  return level === c.SOL_SOCKET && (type === c.SCM_RIGHTS || type === c.SCM_PIDFD);
}

/** The control message that carries descriptors. */
export function rightsItem({ constants: c }: Core, fds: Iterable<number>): AncillaryItem {
  const numbers = Array.from(iterableOf("fds", "descriptors", fds), fd => cint("descriptor", fd));
  return [c.SOL_SOCKET, c.SCM_RIGHTS, new Uint8Array(Int32Array.from(numbers).buffer)];
}

/** Bytes of control buffer for `maxfds` descriptors. */
export function rightsSpace({ wire }: Core, maxfds: number): number {
  return wire.calls.cmsg_len(wire.target, 4 * int("maxfds", maxfds, 0, 0xffff));
}

/** The descriptors that control messages of one type brought. */
function descriptorsIn({ constants: c }: Core, items: readonly AncillaryItem[], wanted: number): number[] {
  return items.flatMap(([level, type, bytes]) =>
    level === c.SOL_SOCKET && type === wanted ? descriptors(bytes) : [],
  );
}

/** The descriptors that somebody sent. */
export function rightsIn(core: Core, items: readonly AncillaryItem[]): number[] {
  return descriptorsIn(core, items, core.constants.SCM_RIGHTS);
}

/**
 * The descriptors of the senders' processes, which the kernel makes for a socket with SO_PASSPIDFD.
 */
export function processesIn(core: Core, items: readonly AncillaryItem[]): number[] {
  return descriptorsIn(core, items, core.constants.SCM_PIDFD);
}

/**
 * The descriptors of what recvFds() received. It has no place for those of processes: they are
 * closed.
 */
export function takeFds(core: Core, items: readonly AncillaryItem[]): number[] {
  for (const fd of processesIn(core, items)) core.host.close(fd);
  return rightsIn(core, items);
}
