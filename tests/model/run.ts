// The model's entry, the only file here that imports the package: random programs from seeds, each
// held to the model's answers and to the invariants. node dist/tests/model/run.js; MODEL_SECONDS or
// MODEL_MINUTES, MODEL_SEED, MODEL_DRIVER, MODEL_WITHOUT (operations).
import { fork, type ChildProcess } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import * as os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeHost, packageFile } from "../../shim/node.js";
import { constantNames } from "../../ts/base/constants.gen.js";
import { nodeBytes } from "../../ts/codec/buffer-pool.js";
import { socketModules } from "../../ts/promises/module.js";
import "../../ts/promises/node-socket.js";
import { wasm } from "../../ts/codec/webassembly.js";
import { LATE } from "./crowded.js";
import { drivers, type AnyProgram } from "./drivers.js";
import { faulty, type Injection, type Numbers } from "./faulty.js";
import { kinds, type Capabilities, type Program } from "./program.js";
import { Random } from "./random.js";
import { again, shrink } from "./shrink.js";
import { Fault, slow, turn, type Under } from "./under.js";

/**
 * Seconds that one program may take before its process is ended; for finding out how often one
 * fails; for shrinking it.
 */
const PROGRAM_SECONDS = 40;
const AGAIN_SECONDS = 30;
const SHRINK_SECONDS = 60;
/** Interrupts the C library's calls. build.sh makes it of preload.c. */
const library = fileURLToPath(new URL("preload.so", import.meta.url));
const AT_ONCE = 2;
const MOST_FAULTS = Number(process.env.MODEL_FAULTS ?? 5);

// --- The process that runs programs, one after another.

/** The thread's CPU time, in milliseconds. */
function cpu(): number {
  return Number(readFileSync("/proc/thread-self/schedstat", "latin1").split(" ")[0]) / 1e6;
}

function descriptors(): string[] {
  return readdirSync("/proc/self/fd")
    .flatMap(fd => {
      try {
        return [`${fd} -> ${readlinkSync(`/proc/self/fd/${fd}`)}`];
      } catch {
        return [];
      }
    })
    .filter(line => !/\/proc\/\d+\/fd$|\[eventpoll\]$|\[eventfd\]$|\/dev\/null$/.test(line));
}

/**
 * What the epoll instances of this process watch under numbers that are closed (a duplicate keeps
 * it there).
 */
function stale(): string[] {
  return readdirSync("/proc/self/fd").flatMap(fd => {
    try {
      if (!readlinkSync(`/proc/self/fd/${fd}`).endsWith("[eventpoll]")) return [];
      const watched = [...readFileSync(`/proc/self/fdinfo/${fd}`, "latin1").matchAll(/^tfd: +(\d+)/gm)];
      return watched.map(match => match[1]!).filter(number => !existsSync(`/proc/self/fd/${number}`));
    } catch {
      return [];
    }
  });
}

async function collect(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    await turn();
    globalThis.gc!();
  }
}

/** Descriptors that were not there before: also after what was dropped is collected. */
async function leftOpen(before: string[], { blocking }: Under): Promise<string[]> {
  const left = () => descriptors().filter(line => !before.includes(line));
  for (let i = 0; i < 3 && left().length > 0; i++) {
    await collect();
    for (let opened = 0; opened < 300; opened++) new blocking.Socket().close();
  }
  return left();
}

function capabilities(): Capabilities {
  const without = (process.env.MODEL_WITHOUT ?? "").split(",");
  return {
    kinds: kinds.filter(kind => !without.includes(kind)),
    workers: true,
    injectable: existsSync(library) ? ["host", "library"] : ["host"],
    stamps: true,
    urgent: true,
    rights: true,
    collector: true,
    without,
  };
}

/**
 * The errors that a program may be given: a stream ends with the first that is not a matter of
 * waiting.
 */
function errorsOf({ driver, steps, injected }: AnyProgram): string[] {
  if (injected !== "host") return [];
  if (driver === "stepwise") return ["EINTR"];
  return [
    "EINTR",
    "EAGAIN",
    "short",
    "EMFILE",
    ...(steps.some(({ op }) => op === "through") ? [] : ["ENOBUFS"]),
  ];
}

