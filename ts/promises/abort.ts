// Who waits for which AbortSignal. One listener a signal, however many calls have it: Node warns of
// more than ten, and a server has one signal for all its connections.

class Callbacks extends Set<() => void> {
  handleEvent(): void {
    for (const callback of this) {
      this.delete(callback);
      callback();
    }
  }
}
const waiting = new WeakMap<AbortSignal, Callbacks>();

/**
 * Calls `callback` when the signal is aborted, unless forgetAbort() comes first; at once where it was
 * aborted while it was listened to, by an addEventListener of the caller's.
 */
export function onAbort(signal: AbortSignal, callback: () => void): void {
  let callbacks = waiting.get(signal);
  if (callbacks === undefined) {
    callbacks = new Callbacks();
    waiting.set(signal, callbacks);
  }
  if (callbacks.size === 0) signal.addEventListener("abort", callbacks, { once: true });
  callbacks.add(callback);
  if (signal.aborted && callbacks.delete(callback)) callback();
}

export function forgetAbort(signal: AbortSignal, callback: () => void): void {
  const callbacks = waiting.get(signal);
  // An idle listener would keep a signal of AbortSignal.timeout() until its time has come.
  if (callbacks?.delete(callback) && callbacks.size === 0) signal.removeEventListener("abort", callbacks);
}
