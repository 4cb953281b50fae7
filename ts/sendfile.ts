// sendfile(): a file through a stream socket, by sendfile(2), or by read(2) and send(2) where the kernel can't.
import { int, MAX_INT, show, writableOf } from "./check.js";
import type { Endpoint } from "./endpoint.js";
import * as io from "./io.js";
import type { Operation } from "./operation.js";
import { wait } from "./timeout.js";
import type { WritableBytes } from "./types.js";

/** An object that gives bytes: at most `size`, none at its end; null, which says that it would have to wait, is a TypeError. */
export interface ByteSource {
  read(size: number): WritableBytes | null;
  /** Sets the position, in bytes; without it there is no offset, and the position is not corrected after an error. */
  seek?(position: number): unknown;
}
/** A descriptor, what has one (a FileHandle of node:fs/promises), or an object that gives bytes. */
export type FileToSend = number | { readonly fd: number } | ByteSource;

/** Bytes for one system call; a worker returns to JavaScript after each. */
const BLOCK = 1 << 30, WORKER_BLOCK = 1 << 22, CHUNK = 1 << 16;
const SEEK_SET = 0;
/** What sendfile(2) says of a file that it can't send. */
const UNABLE = ["EINVAL", "ENOSYS", "ESPIPE", "EOPNOTSUPP", "ENOTSUP"];

export function sendfile(s: Endpoint, file: FileToSend, offset: number, count: number | null | undefined): number {
  int("offset", offset, 0, Number.MAX_SAFE_INTEGER);
  const most = count === undefined || count === null ? Infinity : int("count", count, 1, Number.MAX_SAFE_INTEGER);
  const source = sourceOf(file);
  if (s.type !== s._core.constants.SOCK_STREAM) throw new RangeError("only SOCK_STREAM type sockets are supported");
  if (s._timeout === 0) throw new RangeError("non-blocking sockets are not supported");
  if (typeof source !== "number") return fromSource(s, source, offset, most);
  return fromKernel(s, source, offset, most) ?? fromSource(s, descriptorSource(s, source, offset), offset, most);
}

function sourceOf(file: FileToSend): number | ByteSource {
  if (typeof file === "number") return int("file", file, 0, MAX_INT);
  if (typeof file === "object" && file !== null) {
    if ("fd" in file && typeof file.fd === "number") return int("file.fd", file.fd, -1, MAX_INT);
    if ("read" in file && typeof file.read === "function") return file;
  }
  throw new TypeError(`file must be a descriptor, a FileHandle or an object with read(size), got ${show(file)}`);
}

/** null: the kernel can't send this file. As in CPython the timeout bounds each wait, so that a slow peer may take its time. */
function fromKernel(s: Endpoint, file: number, offset: number, most: number): number | null {
  const { host, errors } = s._core, block = host.slice > 0 ? WORKER_BLOCK : BLOCK;
  // sendfile(2) has no MSG_DONTWAIT: in a worker a blocking descriptor is non-blocking meanwhile.
  const borrowed = s._flags !== 0;
  if (borrowed) s._check("ioctl", host.setNonblocking(s._fd, 1));
  let total = 0;
  try {
    while (total < most) {
      const at = offset + total, size = Math.min(most - total, block);
      const operation: Operation<number> = { syscall: "sendfile", writes: true, flags: 0, attempt: () => host.sendfile(s._fd, file, at, size), finish: n => n };
      const first = operation.attempt();
      if (first < 0 && total === 0 && UNABLE.includes(errors.name(-first))) return null;
      const sent = first >= 0 ? first : io.persist(s, operation, first);
      if (sent === 0) break;
      total += sent;
    }
    return total;
  } finally {
    if (borrowed) host.setNonblocking(s._fd, 0);
    if (total > 0) s._check("lseek", host.lseek(file, offset + total, SEEK_SET), file);
  }
}

/** Reads a descriptor; one without positions (a pipe) has no seek. */
function descriptorSource(s: Endpoint, file: number, offset: number): ByteSource {
  const core = s._core, { host, errors, constants } = core, buffer = new Uint8Array(CHUNK);
  const seek = (position: number) => s._check("lseek", host.lseek(file, position, SEEK_SET), file);
  const read = (size: number): Uint8Array => {
    for (;;) {
      if (host.slice > 0) wait(core, file, constants.POLLIN, Infinity, "read");
      const n = host.read(file, buffer, size);
      if (n >= 0) return buffer.subarray(0, n);
      if (n === -core.EAGAIN) wait(core, file, constants.POLLIN, Infinity, "read");
      else if (n !== -core.EINTR) throw errors.system(-n, "read", file);
    }
  };
  return offset === 0 && host.lseek(file, 0, SEEK_SET) === -errors.number("ESPIPE") ? { read } : { read, seek };
}

function fromSource(s: Endpoint, source: ByteSource, offset: number, most: number): number {
  if (source.seek) source.seek(offset);
  else if (offset > 0) throw new TypeError("file must have seek(position) where there is an offset");
  let total = 0;
  try {
    while (total < most) {
      let data = writableOf("what read(size) returns", source.read(Math.min(most - total, CHUNK))!);
      if (data.length === 0) break;
      while (data.length > 0) {
        const sent = io.block(s, io.send(s, data, 0));
        total += sent;
        data = data.subarray(sent);
      }
    }
    return total;
  } finally {
    if (total > 0) source.seek?.(offset + total);
  }
}
