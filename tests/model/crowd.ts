// Programs of the crowded driver, as plain data: what goes on at once. What becomes of it is the
// kernel's affair; the invariants are not.
import { injectedOf, isStream, type Capabilities, type Injected, type Kind } from "./program.js";
import { Random } from "./random.js";

/** Who has an end: a promise socket, or a blocking one in a worker. */
export type Side = "promises" | "worker";
export type Actor =
  /**
   * A stream from one end to the other, in calls of every kind, with timeouts and aborts in their
   * midst.
   */
  | { op: "stream"; kind: Kind; from: Side; to: Side; bytes: number; seed: number; calm?: true }
  /** Datagrams, each with its number. */
  | { op: "datagrams"; kind: Kind; from: Side; count: number; seed: number; calm?: true }
  /** A peer that sends without end, and small receives. */
  | { op: "endless"; size: number; milliseconds: number }
  /** Through toDuplex() or toWeb(). */
  | { op: "through"; what: "duplex" | "web"; kind: Kind; bytes: number; seed: number }
  /**
   * Sockets that are opened, duplicated, waited on, dropped and closed, so that numbers come again.
   */
  | { op: "churn"; rounds: number; seed: number }
  /** A worker that is terminated in the middle of its calls. */
  | { op: "terminate"; milliseconds: number; seed: number }
  /** A listener, and clients that each want their echo. */
  | { op: "serve"; clients: number; seed: number };

export interface Crowd {
  seed: number;
  driver: "crowded";
  steps: Actor[];
  injected: Injected;
}

const MOST_ACTORS = 8;

export function crowd(seed: number, capabilities: Capabilities): Crowd {
  const random = new Random(seed);
  const steps: Actor[] = [];
  const side = (): Side => (capabilities.workers && random.chance(0.2) ? "worker" : "promises");
  const streams = capabilities.kinds.filter(isStream);
  const others = capabilities.kinds.filter(kind => !isStream(kind));
  const weights = {
    stream: 10,
    datagrams: 5,
    endless: capabilities.workers ? 1 : 0,
    through: 3,
    churn: 3,
    terminate: capabilities.workers ? 1 : 0,
    serve: 2,
  };
  for (const name of capabilities.without) if (name in weights) weights[name as keyof typeof weights] = 0;
  for (let left = 2 + random.below(MOST_ACTORS); left > 0; left--) {
    const own = random.below(1e9);
    const bytes = random.pick([100, 5000, 60_000, 300_000]);
    switch (random.weighted(weights)) {
      case "stream":
        steps.push({ op: "stream", kind: random.pick(streams), from: side(), to: side(), bytes, seed: own });
        break;
      case "datagrams":
        steps.push({
          op: "datagrams",
          kind: random.pick(others),
          from: side(),
          count: 20 + random.below(100),
          seed: own,
        });
        break;
      case "endless":
        steps.push({ op: "endless", size: random.pick([16, 256]), milliseconds: 150 });
        break;
      case "through":
        steps.push({
          op: "through",
          what: random.pick(["duplex", "web"]),
          kind: random.pick(streams),
          bytes,
          seed: own,
        });
        break;
      case "churn":
        steps.push({ op: "churn", rounds: 20 + random.below(60), seed: own });
        break;
      case "serve":
        steps.push({ op: "serve", clients: 1 + random.below(20), seed: own });
        break;
      case "terminate":
        steps.push({ op: "terminate", milliseconds: random.below(60), seed: own });
        break;
    }
  }
  return { seed, driver: "crowded", steps, injected: injectedOf(random, capabilities) };
}
