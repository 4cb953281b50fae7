// What a stream is whose peer has ended: where allowHalfOpen is false it ends by itself, once
// nobody writes any more.
import type { Duplex } from "node:stream";
import { builtin } from "../../shim/builtin.js";
import { nodeError } from "./node-error.js";

/** A stream that is derived here. */
interface Ending extends Duplex {
  /**
   * Who asks hears that it is not writable any more, else an iterator would take the end of what it
   * read for an abort; where writes wait, it is one.
   */
  _willEnd: boolean;
  _endWhenIdle(): void;
}

const halfOpen = Symbol("allowHalfOpen");
/**
 * Between the event "end" and the next tick Node reads allowHalfOpen to see whether to end the
 * other side at once, which is ours to do.
 */
const ending = new WeakSet<object>();

export function peerEnded(this: Ending): void {
  if (this.allowHalfOpen) return;
  ending.add(this);
  process.nextTick(() => {
    ending.delete(this);
  });
  this._endWhenIdle();
}

/** write() once the peer has ended and so have we: the error says whose doing it is. */
export function writeAfterEnd(this: Ending, chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
  if (!this.writableEnded)
    return builtin("node:stream").Duplex.prototype.write.call(
      this,
      chunk,
      encoding as BufferEncoding,
      callback as () => void,
    );
  const done = typeof encoding === "function" ? encoding : callback;
  const error = nodeError(Error, "EPIPE", "This socket has been ended by the other party");
  if (typeof done === "function") process.nextTick(done as (error: Error) => void, error);
  this.destroy(error);
  return false;
}

/**
 * Puts the class under Duplex before the first is made: loading node:stream takes as long as all
 * the rest of an import.
 */
export function derive(stream: { readonly prototype: Ending }): void {
  const { Duplex } = builtin("node:stream");
  const { prototype } = stream;
  if (Object.getPrototypeOf(stream) === Duplex) return;
  Object.setPrototypeOf(stream, Duplex);
  Object.setPrototypeOf(prototype, Duplex.prototype);
  const { get, set } = Object.getOwnPropertyDescriptor(Duplex.prototype, "writable")!;
  Object.defineProperty(prototype, "writable", {
    get(this: Ending) {
      return (!this._willEnd || this.writableLength > 0) && (get!.call(this) as boolean);
    },
    set(this: Ending, value: unknown) {
      set!.call(this, value);
    },
    configurable: true,
    enumerable: true,
  });
  Object.defineProperty(prototype, "allowHalfOpen", {
    get(this: { [halfOpen]: boolean }) {
      return this[halfOpen] || ending.has(this);
    },
    set(this: { [halfOpen]: boolean }, value: unknown) {
      this[halfOpen] = Boolean(value);
    },
    configurable: true,
    enumerable: true,
  });
  prototype._willEnd = false;
}
