// One instance of codec.wasm for one target: its exports, its scratch area and how text gets in and out of it.
import { targets, type Target } from "../shim/contract.js";
import { wasm, type WasmGlobal, type WasmModule } from "./webassembly.js";

type Numbers<K extends string> = { readonly [P in K]: (...args: number[]) => number };
type Globals<K extends string> = { readonly [P in K]: WasmGlobal };

/** The functions of codec.wasm; each is documented where it is defined, in wasm/. */
export type CodecCalls = Numbers<
  | "pton4" | "pton6" | "aton" | "ntop4" | "ntop6"
  | "cmsg_len" | "cmsg_space" | "cmsg_encode" | "cmsg_decode" | "cmsg_header"
  | "layout_size" | "layout_field" | "layout_encode" | "layout_decode"
  | "family_number" | "protocol_number" | "sockaddr_family" | "sockaddr_encode"
  | "unix_encode" | "unix_decode"
  | "inet_encode" | "inet_encode_number" | "inet_decode" | "inet_number" | "inet_text"
  | "inet6_encode" | "inet6_decode"
  | "can_encode" | "can_encode_isotp" | "can_encode_j1939" | "can_decode" | "can_decode_isotp" | "can_decode_j1939">;
type CodecPlaces = Globals<
  | "MESSAGE" | "MESSAGE_SIZE" | "ADDRESS" | "ADDRESS_SIZE" | "TEXT" | "TEXT_SIZE" | "CELLS" | "CELL_SIZE" | "CELL_COUNT"
  | "IMAGE" | "IMAGE_SIZE" | "sockaddr_data" | "unix_path">;
type CodecExports = CodecCalls & CodecPlaces & { readonly memory: { readonly buffer: ArrayBuffer } };

/** What a codec call answers instead of a length (wasm/status.ts). */
export const BAD_TEXT = -1, TOO_SHORT = -2, TOO_LONG = -3, UNSUPPORTED = -4, WRONG_FAMILY = -5;

/** Makes the bytes that are given out: Buffers in Node, Uint8Arrays in the codec. Their contents are written at once. */
export type Allocate<B extends Uint8Array = Uint8Array> = (size: number) => B;

export class Wire {
  readonly calls: CodecCalls;
  readonly name: Target;
  readonly target: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Offsets in the scratch area (wasm/memory.ts). */
  readonly message: number;
  readonly address: number;
  readonly addressSize: number;
  readonly text: number;
  readonly textSize: number;
  readonly cells: number;
  readonly cellSize: number;
  readonly image: number;
  readonly imageSize: number;
  /** Where an address's bytes after its family are, and how many come before them. */
  readonly addressData: number;
  readonly addressHead: number;
  readonly unixPath: number;
  readonly allocate: Allocate;
  readonly #exports: CodecExports & Record<string, unknown>;

  constructor(module: WasmModule, target: Target, allocate: Allocate) {
    const exports = new wasm.Instance(module).exports as unknown as CodecExports & Record<string, unknown>;
    this.#exports = exports;
    this.calls = exports;
    this.name = target;
    this.target = targets.indexOf(target);
    this.allocate = allocate;
    this.bytes = new Uint8Array(exports.memory.buffer);
    this.view = new DataView(exports.memory.buffer);
    this.message = exports.MESSAGE.value;
    this.address = exports.ADDRESS.value;
    this.addressSize = exports.ADDRESS_SIZE.value;
    this.text = exports.TEXT.value;
    this.textSize = exports.TEXT_SIZE.value;
    this.cells = exports.CELLS.value;
    this.cellSize = exports.CELL_SIZE.value;
    this.image = exports.IMAGE.value;
    this.imageSize = exports.IMAGE_SIZE.value;
    this.addressData = exports.sockaddr_data.value;
    this.addressHead = this.addressData - this.address;
    this.unixPath = exports.unix_path.value;
  }

  /** The message block that the host reads and writes. */
  block(): Uint8Array {
    return this.bytes.subarray(this.message, this.message + this.#exports.MESSAGE_SIZE.value);
  }

  /** The place of a struct's or an address's layout, by its exported name. */
  layout(name: string): number {
    const place = this.#exports[name];
    if (!(place instanceof wasm.Global)) throw new Error(`codec.wasm has no layout ${name}`);
    return place.value;
  }

  /** sizeof a struct or address without what has no fixed length; UNSUPPORTED where the target has none. */
  size(name: string): number { return this.calls.layout_size(this.target, this.layout(name)); }

  addressLength(): number { return this.view.getUint32(this.message, true); }
  controlLength(): number { return this.view.getUint32(this.message + 4, true); }
  messageFlags(): number { return this.view.getUint32(this.message + 8, true); }
  /** Word `i` of the result cells. */
  word(i: number): number { return this.view.getUint32(this.cells + 4 * i, true); }
  signedWord(i: number): number { return this.view.getInt32(this.cells + 4 * i, true); }

  /** Writes ASCII text to TEXT; returns its length, or BAD_TEXT for what can't be a numeric address. */
  putText(text: string): number {
    const { bytes, text: at } = this, length = text.length;
    if (length > this.textSize) return BAD_TEXT;
    for (let i = 0; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c > 126) return BAD_TEXT;
      bytes[at + i] = c;
    }
    return length;
  }

  /** The ASCII text of `length` bytes at TEXT. */
  takeText(length: number): string {
    const { bytes, text: at } = this;
    let out = "";
    for (let i = 0; i < length; i++) out += String.fromCharCode(bytes[at + i]!);
    return out;
  }

  /** Copies bytes out. */
  copy(bytes: Uint8Array): Uint8Array {
    const out = this.allocate(bytes.length);
    out.set(bytes);
    return out;
  }

  /** The `length` bytes at `at`, of which there are few, copied out. */
  take(at: number, length: number): Uint8Array {
    const { bytes } = this, out = this.allocate(length);
    for (let i = 0; i < length; i++) out[i] = bytes[at + i]!;
    return out;
  }

  /** Writes an address's bytes; returns their length, or TOO_LONG. */
  putAddress(bytes: Uint8Array): number {
    if (bytes.length > this.addressSize) return TOO_LONG;
    this.bytes.set(bytes, this.address);
    return bytes.length;
  }
}
