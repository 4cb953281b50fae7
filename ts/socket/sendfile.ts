// sendfile(): a file through a stream socket, by sendfile(2), or by read(2) and send(2) where the
// kernel can't.
import { withBytesSent } from "./blocking.js";
import { int, MAX_INT, show, writableOf } from "../base/check.js";
import type { Handle } from "./handle.js";
import { OSError } from "../base/error.js";
import * as io from "./io.js";
import type { Operation } from "./operation.js";
import { wait } from "./timeout.js";
import type { WritableBytes } from "../base/types.js";
import { lengthOf, part } from "../base/views.js";

/**
 * An object that gives bytes: at most `size`, none at its end; null, which says that it would have
 * to wait, is a TypeError.
 */
export interface ByteSource {
  /** The next bytes, at most `size`; none at the end. */
  read(size: number): WritableBytes | null;
  /**
   * Sets the position, in bytes; without it there is no offset, and the position is not corrected
   * after an error.
   */
  seek?(position: number): unknown;
}
/** What has a descriptor: a FileHandle of node:fs/promises. */
export interface FileWithDescriptor {
  /** The descriptor. */
  readonly fd: number;
}
/** A descriptor, what has one, or an object that gives bytes. */
export type FileToSend = number | FileWithDescriptor | ByteSource;

/**
 * What sendfile() waits for: the socket, to which an operation writes, or the value that a method
 * of the source has returned.
 */
export type SendfileWait = { readonly operation: Operation<number> } | { readonly value: unknown };
export type SendfileSteps<T = number> = Generator<SendfileWait, T, any>;
/** A source of bytes; what it returns may be promises where the driver waits for them. */
export interface Source {
  read(size: number): unknown;
  seek?(position: number): unknown;
}

/**
 * Bytes for one system call; in a worker, and where a promise waits, few enough to get to other
 * things soon.
 */
const BLOCK = 1 << 30;
export const SLICE = 1 << 22;
export const CHUNK = 1 << 16;
const SEEK_SET = 0;
/** What sendfile(2) says of a file that it can't send, and the result that stands for that. */
const UNABLE = ["EINVAL", "ENOSYS", "ESPIPE", "EOPNOTSUPP", "ENOTSUP"];
const UNSUPPORTED_BY_KERNEL = Infinity;

/**
 * sendfile(), step by step, for both classes: checks now, sends when it is run. `reading` makes the
 * read() of a file that the kernel can't send; `ended` says whether the caller's own code, a getter,
 * has ended the call; `held` gives the descriptor of a file that was given as a number.
 */
export function sending(
  s: Handle,
  file: number | FileWithDescriptor | Source,
  offset: number,
  count: number | null | undefined,
  reading: (fd: number) => Source["read"],
  ended = () => false,
  held = (fd: number) => fd,
): SendfileSteps {
  int("offset", offset, 0, Number.MAX_SAFE_INTEGER);
  const most =
    count === undefined || count === null ? Infinity : int("count", count, 1, Number.MAX_SAFE_INTEGER);
  const from = sourceOf(file, held);
  if (s.type !== s._core.constants.SOCK_STREAM)
    throw new RangeError("only SOCK_STREAM type sockets are supported");
  if (s._timeout === 0) throw new RangeError("non-blocking sockets are not supported");
  return typeof from === "function"
    ? fromDescriptor(s, from, offset, most, reading, ended)
    : fromSource(s, from, offset, most);
}

/**
 * The source, or what tells the descriptor: a FileHandle is asked each time, since the number may
 * be another file's once it is closed.
 */
function sourceOf(file: unknown, held: (fd: number) => number): (() => number) | Source {
  if (typeof file === "number") {
    int("file", file, 0, MAX_INT);
    return () => held(file);
  }
  if (typeof file === "object" && file !== null) {
    if ("fd" in file && typeof file.fd === "number") {
      int("file.fd", file.fd, -1, MAX_INT);
      return () => file.fd as number;
    }
    if ("read" in file && typeof file.read === "function") return file as Source;
  }
  throw new TypeError(
    `file must be a descriptor, a FileHandle or an object with read(size), got ${show(file)}`,
  );
}

function* fromDescriptor(
  s: Handle,
  fd: () => number,
  offset: number,
  most: number,
  reading: (fd: number) => Source["read"],
  ended: () => boolean,
): SendfileSteps {
  const { sent, able } = yield* fromKernel(s, fd, offset, most, ended);
  return able
    ? sent
    : sent +
        (yield* fromSource(s, descriptorSource(s, fd, offset + sent, reading), offset + sent, most - sent));
}

