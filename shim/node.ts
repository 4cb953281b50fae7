// The host of Node, Bun and Deno: the addon's calls as they are, and what the runtime itself
// provides.
import { bigEndian } from "../ts/base/order.js";
import { builtin } from "./builtin.js";
import { clock } from "./clock.js";
import { collect } from "./gc.js";
import type { Clock, Host, Target } from "./contract.js";
import { missing } from "./missing-addon.js";
import { unsupported } from "./unsupported.js";

const { existsSync, readFileSync } = builtin("node:fs");
const { domainToASCII, fileURLToPath } = builtin("node:url");

/**
 * How many milliseconds one wait may keep a worker from JavaScript: terminate() and process.exit()
 * act between two waits.
 */
const WORKER_MAX_BLOCK_MS = 100;

const ADDON = "../../build/Release/berkeley_sockets.node";

type Provided =
  | keyof Clock
  | "name"
  | "target"
  | "maxBlockMs"
  | "lookups"
  | "channel"
  | "idna"
  | "descriptorOf"
  | "warn"
  | "collect";
/** The addon's poller can watch from a thread of its own; rearm() then makes it look again. */
interface Poller {
  startWatching(
    ready: (count: number) => void,
    triples: Int32Array,
    counters: Int32Array,
    thread: number,
  ): number;
  rearm(): number;
}
type Addon = Omit<Host, Provided | "startWatching"> & Poller;

/** Bun and Deno have Node's modules and names, and libuv's symbols; only their versions tell them. */
const { bun, deno } = process.versions as { bun?: string; deno?: string };

function target(): Target {
  const { platform, arch } = process;
  if (platform === "darwin") return "darwin64";
  if (platform === "freebsd") return "freebsd64";
  if (platform === "win32") return "windows64";
  if (arch === "arm" || arch === "ia32") return "linux32";
  return bigEndian ? "linux64be" : "linux64";
}

interface Handle {
  readonly fd?: number;
  readonly _parent?: Handle;
}

/**
 * Sockets of node:net keep a handle in `_handle` (TLS has another inside), those of node:dgram in
 * their state. Their shape tells them: loading node:net and node:dgram to compare classes would
 * double the time of an import.
 */
function descriptorOf(object: unknown): number | null {
  if (typeof object !== "object" || object === null) return null;
  const state = Object.getOwnPropertySymbols(object).find(
    symbol => symbol.description === "state symbol" || symbol.description === "kStateSymbol",
  );
  const holder = state ? (object as Record<symbol, { handle?: Handle | null }>)[state]! : undefined;
  if (!((holder && "handle" in holder) || "_handle" in object)) return null;
  const handle =
    holder && "handle" in holder ? holder.handle : (object as { _handle: Handle | null })._handle;
  return handle?.fd ?? handle?._parent?.fd ?? (handle ? UNKNOWN_DESCRIPTOR : -1);
}
/**
 * Deno's handles don't have their descriptor, and their fdForIpc() returns a duplicate, a new one
 * each time.
 */
const UNKNOWN_DESCRIPTOR = -2;

/**
 * domainToASCII() reads a URL's host: it decodes %41, ends at / and drops a tab. Text that it would
 * change so is not a name. Deno's leaves such characters beside one that is not ASCII.
 */
function idna(name: string): string {
  if (/[^\w.*-]/.test(name.replace(/[^\x00-\x7f]/g, ""))) return "";
  const ascii = domainToASCII(name);
  return /[^\w.*-]/.test(ascii) ? "" : ascii;
}

/**
 * Half of the thread pool, as libuv gives to its own lookups: a name server that is silent must not
 * keep files waiting. The pool is UV_THREADPOOL_SIZE, else 4 of libuv's, and a thread a processor
 * of Bun's.
 */
export function lookups(size: string | undefined, usual = 4): number {
  return Math.max(
    1,
    Math.ceil((size === undefined ? usual : Math.min(Number.parseInt(size, 10) || 1, 1024)) / 2),
  );
}

