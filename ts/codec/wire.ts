// One instance of codec.wasm for one target: its exports, its scratch area and how text gets in and
// out of it.
import { targets, type Target } from "../../shim/contract.js";
import { lengthOf, totalLength } from "../base/views.js";
import { wasm, type WasmGlobal, type WasmModule } from "./webassembly.js";

type Numbers<K extends string> = { readonly [P in K]: (...args: number[]) => number };
type Globals<K extends string> = { readonly [P in K]: WasmGlobal };

/** The functions of codec.wasm; each is documented where it is defined, in wasm/. */
export type CodecCalls = Numbers<
  | "pton4"
  | "pton6"
  | "aton"
  | "ntop4"
  | "ntop6"
  | "cmsg_len"
  | "cmsg_space"
  | "cmsg_encode"
  | "cmsg_decode"
  | "cmsg_header"
  | "nlmsg_decode"
  | "nlattr_decode"
  | "netlink_space"
  | "layout_size"
  | "layout_field"
  | "layout_encode"
  | "layout_decode"
  | "family_number"
  | "protocol_number"
  | "sockaddr_family"
  | "sockaddr_encode"
  | "unix_encode"
  | "unix_decode"
  | "tipc_encode"
  | "tipc_decode"
  | "vsock_encode"
  | "vsock_decode"
  | "qipcrtr_encode"
  | "qipcrtr_decode"
  | "netlink_encode"
  | "netlink_decode"
  | "packet_encode"
  | "packet_decode"
  | "xdp_encode"
  | "xdp_decode"
  | "link_encode"
  | "link_decode"
  | "can_encode"
  | "can_encode_isotp"
  | "can_encode_j1939"
  | "can_decode"
  | "can_decode_isotp"
  | "can_decode_j1939"
>;
type CodecPlaces = Globals<
  | "MESSAGE"
  | "MESSAGE_SIZE"
  | "ADDRESS"
  | "ADDRESS_SIZE"
  | "TEXT"
  | "TEXT_SIZE"
  | "CELLS"
  | "CELL_SIZE"
  | "CELL_COUNT"
  | "IMAGE"
  | "IMAGE_SIZE"
  | "sockaddr_data"
  | "unix_path"
  | "packet_addr"
  | "link_data"
>;
type CodecExports = CodecCalls & CodecPlaces & { readonly memory: { readonly buffer: ArrayBuffer } };

/** What a codec call returns instead of a length (wasm/status.ts). */
export const BAD_TEXT = -1;
export const TOO_SHORT = -2;
export const TOO_LONG = -3;
export const UNSUPPORTED = -4;
export const WRONG_FAMILY = -5;

/**
 * How the bytes are made that users receive: Buffers in Node (buffer-pool.ts), plain Uint8Arrays
 * elsewhere. It is given to socketModule().
 */
export interface ByteMaker<B extends Uint8Array = Uint8Array> {
  /** Zeros. */
  zeroed(length: number): B;
  /** Bytes that hold whatever was there, in a buffer of their own. */
  uninitialized(length: number): B;
  /** The same, but small ones may share a buffer. */
  pooled(length: number): B;
  /** A copy. */
  copy(bytes: Uint8Array): B;
  /** A copy of the first `length` bytes of what this has made; small ones may share a buffer. */
  prefix(bytes: Uint8Array, length: number): B;
  /** The same memory. */
  view(buffer: ArrayBufferLike, offset: number, length: number): B;
  /** All of them, one after another. */
  concat(parts: readonly Uint8Array[]): B;
  /** What copies out of the codec's memory. */
  copier(memory: ArrayBuffer): ByteCopier<B>;
}

/** How bytes and text are copied out of the codec's memory. */
export interface ByteCopier<B extends Uint8Array = Uint8Array> {
  /** The `length` bytes of the codec's memory at `at`, a multiple of 4, copied. */
  take(at: number, length: number): B;
  /** A copy of bytes of anybody's. */
  copy(bytes: Uint8Array): B;
  /** Its ASCII text of `length` bytes at `at`. */
  textAt(at: number, length: number): string;
}
/** Plain Uint8Arrays. */
export const plainBytes: ByteMaker = {
  zeroed: length => new Uint8Array(length),
  uninitialized: length => new Uint8Array(length),
  pooled: length => new Uint8Array(length),
  copy: bytes => new Uint8Array(bytes),
  prefix: (bytes, length) => bytes.slice(0, length),
  view: (buffer, offset, length) => new Uint8Array(buffer, offset, length),
  concat(parts) {
    const whole = new Uint8Array(totalLength(parts));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  },
  copier: plain,
};

function plain(memory: ArrayBuffer): ByteCopier {
  const bytes = new Uint8Array(memory);
  return {
    take(at, length) {
      // Byte by byte: slice() and set() take longer than the copying of an address.
      const out = new Uint8Array(length);
      for (let i = 0; i < length; i++) out[i] = bytes[at + i]!;
      return out;
    },
    copy: bytes => new Uint8Array(bytes),
    textAt(at, length) {
      const { fromCharCode } = String;
      const end = at + length;
      let out = "";
      let i = at;
      // Eight characters a step: joining strings is most of the work.
      for (; i + 7 < end; i += 8) {
        out += fromCharCode(
          bytes[i]!,
          bytes[i + 1]!,
          bytes[i + 2]!,
          bytes[i + 3]!,
          bytes[i + 4]!,
          bytes[i + 5]!,
          bytes[i + 6]!,
          bytes[i + 7]!,
        );
      }
      for (; i < end; i++) out += fromCharCode(bytes[i]!);
      return out;
    },
  };
}

