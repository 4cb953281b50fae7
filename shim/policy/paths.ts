// UNIX paths. What a path leads to is opened first, and judged by the name that the system has for
// what was opened; the call then goes through the descriptor, so that no rename comes between.
import { builtin } from "../builtin.js";
import { latin1 } from "./latin1.js";

/** open(2) without any access (fcntl.h): Node has no name for it. */
const O_PATH = 0x200000;

/** Something that was opened: close it. */
export interface Opened {
  readonly fd: number;
  /** Its path, one character a byte. */
  readonly name: string;
}

const bytesOf = (name: string) => Buffer.from(name, "latin1");

/**
 * Opens a path; -errno if that fails, 0 if what is there may not be used: a symbolic link, something
 * deleted, or what this process does not find under its name.
 */
function open(path: string, flags: number): Opened | number {
  const fs = builtin("node:fs");
  let fd: number;
  try {
    fd = fs.openSync(bytesOf(path), O_PATH | flags);
  } catch (error) {
    return (error as NodeJS.ErrnoException).errno ?? 0;
  }
  try {
    const stat = fs.fstatSync(fd, { bigint: true });
    const name = fs.readlinkSync(`/proc/self/fd/${fd}`, "latin1" as BufferEncoding);
    if (!stat.isSymbolicLink() && stat.nlink > 0n && name.startsWith("/")) {
      // The name is that of the file's mount namespace, which /proc/PID/root may have led into.
      const here = fs.lstatSync(bytesOf(name), { bigint: true });
      if (here.dev === stat.dev && here.ino === stat.ino) return { fd, name };
    }
  } catch {
    // Without /proc nothing tells what was opened; or there is no such name here.
  }
  fs.closeSync(fd);
  return 0;
}

/** What connect(2) and send(2) would reach: the last part of the path is no symbolic link. */
export function openTarget(path: string): Opened | number {
  return open(path, builtin("node:fs").constants.O_NOFOLLOW);
}

/** The folder in which bind(2) would make a socket, and what that would be called; 0 as above. */
export function openFolder(path: string): (Opened & { readonly base: string }) | number {
  const at = path.lastIndexOf("/");
  const base = path.slice(at + 1);
  if (base === "" || base === "." || base === "..") return 0;
  const folder = at < 0 ? "." : path.slice(0, at + 1);
  const opened = open(folder, builtin("node:fs").constants.O_DIRECTORY);
  if (typeof opened === "number") return opened;
  return { fd: opened.fd, name: `${opened.name === "/" ? "" : opened.name}/${base}`, base };
}

export function closePath(fd: number): void {
  builtin("node:fs").closeSync(fd);
}

/** The path as text alone: absolute, without `.`, `..` and empty parts. */
export function plainPath(path: string): string {
  const parts: string[] = [];
  const whole = path.startsWith("/") ? path : `${latin1(Buffer.from(process.cwd()))}/${path}`;
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** How the call names the file of a descriptor. */
export const throughTarget = ({ fd }: Opened): string => `/proc/self/fd/${fd}`;

/**
 * How bind(2) names a socket in a folder. Others see this name, so it says whose descriptor it is:
 * they may answer to it for as long as the folder is open.
 */
export const throughFolder = ({ fd, base }: Opened & { readonly base: string }): string =>
  `/proc/${process.pid}/fd/${fd}/${base}`;
