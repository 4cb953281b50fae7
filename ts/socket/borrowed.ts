// fromNode(): a view of the endpoint of one of Node's own sockets, for names, options and immediate
// calls. It borrows the descriptor. Measured: clearing O_NONBLOCK on a dup cleared it on Node's
// socket, and a dup kept the peer from seeing the end after destroy(). So it is never duplicated,
// closed or changed in mode, and readiness stays Node's.
import { show } from "../base/check.js";
import type { Core } from "../context.js";
import { named } from "../base/named.js";
import type { Socket } from "./socket.js";

/** What the runtime's own sockets are: they tell of events. */
interface Emitter {
  once(event: "close", listener: () => void): unknown;
  removeListener(event: "close", listener: () => void): unknown;
}

export function bindBorrowed<B extends Uint8Array>(core: Core): { fromNode(handle: object): Socket<any, B> } {
  const { host, errors } = core;

  class BorrowedSocket extends (core.Socket as unknown as typeof Socket<any, B>) {
    /** @internal */ declare _handle: object | null;

    constructor(handle: object, fd: number) {
      super(undefined, undefined, undefined, fd);
      Object.defineProperty(this, "_handle", { value: handle, writable: true });
      this._timeout = 0;
    }
    override get _borrows(): boolean {
      return true;
    }
    override _realClose(): void {
      this._handle = null;
    }
    override _onGone(callback: () => void): () => void {
      const handle = this._handle as Emitter;
      handle.once("close", callback);
      return () => {
        handle.removeListener("close", callback);
      };
    }
    override detach(): never {
      throw errors.named("ENOTSUP", "detach", "(the descriptor is Node's)");
    }
    override dup(): never {
      throw errors.named("ENOTSUP", "dup", "(the descriptor is Node's)");
    }
    override setInheritable(): never {
      throw errors.named("ENOTSUP", "fcntl", "(the descriptor is Node's)");
    }
    override settimeout(): never {
      throw errors.named("ENOTSUP", "settimeout", "(the mode is Node's)");
    }
  }
  named({ BorrowedSocket });
  // Asked for each time: -1, hence EBADF, once Node has closed it.
  Object.defineProperty(BorrowedSocket.prototype, "_fd", {
    get(this: BorrowedSocket) {
      return this._handle ? host.descriptorOf(this._handle) : -1;
    },
    set() {},
  });
  function borrow(handle: object): Socket<any, B> {
    const fd = host.descriptorOf(handle);
    if (fd === null)
      throw new TypeError(
        `fromNode: handle must be a net.Socket, net.Server or dgram.Socket, got ${show(handle)}`,
      );
    if (fd === -2)
      throw errors.named("ENOTSUP", "fromNode", "(this runtime does not tell the handle's descriptor)");
    if (fd < 0) throw errors.named("EBADF", "fromNode");
    return new BorrowedSocket(handle, fd);
  }
  return {
    /**
     * A view of the socket of a net.Socket, net.Server or dgram.Socket, for names, options and
     * calls that don't wait. It borrows the descriptor: its mode, its owner and duplicates of it
     * are Node's.
     * @throws TypeError, EBADF (it is closed), ENOTSUP (the runtime does not tell it).
     */
    fromNode: borrow,
  };
}
