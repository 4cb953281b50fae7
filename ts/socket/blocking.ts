// How a call of the blocking class waits: in the kernel; in a worker in the kernel too, with
// interruptions; where there is a timeout, by poll(2).
import { FLAG_BITS } from "../base/check.js";
import type { Handle } from "./handle.js";
import { progressed, type Operation } from "./operation.js";
import { endOfReceiving, RECEIVING_OVER } from "./shutdown.js";
import { timeval } from "../struct/time.js";
import { deadlineAfter, pause, readiness, ready } from "./timeout.js";

export interface Blocking<T> extends Operation<T> {
  /**
   * There if an interruption can cut the call short: goes on after `done` bytes until the deadline.
   * -EINTR asks for another attempt.
   */
  resume?(done: number, deadline: number): number;
  /** Whether poll(2) waits for it in a worker too, and never the kernel. */
  readonly polls?: boolean;
}

/** Runs an operation as the socket's mode says. EINTR is never told. */
export function block<T>(s: Handle, operation: Blocking<T>): T {
  return operation.finish(perform(s, operation));
}

function failed(s: Handle, operation: Operation<unknown>, result: number): unknown {
  return progressed(s._core.errors.system(-result, operation.syscall, operation.address), operation);
}

function late(s: Handle, operation: Operation<unknown>): unknown {
  return progressed(s._core.errors.timeout(operation.syscall), operation);
}

/** The same without reading the result. */
export function perform(s: Handle, operation: Blocking<unknown>): number {
  if (!s._waits) return persist(s, operation, operation.attempt());
  if (s._timeout !== null) return timed(s, operation, deadlineAfter(s._core.host, s._timeout));
  return operation.polls === true ? uninterrupted(s, operation) : holding(s, operation);
}

/** A call for which the kernel waits or nobody does, after a first attempt said `result`. */
export function persist(s: Handle, operation: Operation<unknown>, result: number): number {
  const core = s._core;
  while (result === -core.EINTR) result = operation.attempt();
  if (result < 0) throw failed(s, operation, result);
  return result;
}

/**
 * Milliseconds between two tries where poll(2) says "ready" and the call says EAGAIN: AF_UNIX
 * datagrams to a peer that is full, no local port free.
 */
const LONGEST_PAUSE = 10;

/** Milliseconds after which a call that poll(2) may tell nothing is tried again. */
const LOOK = 100;

/**
 * Until when a sending call waits for poll(2) before it is tried again. AF_UNIX tells calls that wait
 * in the kernel that their direction was shut down, but not poll(2).
 */
function sendBy(s: Handle, deadline: number): number {
  const { host, constants } = s._core;
  return s.family === constants.AF_UNIX ? Math.min(deadline, host.now() + LOOK) : deadline;
}

/** The result of a try; EAGAIN and EINTR ask for another, any other error is thrown. */
function unlessFailed(s: Handle, operation: Operation<unknown>, result: number): number {
  const { EAGAIN, EINTR } = s._core;
  if (result < 0 && result !== -EAGAIN && result !== -EINTR) throw failed(s, operation, result);
  return result;
}

/** Waits until a call may be tried; false after the deadline. */
function mayTry(s: Handle, { writes }: Operation<unknown>, deadline: number): boolean {
  const core = s._core;
  // With a timeout poll(2) alone says, as in CPython; else the call is one that waits in the kernel.
  const until = writes && s._dontWait !== 0 ? sendBy(s, deadline) : deadline;
  return ready(core, s._fd, writes ? core.POLLOUT : core.POLLIN, until) || until < deadline;
}

/**
 * A descriptor that is O_NONBLOCK: poll(2) first, as in CPython, so that SO_RCVLOWAT is waited for;
 * one deadline for all of it.
 */
