// A promise module of its own whose lookups end when a test says so.
import { readFileSync } from "node:fs";
import type { AddrInfoRow, Host, LookupFailure } from "../../shim/contract.js";
import { nodeHost } from "../../shim/node.js";
import { AF_INET, SOCK_STREAM } from "../../ts/index.js";
import { nodeBytes } from "../../ts/codec/buffer-pool.js";
import { socketModule } from "../../ts/module.js";
import { promiseModule } from "../../ts/promises/module.js";
import { wasm } from "../../ts/codec/webassembly.js";

export const codec = new wasm.Module(readFileSync(new URL("../../codec.wasm", import.meta.url)));
const LOOPBACK = nodeHost().getaddrinfo(
  Buffer.from("127.0.0.1"),
  Buffer.from("80"),
  AF_INET,
  SOCK_STREAM,
  0,
  0,
) as AddrInfoRow[];

/**
 * `begun`: the names that getaddrinfo is asked for; `ends`: ends each, with 127.0.0.1 unless told
 * otherwise. Two run at once.
 */
export function pendingLookups(answers: Partial<Host> = {}) {
  const begun: string[] = [];
  const ends: ((result?: AddrInfoRow[] | LookupFailure) => void)[] = [];
  const host: Host = {
    ...nodeHost(),
    lookups: 2,
    getaddrinfoAsync: node =>
      new Promise(resolve => {
        begun.push(Buffer.from(node!).toString());
        ends.push((result = LOOPBACK) => resolve(result));
      }),
    ...answers,
  };
  return { ...promiseModule(socketModule(host, codec, nodeBytes)), begun, ends };
}
