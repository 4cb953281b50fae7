// The exceptions: OSError, its PEP 3151 subclasses, GaiError and HError. Only this file makes them.
import { show, still } from "./check.js";
import { isBytes, lengthOf, part } from "./views.js";

/** What an OSError carries. */
export interface OSErrorFields {
  /** The number, positive. */
  errno?: number | undefined;
  /** Its name: `ECONNREFUSED`, `EAI_NONAME`. */
  code?: string | undefined;
  /** The call that failed. */
  syscall?: string | undefined;
  /** The address, name or descriptor that was involved. */
  address?: unknown;
  /** Bytes that a buffered file took before it would have had to wait. */
  charactersWritten?: number | undefined;
  /** Bytes that the kernel has taken. */
  bytesSent?: number | undefined;
  /** Datagrams that the kernel has taken. */
  messagesSent?: number | undefined;
  /** What it stems from. */
  cause?: unknown;
}

/** A failed system call. `errno` is positive, as in Python; `code` is its name, as in Node. */
export class OSError extends Error {
  /** The number, positive; undefined where no system call failed. */
  declare readonly errno: number | undefined;
  /** Its name, as Node has it: `ECONNREFUSED`, `EAI_NONAME`. */
  declare readonly code: string | undefined;
  /** The call that failed: `connect`. */
  declare readonly syscall: string | undefined;
  /** The address, name or descriptor that was involved, if one was. */
  declare readonly address: unknown;
  /** Of a sending call that is not finished: bytes that the kernel has taken. */
  declare readonly bytesSent: number | undefined;
  /** The same of a batch: datagrams. */
  declare readonly messagesSent: number | undefined;

  constructor(message?: string, fields: OSErrorFields = {}) {
    super(message);
    Object.assign(this, fields);
  }
}

/** EAGAIN, EALREADY, EINPROGRESS: a non-blocking call would have to wait. */
export class BlockingIOError extends OSError {
  /** How many bytes a buffered file took before it would have had to wait. */
  declare readonly charactersWritten: number | undefined;
}
/** ECHILD. */
export class ChildProcessError extends OSError {}
/** What the four errors of a connection share. */
export class ConnectionError extends OSError {}
/** EPIPE, ESHUTDOWN: the peer, or this side, has ended what is sent on. */
export class BrokenPipeError extends ConnectionError {}
/** ECONNABORTED: the connection was gone before it was accepted. */
export class ConnectionAbortedError extends ConnectionError {}
/** ECONNREFUSED: nobody listens there. */
export class ConnectionRefusedError extends ConnectionError {}
/** ECONNRESET: the peer has ended the connection without ceremony. */
export class ConnectionResetError extends ConnectionError {}
/** EEXIST. */
export class FileExistsError extends OSError {}
/** ENOENT: there is no such path. */
export class FileNotFoundError extends OSError {}
/** EINTR; calls of this package go on instead. */
export class InterruptedError extends OSError {}
/** EISDIR. */
export class IsADirectoryError extends OSError {}
/** ENOTDIR. */
export class NotADirectoryError extends OSError {}
/** EACCES, EPERM: privileges are missing. */
export class PermissionError extends OSError {}
/** ESRCH. */
export class ProcessLookupError extends OSError {}
/**
 * ETIMEDOUT: a call took longer than settimeout() allows, or the peer has not answered. The error
 * of AbortSignal.timeout() has the same name, but is a DOMException.
 */
export class TimeoutError extends OSError {}
/** A file of makefile() can't do this: read where it only writes, detach a pair. */
export class UnsupportedOperation extends OSError {}
/** A failure of getaddrinfo(3) or getnameinfo(3): errno is an EAI_* number. */
export class GaiError extends OSError {}
/** A failure of gethostbyname(3) or gethostbyaddr(3): errno is an h_errno number. */
export class HError extends OSError {}

// As the language's own errors have it, so that a minifier, which renames the classes, leaves the
// names.
const names = {
  OSError,
  BlockingIOError,
  ChildProcessError,
  ConnectionError,
  BrokenPipeError,
  ConnectionAbortedError,
  ConnectionRefusedError,
  ConnectionResetError,
  FileExistsError,
  FileNotFoundError,
  InterruptedError,
  IsADirectoryError,
  NotADirectoryError,
  PermissionError,
  ProcessLookupError,
  TimeoutError,
  UnsupportedOperation,
  GaiError,
  HError,
};
for (const [name, kind] of Object.entries(names))
  Object.defineProperty(kind.prototype, "name", { value: name, writable: true, configurable: true });

