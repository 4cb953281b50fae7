// Paths of AF_UNIX are files of this system, of which the guest's own file system knows nothing. Those
// that the guest has bound it may look at, and remove.
import { lstatSync, unlinkSync, type BigIntStats } from "node:fs";
import { plainPath } from "../policy/paths.js";
import { guestErrno } from "./errno.js";

const latin1 = (path: Uint8Array): string => Buffer.from(path).toString("latin1");

export class BoundPaths {
  /** The sockets by their paths, as they were when they were bound. */
  readonly #sockets = new Map<string, Pick<BigIntStats, "dev" | "ino">>();

  /** A socket has been bound to a path, which ends at its first zero; an abstract name is none. */
  add(path: Uint8Array): void {
    const end = path.indexOf(0);
    if (path.length === 0 || end === 0) return;
    const name = plainPath(latin1(end < 0 ? path : path.subarray(0, end)));
    const stat = statOf(name);
    if (stat?.isSocket()) this.#sockets.set(name, stat);
  }

  /** Whether a path is still the socket's that the guest has bound to it. */
  has(path: Uint8Array): boolean {
    return this.#find(path) !== undefined;
  }

  /** unlink(2) of such a path. Returns 0, or a negative errno of the guest's. */
  remove(path: Uint8Array): number {
    const name = this.#find(path);
    if (name === undefined) return -guestErrno.ENOENT!;
    try {
      unlinkSync(Buffer.from(name, "latin1"));
    } catch (error) {
      return -(guestErrno[(error as NodeJS.ErrnoException).code ?? ""] ?? guestErrno.EIO!);
    }
    this.#sockets.delete(name);
    return 0;
  }

  #find(path: Uint8Array): string | undefined {
    if (this.#sockets.size === 0) return undefined;
    const name = plainPath(latin1(path));
    const known = this.#sockets.get(name);
    if (known === undefined) return undefined;
    const stat = statOf(name);
    return stat?.dev === known.dev && stat.ino === known.ino ? name : undefined;
  }
}

function statOf(name: string): BigIntStats | undefined {
  return lstatSync(Buffer.from(name, "latin1"), { bigint: true, throwIfNoEntry: false });
}
