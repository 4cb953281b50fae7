// The descriptors of one guest: what it may name, and what is closed when it goes.
import type { Host } from "../contract.js";
import type { Sort } from "./judge.js";
import { closePath } from "./paths.js";

/** What several numbers of one open description share. */
export interface Description {
  /** Null: a file, which the embedder gave. */
  readonly sort: Sort | null;
  /** How many numbers it has. */
  numbers: number;
  /** A bind was not granted after all: nothing but close(2) is. */
  refused: boolean;
  /** A UNIX socket's own path as the kernel has it, and the folder that it goes through; "" and -1. */
  bound: string;
  folder: number;
  /** Its cookie (SO_COOKIE), once it went out as a descriptor and may come back; "" before. */
  cookie: string;
}

export class Descriptors {
  readonly #host: Host;
  readonly #linger: readonly [level: number, name: number];
  readonly #ended: () => void;
  readonly #table = new Map<number, Description>();
  /** Owns what no socket of the guest's does: the environment closes it when it ends. */
  readonly #keeper = {};
  /** The paths that bind(2) was given, by what the kernel has for them. */
  readonly paths: Map<string, Uint8Array> = new Map();
  /** Sockets that went out as descriptors, by their cookies. */
  readonly sent = new Map<string, Description>();
  /** Sockets that came to a name that was not granted: they may come back as descriptors. */
  readonly refused = new Set<string>();
  disposed = false;

  /** `linger` is the option SO_LINGER. `ended` is told of the end, after which no call is the guest's. */
  constructor(host: Host, linger: readonly [level: number, name: number], ended: () => void) {
    this.#host = host;
    this.#linger = linger;
    this.#ended = ended;
  }

  get size(): number {
    return this.#table.size;
  }

  get(fd: number): Description | undefined {
    return this.#table.get(fd);
  }

  /** A number that this guest has from now on. */
  add(fd: number, sort: Sort | null): void {
    this.#replace(fd, { sort, numbers: 1, refused: false, bound: "", folder: -1, cookie: "" });
  }

  /** Another number of the same description. */
  alias(fd: number, description: Description): void {
    description.numbers++;
    this.#replace(fd, description);
  }

  #replace(fd: number, description: Description): void {
    // The number of one that was closed behind our back comes again.
    this.delete(fd);
    this.#table.set(fd, description);
  }

  /** A number that is the guest's no more. */
  delete(fd: number): void {
    const description = this.#table.get(fd);
    if (description === undefined) return;
    this.#table.delete(fd);
    if (--description.numbers > 0) return;
    if (description.folder >= 0) closePath(description.folder);
    this.paths.delete(description.bound);
    this.sent.delete(description.cookie);
  }

  /** Sees to it that the environment closes a number when it ends. Returns 0 or -errno. */
  keep(fd: number): number {
    return Math.min(0, this.#host.own(fd, this.#keeper));
  }

  ownerOf(fd: number): object | undefined {
    const owner = this.#host.ownerOf(fd);
    return owner === this.#keeper ? undefined : owner;
  }

  /** close(2) that waits for nothing: what was not sent yet is sent by the system, or not at all. */
  closeAtOnce(fd: number): void {
    this.#host.setsockopt(fd, this.#linger[0], this.#linger[1], new Uint8Array(8), 8);
    this.#host.close(fd);
  }

  /** Closes all of them, for good. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.#ended();
    for (const fd of this.#table.keys()) {
      this.closeAtOnce(fd);
      this.delete(fd);
    }
    this.#host.keepLoopAlive(0);
    this.#host.interruptible(0);
  }
}