/** An IPv4 or IPv6 socket address in the message block, read and written as words (sockaddr.ts). */
export interface InetWords {
  /** sizeof. */
  readonly length: number;
  /** Where its host is in the memory, in bytes and in words. */
  readonly hostAt: number;
  readonly host: number;
  readonly port: number;
  flowinfo: number;
  scope: number;
  is(length: number): boolean;
  status(length: number): number;
  begin(port: number): void;
}

export class Wire {
  readonly calls: CodecCalls;
  readonly name: Target;
  readonly target: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /**
   * The memory in words of this machine's order, which is not always the codec's: to be copied and
   * compared.
   */
  readonly words: Int32Array;
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
  readonly packetAddr: number;
  readonly linkData: number;
  /** The calls of its ByteCopier. */
  readonly take: ByteCopier["take"];
  readonly copy: ByteCopier["copy"];
  readonly #textAt: ByteCopier["textAt"];
  /** Made by family/inet.ts and family/inet6.ts when first needed. */
  inet: InetWords | undefined;
  inet6: InetWords | undefined;
  readonly #exports: CodecExports & Record<string, unknown>;

  constructor(module: WasmModule, target: Target, { copier }: Pick<ByteMaker, "copier">) {
    const exports = new wasm.Instance(module).exports as unknown as CodecExports & Record<string, unknown>;
    this.#exports = exports;
    this.calls = exports;
    this.name = target;
    this.target = targets.indexOf(target);
    ({ take: this.take, copy: this.copy, textAt: this.#textAt } = copier(exports.memory.buffer));
    this.bytes = new Uint8Array(exports.memory.buffer);
    this.view = new DataView(exports.memory.buffer);
    this.words = new Int32Array(exports.memory.buffer);
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
    this.packetAddr = exports.packet_addr.value;
    this.linkData = exports.link_data.value;
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

  /** A family's row in wasm/registry.ts, by its exported name. */
  kind(name: string): number {
    return this.layout(name);
  }

  /**
   * sizeof a struct or address without what has no fixed length; UNSUPPORTED where the target has
   * none.
   */
  size(name: string): number {
    return this.calls.layout_size(this.target, this.layout(name));
  }

  addressLength(): number {
    return this.view.getUint32(this.message, true);
  }
  /** The address of a message that was received, copied out of the block. */
  receivedAddress(): Uint8Array {
    return this.bytes.slice(this.address, this.address + Math.min(this.addressLength(), this.addressSize));
  }
  /** Puts it back, as if it had just come. */
  putReceivedAddress(address: Uint8Array): void {
    this.view.setUint32(this.message, this.putAddress(address), true);
  }
  controlLength(): number {
    return this.view.getUint32(this.message + 4, true);
  }
  messageFlags(): number {
    return this.view.getUint32(this.message + 8, true);
  }
  /** A message of which there is nothing: no address, no control messages, no flags. */
  clearMessage(): void {
    this.bytes.fill(0, this.message, this.message + 12);
  }
  /** Word `i` of the result cells. */
  word(i: number): number {
    return this.view.getUint32(this.cells + 4 * i, true);
  }
  signedWord(i: number): number {
    return this.view.getInt32(this.cells + 4 * i, true);
  }

  /**
   * Writes ASCII text to TEXT; returns its length, or BAD_TEXT for what can't be a numeric address.
   * Four characters a step: a loop's own cost and a store are half of what a character costs.
   */
  putText(text: string): number {
    const { view } = this;
    const length = text.length;
    if (length > this.textSize) return BAD_TEXT;
    let i = 0;
    let at = this.text;
    let all = 0;
    for (; i + 3 < length; i += 4, at += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      all |= a | b | c | d;
      view.setInt32(at, a | (b << 8) | (c << 16) | (d << 24), true);
    }
    for (; i < length; i++, at++) {
      const c = text.charCodeAt(i);
      all |= c;
      view.setUint8(at, c);
    }
    return all > 127 ? BAD_TEXT : length;
  }

  /** The ASCII text of `length` bytes at TEXT. */
  takeText(length: number): string {
    return this.#textAt(this.text, length);
  }

  /** Writes an address's bytes; returns their length, or TOO_LONG. */
  putAddress(bytes: Uint8Array): number {
    const length = lengthOf(bytes);
    if (length > this.addressSize) return TOO_LONG;
    this.bytes.set(bytes, this.address);
    return length;
  }

  /** Writes bytes to IMAGE; returns their length, or TOO_LONG. */
  putImage(bytes: Uint8Array): number {
    const length = lengthOf(bytes);
    if (length > this.imageSize) return TOO_LONG;
    this.bytes.set(bytes, this.image);
    return length;
  }
}
