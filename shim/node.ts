// The Node host: the addon's calls as they are, and what Node itself provides.
import { channel } from "node:diagnostics_channel";
import { createRequire } from "node:module";
import { endianness } from "node:os";
import { domainToASCII } from "node:url";
import { isMainThread } from "node:worker_threads";
import { collect } from "./collect.js";
import type { Host, Target } from "./contract.js";
import { unsupported } from "./unsupported.js";

/** How long a worker may be kept from JavaScript by one wait: terminate() and process.exit() act between slices. */
const WORKER_SLICE = 100;

const ADDON = "../../build/Release/berkeley_sockets.node";

type Provided = "name" | "target" | "slice" | "channel" | "idna" | "descriptorOf" | "warn" | "collect";
type Addon = Omit<Host, Provided>;

function target(): Target {
  const { platform, arch } = process;
  if (platform === "darwin") return "darwin64";
  if (platform === "freebsd") return "freebsd64";
  if (platform === "win32") return "windows64";
  if (arch === "arm" || arch === "ia32") return "linux32";
  return endianness() === "BE" ? "linux64be" : "linux64";
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

/** Why Node's permission model forbids sockets, "" if it does not. An addon would bypass it, so it is asked here; only Node 25 and
 *  newer know a network permission, and older ones say no to every name that they do not know. */
export function forbidden(permission: { has(scope: string): boolean } | undefined, flags: () => ReadonlySet<string>): string {
  return permission && flags().has("--allow-net") && !permission.has("net") ? "Node runs with --permission: pass --allow-net to open sockets" : "";
}

/** Loads the addon; where there is none to load, the host says why. */
export function nodeHost(): Host {
  const { permission } = process as { permission?: { has(scope: string): boolean } };
  const reason = forbidden(permission, () => process.allowedNodeEnvironmentFlags);
  if (reason) return unsupported(reason);
  let addon: Addon;
  try {
    addon = createRequire(import.meta.url)(ADDON) as Addon;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return unsupported(
      code === "ERR_DLOPEN_DISABLED" ? "Node runs with --permission: pass --allow-addons to load the socket addon"
      : code === "MODULE_NOT_FOUND" ? "the socket addon is not built for this system: run `npm rebuild berkeley-sockets` with a C++ compiler, make and python3 installed"
      : `the socket addon did not load: ${message}`);
  }
  return {
    ...addon,
    name: "node",
    target: target(),
    slice: isMainThread ? 0 : WORKER_SLICE,
    channel,
    idna,
    descriptorOf,
    warn: (message, type) => process.emitWarning(message, type),
    collect,
  };
}
