// The guest's end: a host whose calls are the inner host's until then, and are refused from then on.
import type { Host, LookupFailure } from "../contract.js";
import { unsupported } from "../unsupported.js";

type Calls = Record<string, (...args: never[]) => unknown>;

/** h_errno's NO_RECOVERY (netdb.h). */
export const NO_RECOVERY = 3;

/** What reaches nothing goes on: constants, clock, messages. */
const HARMLESS = new Set([
  "constants",
  "now",
  "setTimer",
  "clearTimer",
  "nextTurn",
  "random",
  "channel",
  "idna",
  "descriptorOf",
  "warn",
  "collect",
  "gai_strerror",
  "hstrerror",
]);

/** The calls of a host as members of an object of their own, which ender() changes. */
export function endable(host: Host): Host {
  const own = Object.create(host) as Calls;
  const calls = host as unknown as Calls;
  for (const name of Object.keys(unsupported("")))
    if (typeof calls[name] === "function") own[name] = calls[name].bind(host);
  return own as unknown as Host;
}

/** What refuses every call of an endable() host from then on. */
export function ender(host: Host, EACCES: number, EAI_FAIL: number): () => void {
  const noName: LookupFailure = { status: EAI_FAIL, errno: 0 };
  const noHost: LookupFailure = { status: NO_RECOVERY, errno: 0 };
  const answers: Partial<Host> = {
    getaddrinfo: () => noName,
    getnameinfo: () => noName,
    gethostbyname: () => noHost,
    gethostbyaddr: () => noHost,
    getaddrinfoAsync: async () => noName,
    getnameinfoAsync: async () => noName,
    gethostbynameAsync: async () => noHost,
    gethostbyaddrAsync: async () => noHost,
    interruptions: () => 0,
    owned: () => 0,
    ownerOf: () => undefined,
    release: () => 0,
    sweep: () => [],
  };
  const calls = host as unknown as Calls;
  return () => {
    for (const name of Object.keys(calls))
      if (!HARMLESS.has(name)) calls[name] = (answers as Calls)[name] ?? (() => -EACCES);
  };
}
