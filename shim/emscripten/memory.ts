// The guest's memory: every pointer and length is its word alone, so each is checked before use. What
// lies outside is EFAULT, as the kernel says it.

/** The bytes of a name as the system has it, one character each. */
export const octets = (text: string): Uint8Array =>
  Uint8Array.from(text, character => character.charCodeAt(0));

/** A pointer or a length that the guest's memory does not hold. */
export class Fault extends Error {}

export interface GuestMemory {
  readonly buffer: ArrayBufferLike;
}

export class Memory {
  readonly #memory: GuestMemory;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(memory: GuestMemory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  /** A memory that has grown has a new buffer. */
  #refresh(): void {
    if (this.#bytes.buffer === this.#memory.buffer) return;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }

  /** The guest's bytes themselves: another thread of the guest may change them at any time. */
  view(at: number, length: number): Uint8Array {
    this.#refresh();
    const from = at >>> 0;
    const size = length >>> 0;
    if (size > this.#bytes.length || from > this.#bytes.length - size) throw new Fault();
    return this.#bytes.subarray(from, from + size);
  }

  copy(at: number, length: number): Uint8Array {
    return new Uint8Array(this.view(at, length));
  }

  put(at: number, bytes: Uint8Array): void {
    this.view(at, bytes.length).set(bytes);
  }

  clear(at: number, length: number): void {
    this.view(at, length).fill(0);
  }

  word(at: number): number {
    this.view(at, 4);
    return this.#view.getUint32(at >>> 0, true);
  }

  int(at: number): number {
    return this.word(at) | 0;
  }

  putWord(at: number, value: number): void {
    this.view(at, 4);
    this.#view.setUint32(at >>> 0, value, true);
  }

  short(at: number): number {
    this.view(at, 2);
    return this.#view.getInt16(at >>> 0, true);
  }

  putShort(at: number, value: number): void {
    this.view(at, 2);
    this.#view.setInt16(at >>> 0, value, true);
  }

  wide(at: number): bigint {
    this.view(at, 8);
    return this.#view.getBigInt64(at >>> 0, true);
  }

  putWide(at: number, value: bigint): void {
    this.view(at, 8);
    this.#view.setBigInt64(at >>> 0, value, true);
  }

  /** The bytes up to a zero, which are copied. */
  string(at: number): Uint8Array {
    this.#refresh();
    const from = at >>> 0;
    const end = this.#bytes.indexOf(0, from);
    if (from >= this.#bytes.length || end < 0) throw new Fault();
    return new Uint8Array(this.#bytes.subarray(from, end));
  }
}
