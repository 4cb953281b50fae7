// What the calls need of a socket of either class. The classes (endpoint.ts) name the calls; the
// calls name this.
import type { AddressFamily, AnyAddress } from "../codec/address.js";
import type { Core } from "../context.js";
import type { Data } from "../base/types.js";

export interface Handle {
  readonly family: number;
  readonly type: number;
  readonly proto: number;
  readonly _core: Core;
  readonly _address: AddressFamily;
  /** The descriptor, -1 once it is closed. */
  readonly _fd: number;
  /** Seconds, null: blocking. */
  readonly _timeout: number | null;
  /** A call of the blocking class waits by poll(2), or in the kernel with interruptions. */
  readonly _waits: boolean;
  /** The descriptor is O_NONBLOCK whatever the timeout: waiting is the event loop's. */
  readonly _nonblocking: boolean;
  /** MSG_DONTWAIT while a call of the blocking class may not wait in the kernel; else 0. */
  _dontWait: number;
  /** UDP_SEGMENT is worth trying. */
  _segments: boolean;
  _setNonblocking(on: boolean): void;
  _wouldWait(): boolean;
  /** A system call's result, or its exception. */
  _check(syscall: string, result: number, address?: unknown): number;
  /** The address in the message block. */
  _decode(): AnyAddress;
  getsockopt(level: number, name: number): number;
  getsockopt(level: number, name: number, length: number): Uint8Array;
  setsockopt(level: number, name: number, value: number | Data): void;
}
