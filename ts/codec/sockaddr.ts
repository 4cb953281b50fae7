// An IPv4 or IPv6 socket address of one target, read and written in the message block as words,
// without a call of the codec. The codec's tables say, once, where its fields are and in
// which order their bytes.
import type { AddressFamily } from "./address.js";
import { TOO_LONG, TOO_SHORT, WRONG_FAMILY, type InetWords, type Wire } from "./wire.js";

/** A number's place in the codec's memory. */
interface Place {
  readonly at: number;
  readonly width: number;
  readonly little: boolean;
}

function put(view: DataView, at: number, { width, little }: Place, value: number): void {
  if (width === 1) view.setUint8(at, value);
  else view.setUint16(at, value, little);
}

export class Sockaddr implements InetWords {
  /** sizeof. */
  readonly length: number;
  /** Where its host is in the codec's memory, and the first of the words in which it is. */
  readonly hostAt: number;
  readonly host: number;
  readonly #wire: Wire;
  readonly #number: number;
  /** Its first word in the message block, and all its words with head and zeros. */
  readonly #first: number;
  readonly #blank: Int32Array;
  /** The bits of the first word that hold the family's number. */
  readonly #family: number;
  readonly #port: Place;
  readonly #flowinfo: Place | undefined;
  readonly #scope: Place | undefined;

  /** `kind`: its row in wasm/registry.ts. */
  constructor(wire: Wire, kind: string, [struct, ...names]: AddressFamily["layout"]) {
    const { calls, target, address } = wire;
    const layout = wire.layout(struct);
    const place = (name: string): Place | undefined => {
      if (calls.layout_field(target, layout, names.indexOf(name), 0) < 0) return undefined;
      return { at: address + wire.word(0), width: wire.word(1), little: wire.word(5) === 0 };
    };
    this.#wire = wire;
    this.length = wire.size(struct);
    this.#number = calls.family_number(target, wire.kind(kind));
    const length = place("len");
    const family = place("family")!;
    const words = this.length >> 2;
    this.#port = place("port")!;
    this.#flowinfo = place("flowinfo");
    this.#scope = place("scopeid");
    this.hostAt = place("addr")!.at;
    this.host = this.hostAt >> 2;
    this.#first = address >> 2;
    this.#blank = new Int32Array(words);
    const blank = new DataView(this.#blank.buffer);
    const mask = new Int32Array(words);
    put(blank, family.at - address, family, this.#number);
    if (length !== undefined) put(blank, length.at - address, length, this.length);
    put(new DataView(mask.buffer), family.at - address, family, 0xffff);
    this.#family = mask[0]!;
  }

  /** Whether the `length` bytes in the message block are such an address. */
  is(length: number): boolean {
    const differs = this.#wire.words[this.#first]! ^ this.#blank[0]!;
    return length === this.length && (differs & this.#family) === 0;
  }

  /** What they are, if not. */
  status(length: number): number {
    const { calls, target } = this.#wire;
    const family = calls.sockaddr_family(target, length);
    if (family < 0) return family;
    if (family !== this.#number) return WRONG_FAMILY;
    return length < this.length ? TOO_SHORT : TOO_LONG;
  }

  /** Writes an address whose host is all zeros. */
  begin(port: number): void {
    const { words, view } = this.#wire;
    const blank = this.#blank;
    const first = this.#first;
    for (let i = 0; i < blank.length; i++) words[first + i] = blank[i]!;
    view.setUint16(this.#port.at, port, this.#port.little);
  }

  get port(): number {
    return this.#wire.view.getUint16(this.#port.at, this.#port.little);
  }
  get flowinfo(): number {
    return this.#get(this.#flowinfo!);
  }
  set flowinfo(value: number) {
    this.#set(this.#flowinfo!, value);
  }
  get scope(): number {
    return this.#get(this.#scope!);
  }
  set scope(value: number) {
    this.#set(this.#scope!, value);
  }

  #get({ at, little }: Place): number {
    return this.#wire.view.getUint32(at, little);
  }
  #set({ at, little }: Place, value: number): void {
    this.#wire.view.setUint32(at, value, little);
  }
}