/**
 * startWatching(), by libuv where the runtime is Node. Elsewhere a thread watches; it looks again
 * in the turn after each dispatch.
 */
function startWatching({ startWatching: start, rearm }: Poller, thread: boolean): Host["startWatching"] {
  if (!thread) return (ready, triples, counters) => start(ready, triples, counters, 0);
  return (ready, triples, counters) =>
    start(
      count => {
        try {
          ready(count);
        } finally {
          setImmediate(rearm);
        }
      },
      triples,
      counters,
      1,
    );
}

/**
 * Turns a warning's stack into text at once: an unread stack keeps the receivers of its frames
 * alive until the loop turns, such as the socket whose constructor swept others. In Deno even a
 * read one does: there the warning gets no frames.
 */
function warn(message: string, type: string): void {
  const { stackTraceLimit } = Error;
  if (deno !== undefined) Error.stackTraceLimit = 0;
  const warning = new Error(message);
  if (deno !== undefined) Error.stackTraceLimit = stackTraceLimit;
  warning.name = type;
  void warning.stack;
  process.emitWarning(warning);
}

/**
 * Why Node's permission model forbids sockets, "" if it does not. An addon would bypass it, so it
 * is asked here; only Node 25 and newer know a network permission, and older ones say no to every
 * name that they do not know.
 */
export function forbidden(
  permission: { has(scope: string): boolean } | undefined,
  flags: () => ReadonlySet<string>,
): string {
  return permission && flags().has("--allow-net") && !permission.has("net")
    ? "Node runs with --permission: pass --allow-net to open sockets"
    : "";
}

/** A file of the package, by its place relative to the modules. */
export function packageFile(path: string): Uint8Array {
  return readFileSync(new URL(path, import.meta.url));
}

function whyNotLoaded({ code, name, message }: NodeJS.ErrnoException, file: string): string {
  if (code === "ERR_DLOPEN_DISABLED")
    return "Node runs with --permission: pass --allow-addons to load the socket addon";
  if (deno !== undefined && name === "NotCapable")
    return "Deno runs without a permission: pass --allow-ffi to load the socket addon";
  if (!existsSync(file)) return missing(process.platform);
  return (
    `the socket addon did not load: ${message}; ` +
    "if it was built on another system, run `npm rebuild berkeley-sockets`"
  );
}

/** Loads the addon; where there is none to load, the host says why. */
export function nodeHost(): Host {
  const { permission } = process as { permission?: { has(scope: string): boolean } };
  const reason = forbidden(permission, () => process.allowedNodeEnvironmentFlags);
  if (reason) return unsupported(reason);
  const file = fileURLToPath(new URL(ADDON, import.meta.url));
  const loaded = { exports: {} as Addon };
  try {
    process.dlopen(loaded, file);
  } catch (error) {
    return unsupported(whyNotLoaded(error as NodeJS.ErrnoException, file));
  }
  const { rearm: _, ...calls } = loaded.exports;
  return {
    ...calls,
    ...clock,
    startWatching: startWatching(
      loaded.exports,
      bun !== undefined || deno !== undefined || process.env.BERKELEY_SOCKETS_POLLER === "thread",
    ),
    name: "node",
    target: target(),
    get maxBlockMs() {
      // Asked for when the first socket is made: loading node:worker_threads takes most of a
      // millisecond.
      const value = builtin("node:worker_threads").isMainThread ? 0 : WORKER_MAX_BLOCK_MS;
      Object.defineProperty(this, "maxBlockMs", { value });
      return value;
    },
    // Deno asks for a permission before it tells a variable, and its pool grows.
    lookups: lookups(
      deno === undefined ? process.env.UV_THREADPOOL_SIZE : undefined,
      bun === undefined ? 4 : builtin("node:os").availableParallelism(),
    ),
    channel: name => builtin("node:diagnostics_channel").channel(name),
    idna,
    descriptorOf,
    warn,
    collect,
  };
}