/**
 * Not `able`: the kernel can't send this file; nor without waiting, which sendfile(2) can't be
 * told, where somebody else has made a promise socket's description blocking. As in CPython the
 * timeout bounds each wait, so that a slow peer may take its time.
 */
function* fromKernel(
  s: Handle,
  fd: () => number,
  offset: number,
  most: number,
  ended: () => boolean,
): SendfileSteps<{ sent: number; able: boolean }> {
  const { host, errors } = s._core;
  const block = s._nonblocking || host.maxBlockMs > 0 ? SLICE : BLOCK;
  let total = 0;
  try {
    while (total < most) {
      const at = offset + total;
      const size = Math.min(most - total, block);
      const first = total === 0;
      const attempt = () => {
        if (s._wouldWait()) return UNSUPPORTED_BY_KERNEL;
        const from = fd();
        if (ended()) return -s._core.EINTR;
        const n = host.sendfile(s._fd, from, at, size);
        return n < 0 && first && UNABLE.includes(errors.name(-n)) ? UNSUPPORTED_BY_KERNEL : n;
      };
      const sent: number = yield {
        operation: { syscall: "sendfile", writes: true, flags: 0, attempt, finish: n => n },
      };
      if (sent === UNSUPPORTED_BY_KERNEL) return { sent: total, able: false };
      if (sent === 0) break;
      total += sent;
    }
    return { sent: total, able: true };
  } finally {
    if (total > 0) s._check("lseek", host.lseek(fd(), offset + total, SEEK_SET), fd());
  }
}

/** A descriptor that is read; one without positions (a pipe) has no seek. */
function descriptorSource(
  s: Handle,
  fd: () => number,
  offset: number,
  reading: (fd: number) => Source["read"],
): Source {
  const { host, errors } = s._core;
  const read = reading(fd());
  const seek = (position: number) => s._check("lseek", host.lseek(fd(), position, SEEK_SET), fd());
  return offset === 0 && host.lseek(fd(), 0, SEEK_SET) === -errors.number("ESPIPE")
    ? { read }
    : { read, seek };
}

function* fromSource(s: Handle, source: Source, offset: number, most: number): SendfileSteps {
  if (source.seek) yield { value: source.seek(offset) };
  else if (offset > 0) throw new TypeError("file must have seek(position) where there is an offset");
  const flags = s._nonblocking ? s._core.MSG_DONTWAIT : 0;
  let total = 0;
  try {
    while (total < most) {
      const size = Math.min(most - total, CHUNK);
      const read: unknown = yield { value: source.read(size) };
      if (read === null && s._nonblocking) break;
      const given = writableOf("what read(size) returns", read as WritableBytes);
      // A source that gives more than it was asked for does not make us send more.
      let data = part(given, 0, Math.min(lengthOf(given), size));
      if (data.length === 0) break;
      while (data.length > 0) {
        const sent: number = yield { operation: io.send(s, data, flags) };
        total += sent;
        data = part(data, sent);
      }
    }
    return total;
  } finally {
    if (total > 0 && source.seek) yield { value: source.seek(offset + total) };
  }
}

/** read() of a descriptor that may block. */
function blockingRead(s: Handle, fd: number): (size: number) => Uint8Array {
  const core = s._core;
  const { host, errors, constants } = core;
  const buffer = new Uint8Array(CHUNK);
  return size => {
    for (;;) {
      if (host.maxBlockMs > 0) wait(core, fd, constants.POLLIN, Infinity, "read");
      const n = host.read(fd, buffer, size);
      if (n >= 0) return buffer.subarray(0, n);
      if (n === -core.EAGAIN) wait(core, fd, constants.POLLIN, Infinity, "read");
      else if (n !== -core.EINTR) throw errors.system(-n, "read", fd);
    }
  };
}

/** The blocking sendfile(). */
export function sendfile(
  s: Handle,
  file: FileToSend,
  offset: number,
  count: number | null | undefined,
): number {
  const steps = sending(s, file, offset, count, fd => blockingRead(s, fd));
  let sent = 0;
  const perform = (operation: Operation<number>) => {
    const n = io.block(s, operation);
    if (n !== UNSUPPORTED_BY_KERNEL) sent += n;
    return n;
  };
  try {
    let step = steps.next();
    while (!step.done)
      step = steps.next("value" in step.value ? step.value.value : perform(step.value.operation));
    return step.value;
  } catch (error) {
    throw error instanceof OSError ? withBytesSent(error, sent) : error;
  } finally {
    // After a wait that failed the steps are not over yet: what they do finally, they do now.
    for (let last = steps.return(0); !last.done; ) last = steps.next();
  }
}
