// The memory of one core module, as the canonical ABI sees it: bounds, the allocator, handles.
import { wasm } from "../../ts/codec/webassembly.js";

/** A value of a core module's parameter or result. */
export type Core = number | bigint;
export type CoreFunction = (...args: Core[]) => Core | undefined;

/** What a module exports that takes lists. */
export interface CoreMemory {
  readonly memory: { readonly buffer: ArrayBufferLike };
  readonly realloc: (old: number, oldSize: number, align: number, size: number) => number;
}

/** Resources of one module: what its handles stand for. */
export interface Handles {
  /** What a handle stands for; an owned one is the module's no more. */
  lift(handle: number, owned: boolean): unknown;
  /** A handle for the module: of its own, or for one call. */
  lower(resource: unknown, owned: boolean): number;
}

const { RuntimeError } = wasm as unknown as { RuntimeError: new (message: string) => Error };

/** A module broke the canonical ABI: it ends as by a trap of its own, and nobody else does. */
export function trap(message: string): never {
  throw new RuntimeError(message);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** Text up to this length is read and written by a loop, which then takes less time than a call. */
const SHORT = 24;

export class Memory {
  readonly handles: Handles;
  /** Whether lists of bytes are lent to the callee, not copied for it. */
  readonly lends: boolean;
  readonly #core: CoreMemory;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(core: CoreMemory, handles: Handles, lends = false) {
    this.#core = core;
    this.handles = handles;
    this.lends = lends;
  }

  #look(): void {
    const { buffer } = this.#core.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }
  /** Memory that has grown is another buffer: what is left of the old one is empty. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#look();
    return this.#bytes;
  }
  get view(): DataView {
    if (this.#bytes.length === 0) this.#look();
    return this.#view;
  }

  /** A place that the module named, for `size` bytes. */
  place(at: Core, align: number, size: number): number {
    const place = Number(at) >>> 0;
    if ((place & (align - 1)) !== 0) trap(`pointer ${place} is not a multiple of ${align}`);
    if (place + size > this.bytes.length) {
      // Shared memory grows without that what was seen of it ends.
      this.#look();
      if (place + size > this.#bytes.length) trap(`${size} bytes at ${place} are not in the memory`);
    }
    return place;
  }

  /** Memory that the module's own allocator gives. */
  allocate(align: number, size: number): number {
    return this.place(this.#core.realloc(0, 0, align, size), align, size);
  }

  text(at: number, length: number): string {
    const { bytes } = this;
    const end = at + length;
    if (length <= SHORT) {
      let text = "";
      let i = at;
      for (; i < end && bytes[i]! < 0x80; i++) text += String.fromCharCode(bytes[i]!);
      if (i === end) return text;
    }
    try {
      // Shared memory can't be decoded in place.
      return decoder.decode(bytes.slice(at, end));
    } catch {
      return trap("a string is not UTF-8");
    }
  }

  /** Writes text as UTF-8; returns where, and how long it is. */
  putText(text: string): [at: number, length: number] {
    const encoded = encoder.encode(text);
    const at = this.allocate(1, encoded.length);
    this.bytes.set(encoded, at);
    return [at, encoded.length];
  }

  /** Writes bytes; returns where. */
  putBytes(bytes: Uint8Array): number {
    const at = this.allocate(1, bytes.length);
    this.bytes.set(bytes, at);
    return at;
  }
}

/** Handles that are numbers of a table: what guests have. */
export class HandleTable implements Handles {
  readonly #what: string;
  readonly #drop: (resource: unknown) => void;
  /** By handle; 0 is none. */
  readonly #resources: unknown[] = [undefined];
  readonly #free: number[] = [];

  /** `drop` gets what a module let go. */
  constructor(what: string, drop: (resource: unknown) => void) {
    this.#what = what;
    this.#drop = drop;
  }

  lower(resource: unknown): number {
    const handle = this.#free.pop() ?? this.#resources.length;
    this.#resources[handle] = resource;
    return handle;
  }

  lift(handle: number, owned: boolean): unknown {
    const resource = this.#resources[handle];
    if (resource === undefined) trap(`${handle} is no handle of a ${this.#what}`);
    if (owned) {
      this.#resources[handle] = undefined;
      this.#free.push(handle);
    }
    return resource;
  }

  /** `[resource-drop]`. */
  drop(handle: number): void {
    this.#drop(this.lift(handle, true));
  }
}