/** The modules over this system's host, whose calls fail as `injection` says. */
function modules(injection: Injection): Pick<Under, "blocking" | "promises" | "constants"> {
  const host = nodeHost();
  const values = host.constants();
  const numbers: Numbers = {
    ...os.constants.errno,
    ...Object.fromEntries(constantNames.map((name, i) => [name, values[i]!])),
  };
  const { blocking, promises } = socketModules(
    faulty(host, numbers, injection),
    new wasm.Module(packageFile("../codec.wasm")),
    nodeBytes,
  );
  return { blocking, promises, constants: { ...blocking.constants } };
}

function under(folder: string, injection: Injection): Under {
  let files = 0;
  return {
    ...modules(injection),
    capabilities: capabilities(),
    descriptors,
    stale,
    collect,
    cpu,
    blockingModule: new URL("../../ts/index.js", import.meta.url).href,
    // A port that is free here is not one that a neighbour takes.
    address: `127.${1 + ((process.pid >> 16) & 0x3f)}.${(process.pid >> 8) & 0xff}.${1 + (process.pid % 250)}`,
    file(bytes) {
      const name = join(folder, String(files++));
      writeFileSync(name, bytes);
      const fd = openSync(name, "r");
      rmSync(name);
      return {
        fd,
        close: () => {
          closeSync(fd);
        },
      };
    },
  };
}

