// Workers that run CPython's own tests (halves.py), natively or in a guest, alone or as the two halves of
// one test, whose messages to each other are carried here.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";

/** A message of halves.py: what it is, and the rest. */
type Message = readonly [kind: string, ...rest: unknown[]];
/** What became of a test, or of a half of one, and why. */
export type Outcome = readonly [what: "pass" | "skip" | "fail", why: string];
export type Role = "server" | "client" | "alone";
/** How a worker is started. */
export type Command = readonly [file: string, ...args: string[]];

/** Longer than any half of a test takes that does not hang. */
const HALF_SECONDS = 30;
const START_SECONDS = 240;

class Worker {
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  #said = "";
  /** Who takes its messages. */
  listener: (message: Message) => void = () => {};
  /** The tests that have halves, and why each is skipped before it begins. */
  readonly tests: Promise<Readonly<Record<string, string | null>>>;

  constructor([file, ...args]: Command) {
    this.#child = spawn(file, args, { stdio: ["ignore", "ignore", "pipe", "pipe"] });
    this.#channel = this.#child.stdio[3] as Duplex;
    this.#child.stderr!.on("data", text => (this.#said = (this.#said + text).slice(-2000)));
    this.tests = new Promise((resolve, reject) => {
      const timer = setTimeout(() => void this.kill(), START_SECONDS * 1000);
      const lines = createInterface({ input: this.#channel });
      // What is written to a worker that has just ended is for nobody.
      lines.on("error", () => {});
      lines.on("line", line => {
        const message = JSON.parse(line) as Message;
        if (message[0] !== "tests") {
          this.listener(message);
          return;
        }
        clearTimeout(timer);
        resolve(message[1] as Readonly<Record<string, string | null>>);
      });
      this.#child.once("close", () => {
        clearTimeout(timer);
        reject(new Error(`a worker did not start: ${[file, ...args].join(" ")}\n${this.#said}`));
        this.listener(["outcome", "fail", `the worker ended: ${this.#said}`]);
      });
    });
  }

  send(message: Message): void {
    this.#channel.write(`${JSON.stringify(message)}\n`);
  }

  get runs(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async kill(): Promise<void> {
    this.listener = () => {};
    if (!this.runs) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }
}

/** The workers of one test, by their roles; they are started anew after one that ended or hung. */
export class Party {
  readonly #members: readonly (readonly [role: Role, command: Command])[];
  #workers: Worker[] = [];

  constructor(...members: readonly (readonly [role: Role, command: Command])[]) {
    this.#members = members;
  }

  async #start(): Promise<Worker[]> {
    if (this.#workers.length === 0 || !this.#workers.every(worker => worker.runs)) {
      await this.end();
      this.#workers = this.#members.map(([, command]) => new Worker(command));
      await Promise.all(this.#workers.map(worker => worker.tests));
    }
    return this.#workers;
  }

  /** The tests that have halves, with why a worker skips each, or null. */
  async tests(): Promise<ReadonlyMap<string, string | null>> {
    const lists = await Promise.all((await this.#start()).map(worker => worker.tests));
    return new Map(
      Object.keys(lists[0]!).map(name => [name, lists.map(list => list[name]).find(Boolean) ?? null]),
    );
  }

  /** Runs a test: an outcome of each member. */
  async run(name: string): Promise<Outcome[]> {
    const workers = await this.#start();
    const outcomes: (Outcome | undefined)[] = workers.map(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(resolve => {
      timer = setTimeout(resolve, HALF_SECONDS * 1000);
      workers.forEach((worker, i) => {
        worker.listener = message => {
          const [kind, ...rest] = message;
          if (kind === "outcome") {
            outcomes[i] = rest as unknown as Outcome;
            if (outcomes.every(Boolean)) resolve();
          } else for (const other of workers) if (other !== worker) other.send(message);
        };
        worker.send(["run", this.#members[i]![0], name]);
      });
    });
    clearTimeout(timer);
    if (!outcomes.every(Boolean)) await this.end();
    return outcomes.map(outcome => outcome ?? ["fail", "hangs"]);
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.kill()));
    this.#workers = [];
  }
}

/** The worst of what became of a test's halves. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  const of = (what: string) => outcomes.find(outcome => outcome[0] === what);
  return of("fail") ?? of("skip") ?? outcomes[0]!;
}
