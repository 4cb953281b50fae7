// Errors of results, as they are thrown.

/** The error of a call's result. jco takes one with a `payload` for it, so a guest gets it by its own name. */
export class WitError<P = unknown> extends Error {
  /** The error as the WIT has it: an error-code (`"econnrefused"`), a codec-error, … */
  readonly payload: P;

  constructor(message: string, payload: P) {
    super(message);
    this.name = "WitError";
    this.payload = payload;
  }
}