// PEP 3151: which class an errno gets.
const classes: Readonly<Record<string, typeof OSError>> = {
  EAGAIN: BlockingIOError,
  EWOULDBLOCK: BlockingIOError,
  EALREADY: BlockingIOError,
  EINPROGRESS: BlockingIOError,
  ECHILD: ChildProcessError,
  EPIPE: BrokenPipeError,
  ESHUTDOWN: BrokenPipeError,
  ECONNABORTED: ConnectionAbortedError,
  ECONNREFUSED: ConnectionRefusedError,
  ECONNRESET: ConnectionResetError,
  EEXIST: FileExistsError,
  ENOENT: FileNotFoundError,
  EINTR: InterruptedError,
  EISDIR: IsADirectoryError,
  ENOTDIR: NotADirectoryError,
  EACCES: PermissionError,
  EPERM: PermissionError,
  ESRCH: ProcessLookupError,
  ETIMEDOUT: TimeoutError,
};

/** A Bluetooth device's address, which needs no brackets: no IPv6 address has six groups. */
const BDADDR = /^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i;

/** How much of a path a message shows. */
const MAX_PATH_BYTES = 128;

function addressText(address: unknown): string {
  if (address === undefined) return "";
  if (isBytes(address)) {
    const shown = part(address, 0, Math.min(lengthOf(address), MAX_PATH_BYTES));
    return ` ${String.fromCharCode(...shown).replaceAll("\0", "@")}`;
  }
  if (Array.isArray(address)) return ` ${tupleText(still(address) as unknown[])}`;
  return ` ${typeof address === "object" || typeof address === "function" ? show(address) : String(address)}`;
}

function tupleText(address: readonly unknown[]): string {
  const [host, port] = address;
  if (typeof host !== "string" || typeof port !== "number")
    return address
      .map(value => (typeof value === "object" || typeof value === "function" ? show(value) : String(value)))
      .join();
  return host.includes(":") && !BDADDR.test(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Makes the exceptions of one host, whose error numbers these are. */
export class Errors {
  readonly #numbers: Readonly<Record<string, number>>;
  readonly #nameOf: (errno: number) => string | undefined;
  readonly #names = new Map<number, string>();
  readonly #unavailable: string | undefined;

  /** `numbers` holds every errno, and may hold more; `nameOf` gives the name of one. */
  constructor(
    numbers: Readonly<Record<string, number>>,
    nameOf: (errno: number) => string | undefined,
    unavailable: string | undefined,
  ) {
    this.#numbers = numbers;
    this.#nameOf = nameOf;
    this.#unavailable = unavailable;
  }

  /** The number of an errno's name. */
  number(code: string): number {
    return this.#numbers[code] ?? NaN;
  }
  /** The name of an errno's number. */
  name(errno: number): string {
    const known = this.#names.get(errno);
    if (known !== undefined) return known;
    const name = this.#nameOf(errno) ?? `E${errno}`;
    this.#names.set(errno, name);
    return name;
  }

  /** The exception for `-result` of a system call; `detail` ends its message. */
  system(errno: number, syscall: string, address?: unknown, detail = ""): OSError {
    const code = this.name(errno);
    const why = code === "ENOSYS" && this.#unavailable ? `: ${this.#unavailable}` : "";
    return new (classes[code] ?? OSError)(`${syscall} ${code}${addressText(address)}${why}${detail}`, {
      errno,
      code,
      syscall,
      address,
    });
  }

  /** The same, by name. */
  named(code: string, syscall: string, address?: unknown): OSError {
    return this.system(this.number(code), syscall, address);
  }

  /** EAGAIN of a file that could not say it by a return value. */
  wouldBlock(syscall: string, charactersWritten?: number): BlockingIOError {
    return new BlockingIOError("the call could not complete without blocking", {
      errno: this.number("EAGAIN"),
      code: "EAGAIN",
      syscall,
      charactersWritten,
    });
  }

  /** A sending call was aborted when the kernel had taken a part; `reason` is the signal's. */
  canceled(syscall: string, reason: unknown): OSError {
    return new OSError(`${syscall} ECANCELED`, {
      errno: this.number("ECANCELED"),
      code: "ECANCELED",
      syscall,
      cause: reason,
    });
  }

  /** ETIMEDOUT of a call whose time has run out. */
  timeout(syscall: string): TimeoutError {
    return new TimeoutError("timed out", { errno: this.number("ETIMEDOUT"), code: "ETIMEDOUT", syscall });
  }
}