export function timed(s: Handle, operation: Operation<unknown>, deadline: number, expired = late): number {
  const core = s._core;
  const { host } = core;
  // What AF_ALG has ready, poll(2) does not announce.
  if (s.family === core.constants.AF_ALG) {
    const result = unlessFailed(s, operation, operation.attempt());
    if (result >= 0) return result;
  }
  for (let misses = 0; ; ) {
    const began = host.now();
    if (!mayTry(s, operation, deadline)) throw expired(s, operation);
    const atOnce = host.now() - began < 1;
    let result = operation.attempt();
    if (result === -core.EAGAIN && misses > 0 && !operation.writes) result = endOfReceiving(s, operation);
    if (result === RECEIVING_OVER) return 0;
    if (unlessFailed(s, operation, result) >= 0) return result;
    if (host.now() >= deadline) throw expired(s, operation);
    misses = atOnce && result === -core.EAGAIN ? misses + 1 : 0;
    if (misses > 1) pause(core, Math.min(2 ** (misses - 2), LONGEST_PAUSE), deadline);
  }
}

/**
 * Until when SO_RCVTIMEO or SO_SNDTIMEO let a call wait that began at `began`: the kernel counts
 * anew after each interruption.
 */
export function kernelDeadline(s: Handle, writes: boolean, began: number): number {
  const core = s._core;
  const c = core.constants;
  const time = timeval(core);
  const seconds = time.unpack(s.getsockopt(c.SOL_SOCKET, writes ? c.SO_SNDTIMEO : c.SO_RCVTIMEO, time.size));
  return seconds === 0 ? Infinity : began + Math.ceil(seconds * 1000);
}

/**
 * A call that waits with files which it names by descriptors: the kernel holds them, but not while the
 * call is interrupted, when their numbers may become others'. So it is tried, then holds them itself.
 */
function holding(s: Handle, operation: Blocking<unknown>): number {
  if (operation.release === undefined) return interruptibly(s, operation);
  const core = s._core;
  const began = core.host.now();
  s._dontWait = core.MSG_DONTWAIT;
  let result: number;
  try {
    result = unlessFailed(s, operation, operation.attempt());
  } finally {
    s._dontWait = 0;
  }
  if (result >= 0) return operation.resume?.(result, kernelDeadline(s, operation.writes, began)) ?? result;
  try {
    operation.hold!();
    return interruptibly(s, operation);
  } finally {
    operation.release();
  }
}

/**
 * A blocking descriptor in a worker. The kernel waits, and is interrupted now and then, so that
 * JavaScript gets its turn: terminate() acts there. (A worker that is ended in here leaves the
 * timer to its environment's end.)
 */
function interruptibly(s: Handle, operation: Blocking<unknown>): number {
  const core = s._core;
  const { host } = core;
  const began = host.now();
  const { writes } = operation;
  let deadline: number | undefined;
  if (host.interruptible(host.maxBlockMs) < 0) return uninterrupted(s, operation);
  try {
    for (;;) {
      host.interruptions();
      let result = operation.attempt();
      if (result >= 0) {
        if (operation.resume === undefined || host.interruptions() === 0) return result;
        deadline ??= kernelDeadline(s, writes, began);
        result = operation.resume(result, deadline);
        if (result >= 0) return result;
      }
      if (result !== -core.EINTR) throw failed(s, operation, result);
      deadline ??= kernelDeadline(s, writes, began);
      if (deadline === Infinity) continue;
      const left = deadline - host.now();
      if (left <= 0) throw failed(s, operation, -core.EAGAIN);
      if (left < host.maxBlockMs) host.interruptible(Math.ceil(left));
    }
  } finally {
    host.interruptible(0);
  }
}

/**
 * The same where a thread can't be interrupted (timer_create(2) is refused), or must not: poll(2) waits, in
 * slices, and no call waits in the kernel. To SO_RCVLOWAT poll(2) holds, whatever a call has room
 * for; an accept(2) that another thread is quicker than waits for the next.
 */
function uninterrupted(s: Handle, operation: Blocking<unknown>): number {
  const core = s._core;
  if (operation.flags & core.NO_WAIT_FLAGS) return persist(s, operation, operation.attempt());
  const deadline = kernelDeadline(s, operation.writes, core.host.now());
  const expired = () => failed(s, operation, -core.EAGAIN);
  s._dontWait = core.MSG_DONTWAIT;
  try {
    for (;;) {
      const done = timed(s, operation, deadline, expired);
      const result = operation.resume === undefined ? done : operation.resume(done, deadline);
      if (result >= 0) return result;
      pause(core, STEP, deadline);
    }
  } finally {
    s._dontWait = 0;
  }
}

