// What promises come to, for tests: by their code, or by a time.
import { slow } from "../suite.js";

export const pause = (milliseconds: number) =>
  new Promise<void>(done => {
    setTimeout(done, milliseconds);
  });
export const code = (promise: Promise<unknown>) =>
  promise.then(
    value => `resolved: ${String(value)}`,
    (error: { code?: string }) => error.code ?? String(error),
  );
/** What a promise says by then; "pending" if nothing. */
export const soon = <T>(promise: Promise<T>, milliseconds = 2000) =>
  Promise.race([promise, pause(milliseconds * slow).then(() => "pending" as const)]);
