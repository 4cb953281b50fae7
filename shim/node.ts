// The Node host: the addon's calls as they are, and what Node itself provides.
import { bigEndian } from "../ts/order.js";
import { builtin } from "./builtin.js";
import { clock } from "./clock.js";
import { collect } from "./collect.js";
import type { Clock, Host, Target } from "./contract.js";
import { unsupported } from "./unsupported.js";

const { existsSync, readFileSync } = builtin("node:fs");
const { domainToASCII, fileURLToPath } = builtin("node:url");

/** How long a worker may be kept from JavaScript by one wait: terminate() and process.exit() act between slices. */
const WORKER_SLICE = 100;

const ADDON = "../../build/Release/berkeley_sockets.node";

type Provided = keyof Clock | "name" | "target" | "slice" | "lookups" | "channel" | "idna" | "descriptorOf" | "warn" | "collect";
type Addon = Omit<Host, Provided>;

function target(): Target {
  const { platform, arch } = process;
  if (platform === "darwin") return "darwin64";
  if (platform === "freebsd") return "freebsd64";
  if (platform === "win32") return "windows64";
  if (arch === "arm" || arch === "ia32") return "linux32";
  return bigEndian ? "linux64be" : "linux64";
}

interface LibuvHandle { readonly fd?: number; readonly _parent?: LibuvHandle }

/** Node's own sockets keep a libuv handle whose `fd` is the descriptor: net in `_handle` (TLS has another inside), dgram in its
 *  state. Told by their shape: loading node:net and node:dgram to ask for classes would double the time of an import. */
function descriptorOf(object: unknown): number | null {
  if (typeof object !== "object" || object === null) return null;
  const state = Object.getOwnPropertySymbols(object).find(symbol => symbol.description === "state symbol");
  const holder = state ? (object as Record<symbol, { handle?: LibuvHandle | null }>)[state]! : undefined;
  if (holder && "handle" in holder) return holder.handle?.fd ?? -1;
  if (!("_handle" in object)) return null;
  const handle = object._handle as LibuvHandle | null;
  return handle?.fd ?? handle?._parent?.fd ?? -1;
}

/** domainToASCII() reads a URL's host: it decodes %41, ends at / and drops a tab. What it would change so is no name. */
function idna(name: string): string {
  return /[^\w.*-]/.test(name.replace(/[^\x00-\x7f]/g, "")) ? "" : domainToASCII(name);
}

/** Half of libuv's thread pool (UV_THREADPOOL_SIZE, else 4), as libuv itself gives to its own lookups: a name server that is silent
 *  must not keep files waiting. */
export function lookups(size: string | undefined): number {
  return Math.max(1, Math.ceil((size === undefined ? 4 : Math.min(Number.parseInt(size) || 1, 1024)) / 2));
}

/** A warning's stack is turned into text at once: unread, it holds the receivers of its frames, such as the socket whose making
 *  swept others away, until the loop turns. */
function warn(message: string, type: string): void {
  const warning = new Error(message);
  warning.name = type;
  void warning.stack;
  process.emitWarning(warning);
}

/** Why Node's permission model forbids sockets, "" if it does not. An addon would bypass it, so it is asked here; only Node 25 and
 *  newer know a network permission, and older ones say no to every name that they do not know. */
export function forbidden(permission: { has(scope: string): boolean } | undefined, flags: () => ReadonlySet<string>): string {
  return permission && flags().has("--allow-net") && !permission.has("net") ? "Node runs with --permission: pass --allow-net to open sockets" : "";
}

/** A file of the package, by its place relative to the modules. */
export function packageFile(path: string): Uint8Array { return readFileSync(new URL(path, import.meta.url)); }

/** Loads the addon; where there is none to load, the host says why. */
export function nodeHost(): Host {
  const { permission } = process as { permission?: { has(scope: string): boolean } };
  const reason = forbidden(permission, () => process.allowedNodeEnvironmentFlags);
  if (reason) return unsupported(reason);
  const file = fileURLToPath(new URL(ADDON, import.meta.url)), loaded = { exports: {} as Addon };
  try {
    process.dlopen(loaded, file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return unsupported(
      code === "ERR_DLOPEN_DISABLED" ? "Node runs with --permission: pass --allow-addons to load the socket addon"
      : !existsSync(file) ? "the socket addon is not built for this system: run `npm rebuild berkeley-sockets` with a C++ compiler, make and python3 installed"
      : `the socket addon did not load: ${message}`);
  }
  return {
    ...loaded.exports,
    ...clock,
    name: "node",
    target: target(),
    get slice() {
      // Asked for when the first socket is made: loading node:worker_threads takes most of a millisecond.
      const value = builtin("node:worker_threads").isMainThread ? 0 : WORKER_SLICE;
      Object.defineProperty(this, "slice", { value });
      return value;
    },
    lookups: lookups(process.env.UV_THREADPOOL_SIZE),
    channel: name => builtin("node:diagnostics_channel").channel(name),
    idna,
    descriptorOf,
    warn,
    collect,
  };
}