/** SO_RCVLOWAT, to which poll(2) holds: what is left to wait for may be less. */
const STEP = 10;

/**
 * Goes on with a receive that was cut short after `done` of `length` bytes: as the kernel would
 * have, up to what MSG_WAITALL or SO_RCVLOWAT asks for. What ends it early, an error or the mark of
 * urgent data, is left to the next call. `more` receives without waiting; `over` says that nothing
 * may be joined to what has come.
 */
export function receiveRest(
  s: Handle,
  flags: number,
  length: number,
  done: number,
  deadline: number,
  more: (done: number) => number,
  over = () => false,
): number {
  const core = s._core;
  const c = core.constants;
  if (done === 0 || done >= length || s.type !== c.SOCK_STREAM || s.proto === c.IPPROTO_SCTP) return done;
  if (flags & (c.MSG_DONTWAIT | c.MSG_ERRQUEUE | c.MSG_OOB) & FLAG_BITS) return done;
  const low = s.getsockopt(c.SOL_SOCKET, c.SO_RCVLOWAT);
  const wanted = flags & c.MSG_WAITALL ? length : Math.min(length, low);
  if (flags & c.MSG_PEEK) return done >= wanted || core.host.now() >= deadline ? done : -core.EINTR;
  while (done < wanted && !over()) {
    const until = low > 1 ? Math.min(deadline, core.host.now() + STEP) : deadline;
    const events = readiness(core, s._fd, core.POLLIN | c.POLLPRI, until);
    if (endsReceiving(s, events, deadline, over)) break;
    const n = more(done);
    if (n === 0 || (n < 0 && n !== -core.EAGAIN && n !== -core.EINTR)) break;
    if (n > 0) done += n;
  }
  return done;
}

/** Whether nothing more is joined to what has come: an error, urgent data, the end of the time, or `over`. */
function endsReceiving(s: Handle, events: number, deadline: number, over: () => boolean): boolean {
  const { host, constants: c } = s._core;
  if (events & c.POLLERR) return true;
  // Before urgent data poll(2) tells nothing but POLLPRI.
  if (events === c.POLLPRI) return true;
  if (events === 0 && host.now() >= deadline) return true;
  return atMark(s) || over();
}

const mark = new Int32Array(1);
const markBytes = new Uint8Array(mark.buffer);

/**
 * Whether the next byte is behind urgent data: what is before it is not joined to what is after.
 */
export function atMark(s: Handle): boolean {
  const { host, constants } = s._core;
  return host.ioctl(s._fd, constants.SIOCATMARK, markBytes, 0) >= 0 && mark[0] === 1;
}

/**
 * Goes on with a send that was cut short, as the kernel would have: until all is taken, or an error
 * comes, which is left to the next call.
 */
export function sendRest(
  s: Handle,
  { syscall, flags, address }: Operation<number>,
  length: number,
  done: number,
  deadline: number,
  more: (done: number) => number,
): number {
  const core = s._core;
  const { errors, constants: c } = core;
  if (s.type !== c.SOCK_STREAM || flags & c.MSG_DONTWAIT) return done;
  while (done < length) {
    const until = sendBy(s, deadline);
    const events = readiness(core, s._fd, core.POLLOUT, until);
    if ((events === 0 && until >= deadline) || events & (c.POLLERR | c.POLLHUP)) break;
    const n = more(done);
    if (n >= 0) done += n;
    else if (n === -errors.number("EPIPE"))
      break; // the next call gets it again
    else if (n !== -core.EAGAIN && n !== -core.EINTR)
      throw withBytesSent(errors.system(-n, syscall, address), done);
  }
  return done;
}

/** An error that says how much was sent before it. */
export function withBytesSent<E>(error: E, bytesSent: number): E {
  return Object.assign(error as object, { bytesSent }) as E;
}

/** Whether a call of this socket waits in the kernel and is interrupted. */
export function isInterrupted(s: Handle): boolean {
  return s._waits && s._timeout === null;
}
