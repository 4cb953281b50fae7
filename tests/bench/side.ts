// One side of a comparison: a process that runs rounds of a work when told to (the protocol is in
// peer.c).
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * What Node would do at each start because this machine asks for it (NODE_EXTRA_CA_CERTS: 50 ms) is
 * no side's.
 */
const plainEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NODE_")));

/**
 * One round: microseconds of CPU time, or bytes where memory is measured; microseconds on the wall
 * clock.
 */
export interface Spent {
  spent: number;
  wall: number;
}

/**
 * Where perf(1) records the side that BENCH_PROFILE names, and V8 leaves its log; the functions of
 * Node's compiled code have names there.
 */
const FOLDER = fileURLToPath(new URL("../../../.cache/bench/", import.meta.url));
const profiled = ([program, ...words]: string[]) => [
  "perf",
  "record",
  "-q",
  "-e",
  "cpu-clock",
  "-g",
  "-o",
  "perf.data",
  program!,
  ...(program === process.execPath ? ["--perf-basic-prof"] : []),
  ...words,
];

export class Side {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  readonly #closed: Promise<unknown>;
  #port = 0;
  #held: Promise<unknown> | undefined;

  private constructor(name: string, command: string[]) {
    const recorded = process.env.BENCH_PROFILE === name;
    const [program, ...words] = recorded ? profiled(command) : command;
    this.name = name;
    this.#child = spawn(program!, words, {
      stdio: ["pipe", "pipe", "inherit"],
      env: plainEnvironment(),
      ...(recorded && { cwd: FOLDER }),
    });
    this.#child.on("error", error => {
      console.error(`${name}: ${error.message}`);
    });
    this.#child.stdin!.on("error", error => {
      console.error(`${name}: ${error.message}`);
    });
    this.#closed = new Promise(done => this.#child.once("close", done));
    this.#reader = createInterface({ input: this.#child.stdout! });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  static async start(name: string, command: string[]): Promise<Side> {
    const side = new Side(name, command);
    side.#port = Number((await side.#line()).replace("port ", ""));
    return side;
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.name}: ended`);
    return value;
  }

  /** Runs `count` operations, with the load generator's `load` command if the work needs one. */
  async round(count: number, load: string[] | undefined): Promise<Spent> {
    this.#child.stdin!.write(`${count}\n`);
    let generated: number | undefined;
    if (load) generated = await generate([...load, String(this.#port), String(count)]);
    const [spent, wall] = (await this.#line()).split(" ").map(Number) as [number, number];
    return { spent, wall: generated ?? wall };
  }

  /** Opens connections that stay until the side ends; `crowd hold` says when they are there. */
  async hold([program, ...words]: string[], count: number): Promise<void> {
    const holder = spawn(program!, [...words, String(this.#port), String(count)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = once(holder, "close").then(([status]) => status as number);
    this.#held = closed;
    const status = await Promise.race([once(holder.stdout, "data"), closed]);
    if (typeof status === "number") throw new Error(`the load generator ended with status ${status}`);
  }

  async stop(): Promise<void> {
    this.#child.stdin!.end();
    await this.#closed;
    await this.#held;
    this.#reader.close();
  }

  /** Ends a side that does not do what it is told. */
  async abandon(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.stop();
  }
}

/** The microseconds that the load generator counted. */
async function generate([program, ...words]: string[]): Promise<number> {
  const child = spawn(program!, words, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", chunk => (text += chunk));
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`the load generator ended with status ${status}`);
  return Number(text);
}
