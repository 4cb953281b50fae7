// A fence around uvu: every test file imports this, never uvu itself. Measured, uvu 0.5.6 exits 0
// when a hook throws, when run() is forgotten and when no test matches; its assert.throws(fn,
// "text") checks nothing; an open handle hangs it. Here: a file's tests run by themselves, one
// after another, each within its time limit; a file without a test fails; descriptors that a test
// leaves open fail it; the process always ends. The last line is the count.
import { readdirSync, readlinkSync } from "node:fs";
import { connect } from "node:net";
import { basename } from "node:path";
import { suite } from "uvu";
import * as uvu from "uvu/assert";
import { duplicates, ofRuntime, runtime, settled } from "./runtime.js";

const file = basename(process.argv[1] ?? "", ".js");
const tests = suite(file);
const onlyPattern = process.env.TEST_ONLY;
const started = new Set<string>();
/** How much slower than an ordinary machine this one is (TEST_SLOW; the lab's emulation says 6). */
export const slow = Number(process.env.TEST_SLOW ?? 1);
let declared = 0;
let passed = 0;
let failed = 0;
let skipped = 0;

export interface Options {
  /** Seconds that the test may take (10), on a machine of ordinary speed. */
  seconds?: number;
  /** Why it can't run here; it is then skipped with this reason. */
  skip?: string | false | undefined;
  /** Descriptors are not compared (tests that let something outlive them). */
  leaks?: boolean;
}

/**
 * The descriptors of this process that are sockets or files, by number; where there is no /proc,
 * none. Other threads read files of /proc and /sys for a moment at any time: the C library's memory
 * (overcommit_memory), the runtime's limits.
 */
export function openDescriptors(): string[] {
  try {
    return readdirSync("/proc/self/fd")
      .flatMap(fd => {
        try {
          return [`${fd} -> ${readlinkSync(`/proc/self/fd/${fd}`)}`];
        } catch {
          return [];
        }
        // the poller of the promise classes stays
      })
      .filter(line => !/-> \/(proc|sys)\/|\[event(poll|fd)\]$/.test(line) && !ofRuntime(line));
  } catch {
    return [];
  }
}

/**
 * What is open and was not before. Bun and Deno close the ends of a child, and the sockets of a
 * worker, some time after they tell of its end: there it is what is still open after two seconds.
 */
export async function leftOpen(before: readonly string[]): Promise<string[]> {
  const look = () => openDescriptors().filter(line => !before.includes(line) && !duplicates(line));
  let left = look();
  for (let i = 0; i < 100 && left.length > 0 && runtime !== "node"; i++) {
    await new Promise(resolve => setTimeout(resolve, 20));
    left = look();
  }
  return left;
}

/** Declares a test. Its name is `function: what happens`. */
export function test(name: string, body: () => unknown, options: Options = {}): void {
  declared++;
  if (started.has(name)) throw new Error(`two tests are called ${name}`);
  started.add(name);
  if (onlyPattern && !name.includes(onlyPattern)) return;
  if (options.skip) {
    skipped++;
    console.log(`SKIP ${file}: ${name}: ${options.skip}`);
    return;
  }
  tests(name, async () => {
    if (process.env.TEST_TRACE) console.log(`\nRUN ${name}`);
    const before = openDescriptors();
    try {
      await withLimit(body, (options.seconds ?? 10) * slow);
      if (!options.leaks) {
        const left = await leftOpen(before);
        if (left.length) throw new Error(`descriptors left open: ${left.join(", ")}`);
      }
      passed++;
    } catch (error) {
      failed++;
      if (process.env.TEST_TRACE) console.log(`\nFAILED ${name}`);
      throw error instanceof Error ? error : new Error(String(error));
    }
  });
}

async function withLimit(body: () => unknown, seconds: number): Promise<void> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([body(), limit]);
  } finally {
    clearTimeout(timer);
  }
  // A blocking test can't be interrupted; the runner ends the process, and one that only was slow
  // fails here.
  if (performance.now() - start > seconds * 1000) throw new Error(`took longer than ${seconds} s`);
}

type Blocking = typeof import("../ts/index.js");
type Promises = typeof import("../ts/promises/index.js");

/**
 * The modules under test: this package's, or those that the file named by TEST_MODULES exports as
 * `blocking` and `promises`. Tests that need no object of the kernel's take them from here, so that
 * another host can be put under them.
 */
const others: Promise<{ blocking: Blocking; promises: Promises }> | undefined =
  process.env.TEST_MODULES === undefined ? undefined : import(process.env.TEST_MODULES);
/** What a file waits for before it can declare its tests. */
let loading: Promise<unknown> | undefined;
function load<T>(module: () => Promise<T>): Promise<T> {
  const loaded = module();
  loading = loaded;
  return loaded;
}
/** The blocking module under test. */
export const blockingModule = (): Promise<Blocking> =>
  load(async () => (others === undefined ? import("../ts/index.js") : (await others).blocking));
/** The promise module under test. */
export const promiseModule = (): Promise<Promises> =>
  load(async () => (others === undefined ? import("../ts/promises/index.js") : (await others).promises));

function finish(): never {
  if (declared === 0) {
    failed++;
    console.error(`${file}: no test`);
  }
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed ? 1 : 0);
}

// From its first stream on, libuv keeps a descriptor of /dev/null in reserve: let that be before
// the first test counts.
connect("/no such socket").on("error", () => {});

process.exitCode = 1; // until finish() says otherwise
process.on("uncaughtException", error => {
  failed++;
  console.error(error);
  finish();
});
process.on("unhandledRejection", error => {
  failed++;
  console.error(error);
  finish();
});
setImmediate(async () => {
  for (let last: unknown; last !== loading; ) {
    last = loading;
    await last;
    await new Promise(resolve => setImmediate(resolve));
  }
  await settled();
  tests("(end)", () => {
    setImmediate(finish);
  });
  tests.run();
});

export { ok, is, equal, match, instance, unreachable, not } from "uvu/assert";

type Class<E extends Error> = abstract new (...args: never[]) => E;

function checkError<E extends Error>(error: unknown, kind: Class<E>, message?: string | RegExp): E {
  uvu.instance(error, kind);
  const text = (error as E).message;
  if (typeof message === "string") uvu.is(text, message);
  else if (message) uvu.match(text, message);
  return error as E;
}

/**
 * `body` throws an error of this class with this message (a string: all of it). Returns the error.
 */
export function throws<E extends Error>(body: () => unknown, kind: Class<E>, message?: string | RegExp): E {
  let result: unknown;
  try {
    result = body();
  } catch (error) {
    return checkError(error, kind, message);
  }
  throw new Error(`expected ${kind.name}, but got a result: ${String(result)}`);
}

/** The same for a promise. */
export async function rejects<E extends Error>(
  body: () => Promise<unknown>,
  kind: Class<E>,
  message?: string | RegExp,
): Promise<E> {
  let result: unknown;
  try {
    result = await body();
  } catch (error) {
    return checkError(error, kind, message);
  }
  throw new Error(`expected ${kind.name}, but got a result: ${String(result)}`);
}

/** `body` throws an OSError with this code. */
export function fails(code: string, body: () => unknown): Error & { code: string; errno: number } {
  let result: unknown;
  try {
    result = body();
  } catch (error) {
    uvu.instance(error, Error);
    uvu.is((error as { code?: string }).code, code, (error as Error).stack);
    return error as Error & { code: string; errno: number };
  }
  throw new Error(`expected ${code}, but got a result: ${String(result)}`);
}
