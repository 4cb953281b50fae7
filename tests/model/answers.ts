// What calls answer: what the model expects, what came, and how the two differ.
import { joined, lengthOf, whose, type Run } from "./bytes.js";

/** What a call must answer. Several codes: any of them. */
export type Answer =
  | { bytes: Run[]; truncated?: boolean }
  | { zeros: number }
  | { batch: Run[][] }
  | { count: number }
  | { done: true }
  | { codes: string[]; sent?: "some" | number }
  /** The signal's reason. */
  | { reason: true }
  | { late: true; sent?: "some" | number }
  /** Nothing is known of it. */
  | { any: true };

/** What a call has answered. */
export interface Actual {
  bytes?: Uint8Array;
  zeros?: number;
  batch?: Uint8Array[];
  count?: number;
  done?: true;
  truncated?: boolean;
  error?: { code: unknown; name: unknown; sent: unknown; reason: boolean; text: string };
}
/** How an answer differs from the expected one; undefined if it does not. */
export function differs(expected: Answer, actual: Actual): string | undefined {
  const no = () => shown(actual);
  const { error } = actual;
  if ("any" in expected) return undefined;
  if ("reason" in expected) return error?.reason ? undefined : no();
  if ("late" in expected) {
    if (error === undefined || error.name !== "TimeoutError" || error.code !== "ETIMEDOUT") return no();
    return "sent" in expected ? sentDiffers(expected.sent, error.sent) : undefined;
  }
  if ("codes" in expected) {
    if (error === undefined || !expected.codes.includes(String(error.code))) return no();
    return "sent" in expected ? sentDiffers(expected.sent, error.sent) : undefined;
  }
  if (error !== undefined) return no();
  if ("done" in expected) return actual.done ? undefined : no();
  if ("count" in expected) return actual.count === expected.count ? undefined : no();
  if ("zeros" in expected) return actual.zeros === expected.zeros ? undefined : no();
  if ("batch" in expected) {
    const { batch } = actual;
    return batch?.length === expected.batch.length &&
      batch.every((bytes, i) => equal(bytes, expected.batch[i]!))
      ? undefined
      : no();
  }
  if (actual.bytes === undefined || !equal(actual.bytes, expected.bytes)) return no();
  if (
    expected.truncated !== undefined &&
    actual.truncated !== undefined &&
    expected.truncated !== actual.truncated
  )
    return `MSG_TRUNC ${actual.truncated}`;
  return undefined;
}

function sentDiffers(expected: "some" | number | undefined, sent: unknown): string | undefined {
  if (expected === "some")
    return typeof sent === "number" && sent > 0 ? undefined : `bytesSent ${String(sent)}`;
  return sent === undefined || sent === expected ? undefined : `bytesSent ${String(sent)}`;
}

function equal(bytes: Uint8Array, runs: readonly Run[]): boolean {
  return bytes.length === lengthOf(runs) && Buffer.compare(bytes, joined(runs)) === 0;
}

const runsShown = (runs: readonly Run[]): string =>
  runs.map(run => `${run.from} to ${run.to} of stream ${run.stream}`).join(", ") || "none";

export function told(answer: Answer): string {
  if ("bytes" in answer) return `bytes ${runsShown(answer.bytes)}`;
  if ("batch" in answer) return `a batch of ${answer.batch.map(runsShown).join(" | ")}`;
  return JSON.stringify(answer);
}

export function shown(actual: Actual): string {
  if (actual.bytes) return whose(actual.bytes);
  if (actual.batch) return `a batch of ${actual.batch.map(whose).join(" | ")}`;
  if (actual.error)
    return `${actual.error.text}${actual.error.sent === undefined ? "" : ` (bytesSent ${String(actual.error.sent)})`}`;
  return JSON.stringify(actual);
}