async function child(): Promise<void> {
  const folder = mkdtempSync(join(os.tmpdir(), "model-"));
  const injection: Injection = { errors: new Set(), random: new Random(0) };
  const tested = under(folder, injection);
  const { blocking, promises } = tested;
  process.on("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const report = (fault: string | undefined, ends = false) =>
    process.send!({ fault }, () => {
      if (ends) process.exit(0);
    });
  const uncaught = (what: string) => (error: unknown) => {
    report(`${what}: ${error instanceof Error ? error.stack : String(error)}`, true);
  };
  process.on("uncaughtException", uncaught("uncaught exception"));
  process.on("unhandledRejection", uncaught("unhandled rejection"));
  process.on("disconnect", () => process.exit(0));
  // What is opened once and stays: the poller, a pipe of the pool.
  const [a, b] = blocking
    .socketpair()
    .map(s => new promises.Socket(s.family, s.type, s.proto, s.detach())) as [any, any];
  void b.sendall("warm");
  await a.recv(10);
  void b.sendall("warm", { signal: AbortSignal.timeout(10) });
  const waited = a.recv(10, { signal: AbortSignal.timeout(10) });
  await waited;
  a.close();
  b.close();
  process.on("message", async (program: AnyProgram) => {
    // Warnings of dropped sockets and the like are not news here.
    const before = descriptors();
    try {
      injection.errors = new Set(errorsOf(program));
      injection.random = new Random(program.seed);
      await drivers[program.driver].run(program as never, tested);
      injection.errors.clear();
      await turn();
      const left = await leftOpen(before, tested);
      if (left.length) throw new Fault(`descriptors left open: ${left.join(", ")}`);
      report(undefined);
    } catch (error) {
      report(error instanceof Fault ? error.message : `${(error as Error).stack ?? String(error)}`, true);
    }
  });
  process.send!("ready");
}

// --- The process that makes them.

/** Processes that run programs: a faulty one is ended, and a new one takes its place. */
class Runner {
  readonly #children = new Map<"plain" | "preloaded", ChildProcess>();

  async run(program: AnyProgram): Promise<string | undefined> {
    const kind = program.injected === "library" ? "preloaded" : "plain";
    const child = this.#children.get(kind) ?? (await this.#start(kind));
    this.#children.set(kind, child);
    return new Promise(done => {
      let output = "";
      const ended = (fault: string | undefined) => {
        clearTimeout(timer);
        child.removeAllListeners();
        child.stderr!.removeAllListeners("data");
        if (fault !== undefined) {
          this.#children.delete(kind);
          child.kill("SIGKILL");
        }
        done(fault);
      };
      const timer = setTimeout(
        () => ended(`took longer than ${PROGRAM_SECONDS * slow} s`),
        PROGRAM_SECONDS * 1000 * slow,
      );
      child.stderr!.on("data", chunk => {
        output = (output + chunk).slice(-2000);
      });
      child.on("message", message => ended((message as { fault?: string }).fault));
      child.on("exit", (code, signal) => ended(`the process ended: ${signal ?? code} ${output}`));
      child.send(program);
    });
  }

  #start(kind: "plain" | "preloaded"): Promise<ChildProcess> {
    const started = fork(fileURLToPath(import.meta.url), ["--child"], {
      execArgv: ["--expose-gc", "--enable-source-maps", "--no-warnings", ...process.execArgv],
      stdio: ["ignore", "inherit", "pipe", "ipc"],
      env:
        kind === "preloaded"
          ? { ...process.env, LD_PRELOAD: [process.env.LD_PRELOAD ?? "", library].join(" ") }
          : process.env,
    });
    let said = "";
    started.stderr!.on("data", chunk => {
      said += chunk;
    });
    return new Promise((done, failed) => {
      started.once("message", () => {
        started.removeAllListeners();
        started.stderr!.removeAllListeners("data");
        done(started);
      });
      started.once("exit", code => failed(new Error(`the model's process can't start: ${code} ${said}`)));
    });
  }

  end(): void {
    for (const child of this.#children.values()) child.kill("SIGKILL");
  }
}

async function main(): Promise<void> {
  const { env } = process;
  const seconds = env.MODEL_SECONDS
    ? Number(env.MODEL_SECONDS)
    : env.MODEL_MINUTES
      ? 60 * Number(env.MODEL_MINUTES)
      : 120;
  const first = env.MODEL_SEED ? Number(env.MODEL_SEED) : Math.floor(Date.now() % 1e9);
  const capable = capabilities();
  const names = (Object.keys(drivers) as (keyof typeof drivers)[]).filter(
    name => !env.MODEL_DRIVER || env.MODEL_DRIVER === name,
  );
  if (names.length === 0) throw new RangeError(`MODEL_DRIVER must be one of ${Object.keys(drivers)}`);
  const end = performance.now() + 1000 * seconds;
  let passed = 0;
  let failed = 0;
  let seed = first;
  console.log(`model: seed ${first}, ${seconds} s, ${names.join(" and ")}`);

  const judge = async (program: AnyProgram, fault: string, runner: Runner) => {
    failed++;
    const run = (candidate: AnyProgram) => runner.run(candidate);
    if (env.MODEL_QUICK) {
      console.log(`FAIL seed ${program.seed} (${program.driver}): ${fault}`);
      return;
    }
    const runs = await again(program, run, AGAIN_SECONDS * slow);
    const rate = (1 + runs.failed) / (1 + runs.of);
    if (fault.startsWith(LATE) && runs.failed === 0) {
      failed--;
      passed++;
      console.log(`seed ${program.seed} (${program.driver}): ${fault}, and in none of ${runs.of} runs again`);
      return;
    }
    const short = await shrink(
      program as Program,
      run as never,
      drivers[program.driver].simpler as never,
      rate,
      SHRINK_SECONDS * slow,
    );
    const last = await again(short as AnyProgram, run, AGAIN_SECONDS * slow, 10);
    console.log(
      [
        `FAIL seed ${program.seed} (${program.driver}): ${fault}`,
        `  run again, it failed ${runs.failed} times of ${runs.of}`,
        `  shrunk from ${program.steps.length} to ${short.steps.length} steps, which fail ${last.failed} times of ${last.of}: ${last.fault}`,
        ...short.steps.map(step => `    ${JSON.stringify(step)}`),
        `  MODEL_SEED=${program.seed} MODEL_DRIVER=${program.driver} ./build.sh model`,
      ].join("\n"),
    );
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      const runner = new Runner();
      try {
        while (performance.now() < end && failed < MOST_FAULTS) {
          const program = drivers[names[seed % names.length]!].generate(seed++, capable);
          const fault = await runner.run(program);
          if (fault === undefined) passed++;
          else await judge(program, fault, runner);
        }
      } finally {
        runner.end();
      }
    }),
  );
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

await (process.argv[2] === "--child" ? child() : main());
