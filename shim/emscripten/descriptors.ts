// The guest's socket descriptors: small numbers, so that its select(2) takes them, each of which stands
// for a descriptor of the host. Its own files have the numbers below.

/** FD_SETSIZE is 1024; the numbers below FIRST are left to the guest's files. */
export const FIRST = 512;
export const LAST = 1024;

/** What duplicates of a descriptor share: the open file description, as far as the guest sees it. */
export interface Description {
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  /** O_NONBLOCK, to the guest; the host's descriptor is never blocked on. */
  nonblocking: boolean;
  /** SO_RCVTIMEO and SO_SNDTIMEO in milliseconds, Infinity for none. */
  receiveTimeout: number;
  sendTimeout: number;
  /** The time stamp options that are set, by the guest's numbers: these say how wide its times are. */
  readonly timestamps: Set<number>;
}

export const descriptionOf = (
  family: number,
  type: number,
  protocol: number,
  nonblocking: boolean,
): Description => ({
  family,
  type,
  protocol,
  nonblocking,
  receiveTimeout: Infinity,
  sendTimeout: Infinity,
  timestamps: new Set(),
});

export interface Descriptor {
  readonly fd: number;
  readonly description: Description;
  /** FD_CLOEXEC. */
  closeOnExec: boolean;
}

export class Descriptors {
  readonly #slots: (Descriptor | undefined)[] = [];

  get(number: number): Descriptor | undefined {
    return this.#slots[number - FIRST];
  }

  /** The lowest free number from `from` on; undefined where there is none. */
  add(descriptor: Descriptor, from = FIRST): number | undefined {
    for (let number = Math.max(from, FIRST); number < LAST; number++) {
      if (this.#slots[number - FIRST] !== undefined) continue;
      this.#slots[number - FIRST] = descriptor;
      return number;
    }
    return undefined;
  }

  /** Puts a descriptor at a number of its own (dup2). */
  put(number: number, descriptor: Descriptor): void {
    this.#slots[number - FIRST] = descriptor;
  }

  remove(number: number): Descriptor | undefined {
    const descriptor = this.#slots[number - FIRST];
    this.#slots[number - FIRST] = undefined;
    return descriptor;
  }

  clear(): void {
    this.#slots.length = 0;
  }

  *all(): Generator<Descriptor> {
    for (const slot of this.#slots) if (slot !== undefined) yield slot;
  }
}

export const isSocketNumber = (number: number): boolean => number >= FIRST && number < LAST;
