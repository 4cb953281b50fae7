// getdents64(2): folders of the system's that are mounted list the sockets that the guest has bound in
// them, which Emscripten's file system leaves out.
import type { Guest } from "./guest.js";

/** struct dirent of Emscripten's: an inode, a position, the entry's length, its type, a name. */
const DIRENT = 280;
const DIRENT_LENGTH = 16;
const DIRENT_TYPE = 18;
const DIRENT_NAME = 19;
const DT_SOCK = 12;

/** Folders list their sockets behind what the guest's own file system has listed. */
export class SocketLists {
  /** The numbers of folders whose sockets have been listed. */
  readonly #listed = new Set<number>();

  /** getdents64(2) of a folder, of which the guest's own call has given `result`. */
  extend(guest: Guest, number: number, at: number, size: number, result: number): number {
    if (result > 0) this.#listed.delete(number);
    const folder = guest.folderOf(number);
    if (result !== 0 || folder === undefined || this.#listed.has(number)) return result;
    this.#listed.add(number);
    const names = guest.paths.namesIn(folder).slice(0, Math.floor((size >>> 0) / DIRENT));
    names.forEach((name, i) => {
      const entry = new Uint8Array(DIRENT);
      const view = new DataView(entry.buffer);
      view.setBigUint64(0, 1n, true);
      view.setUint16(DIRENT_LENGTH, DIRENT, true);
      entry[DIRENT_TYPE] = DT_SOCK;
      entry.set(Buffer.from(name, "latin1"), DIRENT_NAME);
      guest.memory.put(at + DIRENT * i, entry);
    });
    return DIRENT * names.length;
  }
}
