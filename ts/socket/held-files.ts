// The files that a call names by descriptors and waits with. The kernel holds those of a call that
// waits in it. One that waits here holds duplicates, since a number may be another file's meanwhile.
import * as cmsg from "../codec/cmsg.js";
import type { Core } from "../context.js";
import { bigEndian } from "../base/order.js";
import { part } from "../base/views.js";
import { open } from "../open.js";

export class HeldFiles {
  readonly #core: Core;
  readonly #syscall: string;
  /** The duplicates, by the numbers that were given. */
  readonly #copies = new Map<number, number>();

  constructor(core: Core, syscall: string) {
    this.#core = core;
    this.#syscall = syscall;
  }

  /**
   * Holds a descriptor's file from now on.
   * @throws EBADF, EMFILE, as the call's own.
   */
  hold(fd: number): void {
    if (this.#copies.has(fd)) return;
    const { host } = this.#core;
    this.#copies.set(
      fd,
      open(this.#core, this.#syscall, () => host.dup(fd, 1)),
    );
  }

  /** The descriptor by which its file is to be named: its duplicate's, once it is held. */
  of(fd: number): number {
    return this.#copies.get(fd) ?? fd;
  }

  release(): void {
    for (const copy of this.#copies.values()) this.#core.host.close(copy);
    this.#copies.clear();
  }
}

/** The files of the SCM_RIGHTS messages in control data. */
export class HeldRights {
  readonly #core: Core;
  readonly #control: Uint8Array;
  readonly #files: HeldFiles;
  /** Where descriptors stand in the control data, and which. */
  readonly #places: [at: number, fd: number][] = [];

  constructor(core: Core, control: Uint8Array, syscall: string) {
    this.#core = core;
    this.#control = control;
    this.#files = new HeldFiles(core, syscall);
  }

  /** Holds those of the messages from `start` to `end`. */
  hold(start = 0, end = this.#control.length): void {
    const { wire, constants: c } = this.#core;
    const view = this.#view();
    for (const found of cmsg.walk(wire, part(this.#control, start, end))) {
      if (found.level !== c.SOL_SOCKET || found.type !== c.SCM_RIGHTS) continue;
      for (let at = start + found.start; at + 4 <= start + found.end; at += 4) {
        const fd = view.getInt32(at, !bigEndian);
        this.#files.hold(fd);
        this.#places.push([at, fd]);
      }
    }
  }

  /** A try, in which the control data names the duplicates; what others put there since stays. */
  named(attempt: () => number): number {
    if (this.#places.length === 0) return attempt();
    const view = this.#view();
    const put = this.#places.filter(([at, fd]) => view.getInt32(at, !bigEndian) === fd);
    for (const [at, fd] of put) view.setInt32(at, this.#files.of(fd), !bigEndian);
    try {
      return attempt();
    } finally {
      for (const [at, fd] of put) view.setInt32(at, fd, !bigEndian);
    }
  }

  release(): void {
    this.#places.length = 0;
    this.#files.release();
  }

  #view(): DataView {
    const { buffer, byteOffset, byteLength } = this.#control;
    return new DataView(buffer, byteOffset, byteLength);
  }
}
