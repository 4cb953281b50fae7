// The crowded driver: many actors at once. Whatever the interleaving, each stream has its own
// bytes, all of them, in order, once; every call settles; the loop keeps turning.
import { churn, endless, streams, terminate, through } from "./actors.js";
import type { Actor, Crowd } from "./crowd.js";
import { datagrams, serve } from "./messages.js";
import { Fault, slow, turn, type Judgement, type Under } from "./under.js";

/**
 * What a fault begins with that may be the machine's doing: one that is the program's comes again.
 */
export const LATE = "the loop did not turn";

/**
 * Seconds that all actors may take; milliseconds of CPU time that a turn of the loop may take, and
 * how often that is looked at.
 */
const MOST_SECONDS = 25;
const TURN = 50;
const LOOK = 5;

export async function crowded(program: Crowd, under: Under): Promise<void> {
  const watch = new Watch(under);
  const acts: Promise<Judgement>[] = [];
  for (const [i, actor] of program.steps.entries()) {
    const one = act(actor, 2 * i, under);
    one.catch(() => {}); // it is looked at with all the others
    acts.push(one);
    await turn();
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">(done => {
    timer = setTimeout(done, MOST_SECONDS * 1000 * slow, "late");
  });
  const outcome = await Promise.race([Promise.allSettled(acts), late]);
  clearTimeout(timer);
  const slowest = watch.end();
  if (outcome === "late") {
    const state = await Promise.all(
      acts.map(
        async (one, i) =>
          await Promise.race([
            one.then(
              () => "",
              () => "",
            ),
            turn().then(() => `${i} (${program.steps[i]!.op})`),
          ]),
      ),
    );
    throw new Fault(`actors that do not end: ${state.filter(Boolean).join(", ")}`);
  }
  for (const [i, result] of outcome.entries()) {
    const fault =
      result.status === "rejected"
        ? String((result.reason as Error)?.stack ?? result.reason)
        : result.value();
    if (fault) throw new Fault(`actor ${i} (${program.steps[i]!.op}): ${fault}`);
  }
  if (slowest > TURN * slow) throw new Fault(`${LATE} for ${slowest.toFixed(0)} ms of the thread's CPU time`);
}

/** Looks how much CPU time the thread has spent between two turns of the loop that ran a timer. */
class Watch {
  #slowest = 0;
  #last: number;
  readonly #timer: NodeJS.Timeout;

  constructor(readonly under: Under) {
    this.#last = under.cpu();
    this.#timer = setInterval(() => this.#look(), LOOK);
  }

  #look(): void {
    const now = this.under.cpu();
    this.#slowest = Math.max(this.#slowest, now - this.#last);
    this.#last = now;
  }

  end(): number {
    this.#look();
    clearInterval(this.#timer);
    return this.#slowest;
  }
}

function act(actor: Actor, stream: number, under: Under): Promise<Judgement> {
  switch (actor.op) {
    case "stream":
      return streams(actor, stream, under);
    case "datagrams":
      return datagrams(actor, stream, under);
    case "endless":
      return endless(actor, under);
    case "through":
      return through(actor, stream, under);
    case "churn":
      return churn(actor, stream, under);
    case "terminate":
      return terminate(actor, under);
    case "serve":
      return serve(actor, stream, under);
  }
}
