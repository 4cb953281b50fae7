// A system call that may have to wait: prepared without waiting, run by the blocking class (io.ts) or the promise class.
import type { Core } from "./core.js";

export interface Operation<T> {
  /** For errors: "recvmsg". */
  readonly syscall: string;
  /** Whether it waits for POLLOUT, not for POLLIN. */
  readonly writes: boolean;
  /** The caller's MSG_* flags. */
  readonly flags: number;
  /** Its address, for errors. */
  readonly address?: unknown;
  /** Tries the call; -EAGAIN means wait and try again. */
  attempt(): number;
  /** A result below this one says that a TCP stream is drained: the next try can wait for an edge. */
  readonly full?: number;
  /** Results are counts of datagrams, so that one below `full` says it of any socket. */
  readonly batch?: boolean;
  /** There if the attempt is recv(2) of `full` bytes into this and no more: several sockets' are done in one call. */
  readonly into?: Uint8Array;
  /** Reads a result at once after its attempt, while the message block holds. */
  finish(result: number): T;
  /** There if the timeout bounds each wait and not the whole call; true while a wait is for something else than the socket. */
  patient?(): boolean;
  /** Called before a wait that no attempt preceded: what is in the message block must be kept. */
  keep?(): void;
}

/** Bytes of several views. A view that a waiting call needs may be transferred or shrunk meanwhile: the call then fails with EFAULT. */
export function lengthOf(views: readonly Uint8Array[]): number {
  let length = 0;
  for (const view of views) length += view.length;
  return length;
}

/** The address in the message block, which others will overwrite while a call waits. */
export class KeptAddress {
  readonly #core: Core;
  readonly length: number;
  #copy: Uint8Array | undefined;

  constructor(core: Core, length: number) {
    this.#core = core;
    this.length = length;
  }
  /** Copies it out. */
  keep(): void { this.#copy ??= this.#core.wire.bytes.slice(this.#core.wire.address, this.#core.wire.address + this.length); }
  /** Puts it back, if it was copied out. */
  restore(): void { if (this.#copy !== undefined) this.#core.wire.putAddress(this.#copy); }
}
