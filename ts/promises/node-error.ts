// Errors that carry one of Node's ERR_* codes, for streams that stand in for net.Socket.
import { show } from "../base/check.js";

export type NodeError<E extends Error = Error> = E & { code: string };

export function nodeError<E extends Error>(
  Kind: new (message: string) => E,
  code: string,
  message: string,
): NodeError<E> {
  return Object.assign(new Kind(message), { code });
}

/** An argument of the wrong kind. */
export function wrongType(name: string, wanted: string, value: unknown): NodeError<TypeError> {
  return nodeError(
    TypeError,
    "ERR_INVALID_ARG_TYPE",
    `The "${name}" argument must be ${wanted}. Received ${show(value)}`,
  );
}

/** An argument of the right kind with a wrong value. */
export function wrongValue(name: string, wanted: string, value: unknown): NodeError<RangeError> {
  const message = `The value of "${name}" is out of range. It must be ${wanted}. Received ${show(value)}`;
  return nodeError(RangeError, "ERR_OUT_OF_RANGE", message);
}

/** What a write gets that a destroyed stream will not make any more. */
export function streamDestroyed(): NodeError {
  return nodeError(Error, "ERR_STREAM_DESTROYED", "Cannot call write after a stream was destroyed");
}
