// sendFds() and recvFds() of the blocking module.
import type { Core } from "../context.js";
import { rightsItem, rightsSpace, takeFds } from "./fd-passing.js";
import type { Socket } from "./socket.js";
import type { AddressIn, Data } from "../base/types.js";

export function bindRights(core: Core) {
  return {
    /**
     * `sendmsg(2)` with SCM_RIGHTS: sends descriptors over an AF_UNIX socket. Returns the count of
     * bytes sent.
     * @throws EBADF, EPIPE, ETOOMANYREFS.
     */
    sendFds<A>(
      socket: Socket<A>,
      buffers: Iterable<Data>,
      fds: Iterable<number>,
      flags = 0,
      address?: AddressIn<A> | null,
    ): number {
      return socket.sendmsg(buffers, [rightsItem(core, fds)], flags, address);
    },

    /**
     * `recvmsg(2)` with room for `maxfds` descriptors (253 at most on Linux). They are
     * close-on-exec and yours to close. With SO_PASSPIDFD the descriptors of processes are closed:
     * recvmsg() gives those.
     * @throws as recvmsg().
     */
    recvFds<A, B extends Uint8Array>(
      socket: Socket<A, B>,
      bufsize: number,
      maxfds: number,
      flags = 0,
    ): [data: B, fds: number[], msgFlags: number, address: A | null] {
      const [data, items, msgFlags, address] = socket.recvmsg(bufsize, rightsSpace(core, maxfds), flags);
      return [data, takeFds(core, items), msgFlags, address];
    },
  };
}
