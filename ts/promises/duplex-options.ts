// What toDuplex() takes, and what its streams take and tell.
import { int, show } from "../base/check.js";

/** What toDuplex() takes. */
export interface DuplexOptions {
  /** Whether the writable side stays open after the peer has ended (false, as net.Socket). */
  allowHalfOpen?: boolean;
  /** Bytes that are buffered before backpressure, on each side (64 KiB). */
  highWaterMark?: number;
}

/**
 * `setKeepAlive()`'s arguments as an object, as newer Nodes take them. Times are in milliseconds.
 */
export interface KeepAliveOptions {
  /** Whether probes are sent. */
  enable?: boolean;
  /** Milliseconds before the first probe. */
  initialDelay?: number;
  /** Milliseconds between probes. */
  interval?: number;
  /** Probes without an answer that end the connection. */
  count?: number;
}

/**
 * What net.Socket tells of an address: nothing in families that have no host and port, as AF_UNIX.
 */
export interface StreamAddress {
  /** The host, as digits. */
  address?: string;
  /** `IPv4` or `IPv6`. */
  family?: string;
  /** The port. */
  port?: number;
}

const HIGH_WATER_MARK = 65536;

/** The options, each value read once. */
export function checkOptions(options: DuplexOptions): Required<DuplexOptions> {
  if (
    typeof options !== "object" ||
    options === null ||
    Array.isArray(options) ||
    ArrayBuffer.isView(options)
  ) {
    throw new TypeError(`options must be an object, got ${show(options)}`);
  }
  for (const key in options) {
    if (key !== "allowHalfOpen" && key !== "highWaterMark")
      throw new TypeError(`options has no ${key}: it has allowHalfOpen and highWaterMark`);
  }
  const { allowHalfOpen = false, highWaterMark = HIGH_WATER_MARK } = options;
  if (typeof allowHalfOpen !== "boolean")
    throw new TypeError(`allowHalfOpen must be a boolean, got ${show(allowHalfOpen)}`);
  return { allowHalfOpen, highWaterMark: int("highWaterMark", highWaterMark, 0, Number.MAX_SAFE_INTEGER) };
}
