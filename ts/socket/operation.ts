// A system call that may have to wait: prepared without waiting, run by the blocking class
// (blocking.ts) or the promise class.
import type { Core } from "../context.js";
import { OSError } from "../base/error.js";

/**
 * What attempt() answers besides a result and -errno: that there is more to do, but others had to
 * wait long enough (the next turn of the loop goes on), and that what it waits for is not the
 * socket (it asks to be served again itself).
 */
export const YIELD = -0x7ffffffe;
export const ELSEWHERE = -0x7fffffff;

/** Bytes that one attempt of a promise may move before it yields. */
export const SLICE = 1 << 20;

export interface Operation<T> {
  /** For errors: "recvmsg". */
  readonly syscall: string;
  /** Whether it waits for POLLOUT, not for POLLIN. */
  readonly writes: boolean;
  /** The caller's MSG_* flags. */
  readonly flags: number;
  /** Its address, for errors. */
  readonly address?: unknown;
  /**
   * Tries the call; -EAGAIN means wait and try again. What it touches is the call's own, or is read
   * out by finish() at once.
   */
  attempt(): number;
  /**
   * A result below this one says that a TCP stream is drained: the next try can wait for an edge.
   */
  readonly full?: number;
  /**
   * Bytes that its next try takes of a stream at most: below SO_RCVLOWAT the poller tells nothing
   * of them.
   */
  readonly room?: number;
  /** Results are counts of datagrams, so that one below `full` says it of any socket. */
  readonly batch?: boolean;
  /**
   * There if the attempt is recv(2) of `full` bytes into this and no more: several sockets' are
   * done in one call.
   */
  readonly into?: Uint8Array;
  /** Reads a result at once after its attempt, while the message block holds. */
  finish(result: number): T;
  /**
   * What a receiving call has gathered, as a result for finish(): it is not lost where the wait
   * ends without the rest.
   */
  part?(): number;
  /** How much of a sending call the kernel has taken: its errors tell. */
  sent?(): number;
  /** Whether that counts datagrams and not bytes. */
  readonly countsMessages?: boolean;
  /**
   * There if the timeout bounds each wait and not the whole call; true while a wait is for
   * something else than the socket.
   */
  patient?(): boolean;
  /**
   * Whether its tries run code of the caller's, which may abort it, close its socket or make other
   * calls: it stands in the line, with its signal, before the first of them.
   */
  readonly foreign?: boolean;
  /** Whether it waits for readiness as such, beside all other calls. */
  readonly observes?: boolean;
  /** How long such a one may wait, where that is not the socket's timeout; null: for ever. */
  readonly seconds?: number | null;
  /** Called when a wait begins, and before one: what is in the message block must be kept. */
  keep?(): void;
  /**
   * Called when a wait begins: files that are named by descriptors must be held. What it throws ends
   * the call.
   */
  hold?(): void;
  /** Called once when a call that has waited is over: what it held goes. */
  release?(): void;
}

/** One try, EINTR repeated. */
export function tryOnce({ EINTR }: Core, operation: Operation<unknown>): number {
  let result: number;
  do result = operation.attempt();
  while (result === -EINTR);
  return result;
}

/** An operation that is told its outcome itself. Neither of these throws. */
export interface Told<T> extends Operation<T> {
  told(value: T): void;
  failed(error: unknown): void;
}

/** An error of a sending call with what the kernel has taken: bytes, or datagrams of a batch. */
export function progressed(error: unknown, operation: Operation<unknown>): unknown {
  if (operation.sent === undefined || !(error instanceof OSError)) return error;
  return Object.assign(error, {
    [operation.countsMessages === true ? "messagesSent" : "bytesSent"]: operation.sent(),
  });
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
  keep(): void {
    const { bytes, address } = this.#core.wire;
    this.#copy ??= bytes.slice(address, address + this.length);
  }
  /** Puts it back, if it was copied out. */
  restore(): void {
    if (this.#copy !== undefined) this.#core.wire.putAddress(this.#copy);
  }
}
