// Control messages in the guard's own memory: walked as the kernel walks them.

export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  /** Where its data is, and how long that is. */
  readonly data: number;
  readonly size: number;
  /** Where it begins, and where the next one would. */
  readonly from: number;
  readonly to: number;
}

export class ControlReader {
  readonly #long: number;
  readonly #little: boolean;

  constructor(long: number, little: boolean) {
    this.#long = long;
    this.#little = little;
  }

  /** The messages of `length` bytes at `at`; null where one is malformed. Less than a header at the end is nothing. */
  read(view: DataView, at: number, length: number): ControlMessage[] | null {
    const head = this.#long + 8;
    const end = at + length;
    const messages: ControlMessage[] = [];
    for (let from = at; end - from >= head; ) {
      const size = this.#lengthAt(view, from);
      if (size < head || size > end - from) return null;
      const level = view.getInt32(from + this.#long, this.#little);
      const type = view.getInt32(from + this.#long + 4, this.#little);
      const to = Math.min(end, from + Math.ceil(size / this.#long) * this.#long);
      messages.push({ level, type, data: from + head, size: size - head, from, to });
      from += Math.ceil(size / this.#long) * this.#long;
    }
    return messages;
  }

  /** A length that no memory has comes as one that is too long. */
  #lengthAt(view: DataView, at: number): number {
    if (this.#long === 4) return view.getUint32(at, this.#little);
    const low = view.getUint32(this.#little ? at : at + 4, this.#little);
    const high = view.getUint32(this.#little ? at + 4 : at, this.#little);
    return high === 0 ? low : Infinity;
  }
}
