#!/usr/bin/env node
// The command: npx berkeley-sockets families | decode. Status 0: done; 1: the bytes are not whole; 2: wrong use.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const usage = `usage: berkeley-sockets families [--json]
         which address families, types and protocols this kernel supports and, where not, why and what would enable it
       berkeley-sockets decode [--target TARGET] [--as KIND] [BYTES…]
         a socket address, control buffer or struct field by field; BYTES are hex or base64, else read from standard input
         TARGET: linux64, linux64be, linux32, darwin64, freebsd64 or windows64; this system's if not given
         KIND: address (if not given), control, a family (AF_INET6, CAN_ISOTP) or a struct (linger, tcp_info)`;

async function main(argv: string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === "--help" || command === "-h" || command === "help") { console.log(usage); return 0; }
  if (command === "families") {
    const { values } = parseArgs({ args: rest, options: { json: { type: "boolean" } } });
    const { families, probeAll } = await import("./families.js"), results = probeAll();
    console.log(values.json ? JSON.stringify(results, null, 2) : families(results));
    return 0;
  }
  if (command === "decode") {
    const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options: { target: { type: "string" }, as: { type: "string" } } });
    const { decode } = await import("./decode.js");
    const text = positionals.length ? positionals.join(" ") : readFileSync(0, "utf8");
    const { table, meaning, trouble } = await decode(text, values.target ?? (await import("../bound.js")).bound.core.host.target, values.as ?? "address");
    console.log(table);
    if (meaning) console.log(`\n${meaning}`);
    if (trouble !== undefined) console.error(`berkeley-sockets: ${trouble}`);
    return trouble === undefined ? 0 : 1;
  }
  console.error(command === undefined ? usage : `berkeley-sockets: no command ${JSON.stringify(command)}\n${usage}`);
  return 2;
}

main(process.argv.slice(2)).then(status => { process.exitCode = status; }, error => {
  // What the user typed is told in a line; anything else is a fault of ours, with its stack.
  const known = error instanceof RangeError || String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS");
  console.error(known ? `berkeley-sockets: ${(error as Error).message}` : error);
  process.exitCode = 2;
});
