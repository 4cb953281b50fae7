// sendfile() on the event loop: one operation of the socket, so that it keeps its turn while it
// waits for the peer or for the file.
import {
  CHUNK,
  SLICE,
  sending,
  type FileWithDescriptor,
  type SendfileSteps,
  type SendfileWait,
} from "../socket/sendfile.js";
import { HeldFiles } from "../socket/held-files.js";
import { ELSEWHERE, YIELD, type Operation } from "../socket/operation.js";
import type { PromiseEndpoint } from "./endpoint.js";
import type { WritableBytes } from "../base/types.js";
import { WRITE, writingLane } from "./lane.js";
import type { CallOptions } from "./call-options.js";
import { type EndpointClass, watchable } from "./poll.js";

/** An object that gives bytes: at most `size`, none at its end, at once or as a promise. */
export interface AsyncByteSource {
  /** The next bytes, at most `size`; none, or null, at the end. */
  read(size: number): WritableBytes | null | PromiseLike<WritableBytes | null>;
  /**
   * Sets the position, in bytes; without it there is no offset, and the position is not corrected
   * after an error.
   */
  seek?(position: number): unknown;
}
/** A descriptor, what has one, or an object that gives bytes. */
export type FileToSend = number | FileWithDescriptor | AsyncByteSource;

export async function sendfile(
  s: PromiseEndpoint,
  file: FileToSend,
  offset: number | undefined,
  count: number | null | undefined,
  options: CallOptions,
): Promise<number> {
  options.signal?.throwIfAborted();
  const copies: PromiseEndpoint[] = [];
  const undo: (() => void)[] = [];
  const files = new HeldFiles(s._core, "sendfile");
  const ended = () => s._fd < 0 || options.signal?.aborted === true;
  const steps = sending(
    s,
    file,
    offset ?? 0,
    count,
    fd => {
      const copy = watchable(s._core, s.constructor as EndpointClass, fd);
      copies.push(copy);
      undo.push(s._standIn(copy));
      return waitingRead(copy);
    },
    ended,
    fd => files.of(fd),
  );
  const operation = new FileOperation(s, steps, typeof file === "object", ended, () => {
    if (typeof file === "number") files.hold(file);
  });
  try {
    return await s._perform(operation, options);
  } finally {
    for (const each of undo) each();
    for (const copy of copies) copy.close();
    try {
      await operation.end();
    } finally {
      files.release();
    }
  }
}

/** read(2), only when there is something: the descriptor's mode is not ours to change. */
function waitingRead(copy: PromiseEndpoint): (size: number) => Promise<Uint8Array> {
  const core = copy._core;
  const { host } = core;
  const buffer = new Uint8Array(CHUNK);
  const entry = new Int32Array(3);
  const attempt = (size: number) => {
    entry[0] = copy._fd;
    entry[1] = core.constants.POLLIN;
    const ready = host.poll(entry, 0);
    if (ready < 0) return ready;
    return ready === 0 ? -core.EAGAIN : host.read(copy._fd, buffer, size);
  };
  return size =>
    copy._perform({
      syscall: "read",
      writes: false,
      flags: 0,
      attempt: () => attempt(size),
      finish: n => buffer.subarray(0, n),
    });
}

/** All of a sendfile(): each try goes as far as it goes without waiting. */
class FileOperation implements Operation<number> {
  readonly syscall = "sendfile";
  readonly writes = true;
  readonly flags = 0;
  /** For a source's methods, and the getter `fd` of any object. */
  readonly foreign: boolean;
  readonly #socket: PromiseEndpoint;
  /** Whether the caller has ended it, which its own code may do in the midst of a try. */
  readonly #ended: () => boolean;
  readonly #steps: SendfileSteps;
  #step: IteratorResult<SendfileWait, number> | undefined;
  #failed: { readonly error: unknown } | undefined;
  /** It waits, but not for the socket. */
  #elsewhere = false;
  #over = false;
  #sent = 0;

  constructor(
    socket: PromiseEndpoint,
    steps: SendfileSteps,
    foreign: boolean,
    ended: () => boolean,
    readonly hold: () => void,
  ) {
    this.#socket = socket;
    this.#steps = steps;
    this.foreign = foreign;
    this.#ended = ended;
  }

  /** The timeout bounds each wait for the peer. */
  patient(): boolean {
    return this.#elsewhere;
  }

  sent(): number {
    return this.#sent;
  }

  attempt(): number {
    if (this.#elsewhere) return ELSEWHERE;
    try {
      return this.#advance();
    } catch (error) {
      this.#failed = { error };
      return 0;
    }
  }

  /** Takes steps until one has to wait; 0 after the last. */
  #advance(): number {
    this.#step ??= this.#steps.next();
    let step = this.#step;
    const before = this.#sent;
    while (this.#failed === undefined && !step.done) {
      if (this.#ended()) return ELSEWHERE;
      if ("value" in step.value) {
        const { value } = step.value;
        if (isPromise(value))
          return this.#await(value, given => {
            this.#step = this.#steps.next(given);
          });
        step = this.#steps.next(value);
      } else {
        // A peer that takes as fast as we send must not keep the loop from others.
        if (this.#sent - before >= SLICE) return YIELD;
        const n = this.#send(step.value.operation);
        if (n < 0) return n;
        step = this.#steps.next(n);
      }
      this.#step = step;
    }
    return 0;
  }

  /** One try to send; -errno where it has to wait. */
  #send(operation: Operation<number>): number {
    const { EAGAIN, EINTR, errors } = this.#socket._core;
    const n = operation.attempt();
    if (n === -EAGAIN || n === -EINTR || n === -errors.number("EINPROGRESS")) return n;
    if (n < 0) throw Object.assign(errors.system(-n, operation.syscall), { bytesSent: this.#sent });
    if (Number.isFinite(n)) this.#sent += n;
    return n;
  }

  finish(): number {
    if (this.#failed !== undefined) throw this.#failed.error;
    return this.#step!.value as number;
  }

  /** Lets the steps do what they do finally: the file's position. */
  async end(): Promise<void> {
    this.#over = true;
    if (this.#elsewhere) this.#serve();
    for (let last = this.#steps.return(0); !last.done; )
      last = this.#steps.next(await (last.value as { value?: unknown }).value);
  }

  #serve(): void {
    this.#elsewhere = false;
    this.#socket._setReady(WRITE);
    writingLane(this.#socket).serve();
  }

  /** Stops until `value` has come; `take` goes on with it, then the socket is tried again. */
  #await(value: PromiseLike<unknown>, take: (value: unknown) => void): number {
    this.#elsewhere = true;
    const goOn = (what: () => void) => {
      if (this.#over) return;
      try {
        what();
      } catch (error) {
        this.#failed = { error };
      }
      this.#serve();
    };
    // Never before this attempt has ended, whatever a thenable does: who calls it must know that it
    // waits.
    Promise.resolve(value).then(
      given => goOn(() => take(given)),
      error =>
        goOn(() => {
          throw error;
        }),
    );
    return ELSEWHERE;
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
