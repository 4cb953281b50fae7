// The reading side of streams: one slab for all streams of a module, which the kernel fills and
// whose bytes are handed out at once.
import type { Core } from "../context.js";
import type { Operation, Told } from "../socket/operation.js";
import type { PromiseEndpoint } from "./endpoint.js";

const SLAB = 65536;

/**
 * Where the streams of one module receive. It holds bytes from an attempt to its finish() only,
 * between which nothing else runs.
 */
interface Slab {
  bytes: Uint8Array | undefined;
}

const slabs = new WeakMap<Core, Slab>();

function slabOf(core: Core): Slab {
  let slab = slabs.get(core);
  if (slab === undefined) slabs.set(core, (slab = { bytes: undefined }));
  return slab;
}

/** A copy whose buffer is its own, so that it can be transferred. */
export function alone(slab: Uint8Array, n: number): Uint8Array {
  const chunk = new Uint8Array(n);
  chunk.set(slab.subarray(0, n));
  return chunk;
}

/**
 * recv(2) of what there is, as a chunk that is as large as what came; null is the end. It can be
 * performed again and again.
 */
export class Receiving implements Operation<Uint8Array | null> {
  readonly #socket: PromiseEndpoint;
  readonly #slab: Slab;
  readonly #copy: (slab: Uint8Array, n: number) => Uint8Array;

  constructor(socket: PromiseEndpoint, copy: (slab: Uint8Array, n: number) => Uint8Array) {
    this.#socket = socket;
    this.#slab = slabOf(socket._core);
    this.#copy = copy;
  }

  /** As net.Socket names it. */
  get syscall(): string {
    return "read";
  }
  get writes(): boolean {
    return false;
  }
  get flags(): number {
    return 0;
  }
  get full(): number {
    return SLAB;
  }
  get room(): number {
    return SLAB;
  }

  attempt(): number {
    const core = this.#socket._core;
    const slab = (this.#slab.bytes ??= core.bytes.uninitialized(SLAB));
    return core.host.recv(this.#socket._fd, slab, SLAB, core.MSG_DONTWAIT);
  }

  finish(n: number): Uint8Array | null {
    if (n === 0) return null;
    const slab = this.#slab.bytes!;
    if (n < SLAB) return this.#copy(slab, n);
    this.#slab.bytes = undefined;
    return slab;
  }
}

/** Who hears of what came. */
export interface Receiver {
  _received(chunk: Uint8Array | null): void;
  _failed(error: Error): void;
}

/**
 * The same, which its receiver is told: a stream that waits to read has no promise and no functions
 * of its own for it.
 */
export class Delivering extends Receiving implements Told<Uint8Array | null> {
  readonly #to: Receiver;

  constructor(socket: PromiseEndpoint, to: Receiver) {
    super(socket, socket._core.bytes.prefix);
    this.#to = to;
  }

  told(chunk: Uint8Array | null): void {
    this.#to._received(chunk);
  }
  failed(error: Error): void {
    this.#to._failed(error);
  }
}
