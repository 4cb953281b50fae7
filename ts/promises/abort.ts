// Who waits for which AbortSignal. One listener a signal, however many calls have it: Node warns of
// more than ten, and a server has one signal for all its connections.
//
// A signal is the caller's, and so may be its methods and getters. What `reason` throws is the reason;
// what removeEventListener() throws comes when a call has its outcome, and is the process's.

/** Is told why its signal was aborted. */
type Callback = (reason: unknown) => void;

class Callbacks extends Set<Callback> {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    super();
    this.#signal = signal;
  }

  handleEvent(): void {
    for (const callback of this) {
      this.delete(callback);
      callback(reasonOf(this.#signal));
    }
  }
}
const waiting = new WeakMap<AbortSignal, Callbacks>();

/** Why a signal was aborted. */
export function reasonOf(signal: AbortSignal): unknown {
  try {
    return signal.reason;
  } catch (error) {
    return error;
  }
}

/**
 * Calls `callback` when the signal is aborted, unless forgetAbort() comes first; at once where it was
 * aborted while it was listened to, by an addEventListener of the caller's. If it throws, nothing
 * listens.
 */
export function onAbort(signal: AbortSignal, callback: Callback): void {
  let callbacks = waiting.get(signal);
  if (callbacks === undefined) {
    callbacks = new Callbacks(signal);
    waiting.set(signal, callbacks);
  }
  if (callbacks.size === 0) signal.addEventListener("abort", callbacks, { once: true });
  callbacks.add(callback);
  let aborted: boolean;
  try {
    ({ aborted } = signal);
  } catch (error) {
    forgetAbort(signal, callback);
    throw error;
  }
  if (aborted && callbacks.delete(callback)) callback(reasonOf(signal));
}

/** Never throws. It may run code of the caller's, so it comes after all that a call does. */
export function forgetAbort(signal: AbortSignal, callback: Callback): void {
  const callbacks = waiting.get(signal);
  if (!callbacks?.delete(callback) || callbacks.size > 0) return;
  // An idle listener would keep a signal of AbortSignal.timeout() until its time has come.
  try {
    signal.removeEventListener("abort", callbacks);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
