// One side of a comparison: a process that runs rounds of a work when told to (the protocol is in peer.c).
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";

/** What Node would do at each start because this machine asks for it (NODE_EXTRA_CA_CERTS: 50 ms) is no side's. */
const plainEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NODE_")));

/** Microseconds of one round. */
export interface Spent { cpu: number; wall: number }

export class Side {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  #port = 0;

  private constructor(name: string, [program, ...words]: string[]) {
    this.name = name;
    this.#child = spawn(program!, words, { stdio: ["pipe", "pipe", "inherit"], env: plainEnvironment });
    this.#child.on("error", error => { console.error(`${name}: ${error.message}`); });
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
    const [cpu, wall] = (await this.#line()).split(" ").map(Number) as [number, number];
    return { cpu, wall: generated ?? wall };
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.stdin!.end();
    await closed;
    this.#reader.close();
  }
}

/** The microseconds that the load generator counted. */
async function generate([program, ...words]: string[]): Promise<number> {
  const child = spawn(program!, words, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", chunk => text += chunk);
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`the load generator ended with status ${status}`);
  return Number(text);
}
