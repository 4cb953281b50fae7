// The state that the model of sockets has: what the kernel holds of each connection, which calls
// wait, and how those are served.
import type { Answer } from "./answers.js";
import { lengthOf, split, type Run } from "./bytes.js";
import { isStream, type Class, type Kind, type Step } from "./program.js";

export type Receive = Extract<Step, { op: "receive" }>;
export interface Call {
  id: number;
  end: End;
  step: Step & { id: number };
}
export interface Waiting extends Call {
  part: Run[];
  gone: boolean;
}
export interface Flood extends Call {
  run: Run;
}

/** One direction: what the kernel has taken and the reader has not. */
export interface Direction {
  stream: number;
  next: number;
  content: Run[];
  messages: Run[][];
  /** No more will come. */
  ended: boolean;
  floods: Flood[];
  /**
   * Some of it is on its way only, in the sender's buffer: it is drained, not received in single
   * calls.
   */
  partial: boolean;
}

export interface End {
  number: number;
  class: Class;
  kind: Kind;
  open: boolean;
  peer: End;
  incoming: Direction;
  waiting: Waiting[];
  /** An error that the kernel will tell once. */
  error: string | undefined;
  /** A call took it from the kernel beside its part: it is the object's, and ends with it. */
  held: boolean;
  /** Its own direction is shut down. */
  shut: boolean;
  /** How many stamps its error queue holds. */
  stamps: number;
  stamping: boolean;
  /** An urgent byte may lie in its queue, as unread. */
  hole: boolean;
  /** Answers are not predictable any more. */
  unsure: boolean;
}

/** The datagrams that a peer's queue takes, with room: net.unix.max_dgram_qlen is 10. */
export const MOST_MESSAGES = 8;
/** Bytes that any stream takes without waiting. */
export const MOST_BYTES = 12_000,
  MOST_PARTS = 40;
export const BATCH = 4;

export function peeks({ step }: Call): boolean {
  return step.op === "receive" && step.flags.includes("MSG_PEEK");
}

export class Kernel {
  protected readonly ends = new Map<number, End>();
  /** Calls whose answers are known, and have not been fetched. */
  readonly settled = new Map<number, Answer>();
  protected readonly ready = new Set<End>();
  protected readonly calls = new Map<number, Waiting | Flood>();

  /** The calls that wait. */
  get waiting(): number[] {
    return [...this.calls.keys()];
  }

  end(number: number): Readonly<End> | undefined {
    return this.ends.get(number);
  }

  /** The loop has turned: what has become ready is served. */
  flush(): void {
    const ready = [...this.ready];
    this.ready.clear();
    for (const end of ready) this.take(end);
  }

  /** Nothing more is said of a connection; what waits there may answer anything. */
  protected unsure(end: End): void {
    for (const one of [end, end.peer]) {
      one.unsure = true;
      for (const call of [...one.waiting, ...one.incoming.floods]) this.settle(call, { any: true });
      one.waiting = [];
      one.incoming.floods = [];
    }
  }

  protected settle(call: Call, answer: Answer): void {
    this.calls.delete(call.id);
    this.settled.set(call.id, answer);
  }

  protected has(direction: Direction): boolean {
    return direction.content.length > 0 || direction.messages.length > 0;
  }

  /** What a call answers now; undefined if it must wait. */
  protected tryReceive(end: End, call: Waiting): Answer | undefined {
    const step = call.step as Receive;
    const { incoming } = end;
    const stream = isStream(end.kind);
    const filling = step.flags.includes("MSG_WAITALL") && !step.flags.includes("MSG_DONTWAIT") && stream;
    // It sees anew what others have left.
    if (peeks(call)) call.part = [];
    if (end.kind === "udp" && end.error !== undefined) return this.fail(end, call);
    if (this.has(incoming)) {
      if (call.gone) return { codes: ["EFAULT"] };
      if (!stream) return this.takeMessages(incoming, step);
      const [taken, left] = split(incoming.content, step.size - lengthOf(call.part));
      const peek = peeks(call);
      if (!peek) incoming.content = left;
      if (step.flags.includes("MSG_TRUNC")) return { zeros: lengthOf(taken) };
      call.part = [...call.part, ...taken];
      // AF_UNIX shows what there is.
      if (!filling || (peek && end.kind === "unix-stream") || lengthOf(call.part) === step.size)
        return { bytes: call.part };
    }
    if (end.error !== undefined && lengthOf(call.part) > 0) {
      // Told MSG_WAITALL, the kernel takes the error with the part: a blocking call is the kernel's
      // own.
      if (end.class === "blocking") this.unsure(end);
      end.held = true;
      return { bytes: call.part };
    }
    if (end.error !== undefined) return this.fail(end, call);
    if (incoming.ended) return call.gone ? { any: true } : { bytes: call.part };
    return undefined;
  }

  protected fail(end: End, call: Waiting): Answer {
    const code = end.error!;
    end.error = undefined;
    end.held = false;
    return call.gone ? { any: true } : { codes: [code] };
  }

  protected takeMessages(incoming: Direction, step: Receive): Answer {
    const peek = step.flags.includes("MSG_PEEK");
    const count = step.call === "recvmmsg" && !peek ? BATCH : 1;
    // Each datagram of a batch that peeks is the first one.
    const messages =
      peek && step.call === "recvmmsg"
        ? Array<Run[]>(BATCH).fill(incoming.messages[0]!)
        : incoming.messages.slice(0, count);
    if (!peek) incoming.messages.splice(0, count);
    const cut = messages.map(message => split(message, step.size)[0]);
    return step.call === "recvmmsg"
      ? { batch: cut }
      : { bytes: cut[0]!, truncated: lengthOf(messages[0]!) > step.size };
  }

  /** Calls that wait are served when the loop turns. */
  protected serve(end: End): void {
    if (end.waiting.length > 0) this.ready.add(end);
  }

  /** In turn; one that only peeks is passed. */
  protected take(end: End): void {
    for (const call of [...end.waiting]) {
      const answer = this.tryReceive(end, call);
      if (answer !== undefined) {
        end.waiting.splice(end.waiting.indexOf(call), 1);
        this.settle(call, answer);
      } else if (!peeks(call)) return;
    }
  }

  /** What a call has that ends before it is done; one that peeks over TCP looks once more. */
  protected partOf(end: End, call: Waiting): Run[] {
    const { flags, size } = call.step as Receive;
    const looks = peeks(call) && flags.includes("MSG_WAITALL") && end.kind.startsWith("tcp");
    return looks ? split(end.incoming.content, size)[0] : call.part;
  }
}
