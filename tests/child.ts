// Programs that run beside a test: child processes and workers that have the package as `S`.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { SHUT_RDWR, fromfd, type OSError } from "../ts/index.js";
import { runtime, textArguments } from "./runtime.js";

const index = new URL("../ts/index.js", import.meta.url).href;
const bundle = new URL("../lib/index.js", import.meta.url).href;

export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ChildOptions {
  /** Node's own. */
  flags?: string[];
  /** The most descriptors it may have open (ulimit -n). */
  descriptors?: number;
  /** Descriptors that it inherits, from 3 on. */
  inherit?: number[];
  /** A network of its own, which has loopback and asks 127.0.0.1 for names: nameserver.ts. */
  isolated?: boolean;
}

/**
 * Runs "$@" in a namespace that has nothing but loopback; "$0" is a folder whose files take the
 * places of those in /etc.
 */
const ISOLATED = [
  'mount --bind "$0/resolv.conf" /etc/resolv.conf',
  'mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf',
  "ip link set lo up",
  'exec "$@"',
].join(" && ");

/** The command that runs another in namespaces of its own. */
export function isolatedCommand(folder: string): string[] {
  writeFileSync(join(folder, "resolv.conf"), "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n");
  writeFileSync(join(folder, "nsswitch.conf"), "hosts: files dns\nservices: files\nprotocols: files\n");
  return ["unshare", "--net", "--mount", "sh", "-c", ISOLATED, folder];
}

/** A child process that runs `script`, an ES module; it is ended after 30 seconds. */
export class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = "";
  #stderr = "";
  #woken = () => {};

  constructor(
    script: string,
    { flags = [], descriptors, inherit = [], isolated = false }: ChildOptions = {},
  ) {
    // Node opens many modules at once: a child of few descriptors has the bundle.
    const program = `import * as S from ${JSON.stringify(descriptors === undefined ? index : bundle)};\n${script}`;
    const folder = isolated ? mkdtempSync(join(tmpdir(), "isolated-")) : undefined;
    const limited = descriptors === undefined ? [] : ["sh", "-c", `ulimit -n ${descriptors}; exec "$0" "$@"`];
    const [command, ...args] = [
      ...(folder === undefined ? [] : isolatedCommand(folder)),
      ...limited,
      process.execPath,
      ...textArguments(flags, program),
    ];
    this.process = spawn(command!, args, { stdio: ["ignore", "pipe", "pipe", ...inherit] });
    const timer = setTimeout(() => this.process.kill("SIGKILL"), 30_000);
    this.process.stdout!.setEncoding("utf8").on("data", text => {
      this.#stdout += text;
      this.#woken();
    });
    this.process.stderr!.setEncoding("utf8").on("data", text => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      this.process.on("error", reject);
      this.process.on("close", (status, signal) => {
        clearTimeout(timer);
        if (folder !== undefined) rmSync(folder, { recursive: true });
        resolve({ status, signal, stdout: this.#stdout, stderr: this.#stderr });
        this.#woken();
      });
    });
  }

  /**
   * Sends it a signal. (ChildProcess.kill() of Deno has it end by that signal, whatever it did:
   * tests/runtimes/programs/deno-kill.mjs.)
   */
  kill(signal: NodeJS.Signals): void {
    process.kill(this.process.pid!, signal);
  }

  /** Waits until it has printed `text`. */
  async prints(text: string): Promise<void> {
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    while (!this.#stdout.includes(text)) {
      if (over) throw new Error(`it ended without printing ${text}:\n${this.#stdout}${this.#stderr}`);
      await new Promise<void>(resolve => {
        this.#woken = resolve;
      });
    }
  }
}

/** Runs `script` to its end and returns what it printed, as JSON; throws if it fails. */
export async function childAnswer<T = any>(script: string, options?: ChildOptions): Promise<T> {
  const { status, signal, stdout, stderr } = await new Child(script, options).ended;
  if (status !== 0) throw new Error(`child ended with ${signal ?? status}:\n${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}

/** A worker that runs `script` with `S`, `data` and `post(message)`. */
export function worker(script: string, data?: unknown): Worker {
  return new Worker(
    `const { workerData: data, parentPort } = require("node:worker_threads"), post = m => parentPort.postMessage(m);
    import(${JSON.stringify(index)}).then(async S => {\n${script}\n});`,
    { eval: true, workerData: data },
  );
}

/** The worker's next message. */
export function message<T = any>(from: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (what: () => void) => {
      from.off("message", told);
      from.off("error", failed);
      from.off("exit", ended);
      what();
    };
    const told = (value: T) => settle(() => resolve(value));
    const failed = (error: Error) => settle(() => reject(error));
    const ended = (status: number) =>
      settle(() => reject(new Error(`worker ended with ${status} without a message`)));
    from.on("message", told).on("error", failed).on("exit", ended);
  });
}

/**
 * Ends a worker that a call keeps, and gives the milliseconds that it took. Deno's worker goes on
 * until it yields (tests/runtimes/programs/deno-busy-worker.mjs): there its call is then ended, by
 * a shutdown of the sockets that it waits on.
 */
export async function terminated(w: Worker, ...numbers: number[]): Promise<number> {
  const kept = runtime === "deno" ? numbers.flatMap(stillOpen) : []; // while the numbers are the worker's
  const start = performance.now();
  await w.terminate();
  const took = performance.now() - start;
  for (const socket of kept) {
    try {
      socket.shutdown(SHUT_RDWR);
    } catch (error) {
      if ((error as OSError).code !== "ENOTCONN") throw error;
    }
    socket.close();
  }
  return took;
}

/** A duplicate of a descriptor; none where the worker has ended by itself, and closed it. */
function stillOpen(number: number): ReturnType<typeof fromfd>[] {
  try {
    return [fromfd(number)];
  } catch (error) {
    if ((error as OSError).code !== "EBADF") throw error;
    return [];
  }
}

/** What a worker's script posts first; the worker is then ended. */
export async function workerAnswer<T = any>(script: string, data?: unknown): Promise<T> {
  const from = worker(script, data);
  try {
    return await message<T>(from);
  } finally {
    await from.terminate();
  }
}

export const sleep = (milliseconds: number) =>
  new Promise<void>(resolve => setTimeout(resolve, milliseconds));
