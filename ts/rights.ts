// Descriptors as control messages: SCM_RIGHTS (unix(7)).
import { cint, int } from "./check.js";
import type { Core } from "./core.js";
import { bigEndian } from "./order.js";
import type { Socket } from "./socket.js";
import type { Data } from "./types.js";

/** The descriptors in SCM_RIGHTS data: C ints in this machine's order; a cut one at the end is left out. */
export function descriptors(data: Uint8Array): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength), out: number[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4) out.push(view.getInt32(at, !bigEndian));
  return out;
}

export function bindRights(core: Core) {
  const { constants: c, wire } = core;
  return {
    /** `sendmsg(2)` with SCM_RIGHTS: sends descriptors over an AF_UNIX socket. Returns the count of bytes sent. Errors: EBADF, EPIPE, ETOOMANYREFS. */
    sendFds(socket: Socket, buffers: Iterable<Data>, fds: Iterable<number>, flags = 0, address?: any): number {
      const numbers = Int32Array.from(fds, fd => cint("descriptor", fd));
      return socket.sendmsg(buffers, [[c.SOL_SOCKET, c.SCM_RIGHTS, new Uint8Array(numbers.buffer)]], flags, address);
    },

    /** `recvmsg(2)` with room for `maxfds` descriptors (253 at most on Linux). They are close-on-exec and yours to close. */
    recvFds(socket: Socket, bufsize: number, maxfds: number, flags = 0): [data: Buffer, fds: number[], msgFlags: number, address: any] {
      const space = wire.calls.cmsg_len(wire.target, 4 * int("maxfds", maxfds, 0, 0xffff));
      const [data, items, msgFlags, address] = socket.recvmsg(bufsize, space, flags);
      const fds = items.flatMap(([level, type, bytes]) => level === c.SOL_SOCKET && type === c.SCM_RIGHTS ? descriptors(bytes) : []);
      return [data, fds, msgFlags, address];
    },
  };
}
