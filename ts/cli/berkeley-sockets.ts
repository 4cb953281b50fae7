#!/usr/bin/env node
// The command: npx berkeley-sockets families | decode. Status 0: done; 1: the bytes are not whole;
// 2: wrong use.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const usage = `usage: berkeley-sockets families [--json]
         which address families, types and protocols this kernel supports and, where not, why and what would enable it
       berkeley-sockets decode [--target TARGET] [--as KIND] [--base64] [BYTES…]
         a socket address, control buffer or struct field by field; BYTES are hex, or with --base64 base64;
         without any, or with -, they are read from standard input
         TARGET: linux64, linux64be, linux32, darwin64, freebsd64 or windows64; this system's if not given
         KIND: address (if not given), control, a family (AF_INET6, CAN_ISOTP) or a struct (linger, tcp_info)
       berkeley-sockets --version`;

const help = { help: { type: "boolean", short: "h" } } as const;

function printUsage(): number {
  console.log(usage);
  return 0;
}

async function printVersion(): Promise<number> {
  const { packageFile } = await import("../../shim/node.js");
  const text = new TextDecoder().decode(packageFile("../../package.json"));
  console.log((JSON.parse(text) as { version: string }).version);
  return 0;
}

async function main(argv: string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === "--help" || command === "-h" || command === "help") return printUsage();
  if (command === "--version") return printVersion();
  if (command === "families") return runFamilies(rest);
  if (command === "decode") return runDecode(rest);
  console.error(
    command === undefined ? usage : `berkeley-sockets: no command ${JSON.stringify(command)}\n${usage}`,
  );
  return 2;
}

/** `families`: what this kernel supports. */
async function runFamilies(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: "boolean" }, ...help } });
  if (values.help) return printUsage();
  const { bound } = await import("../node-module.js");
  const { unavailable } = bound.core.host;
  if (unavailable !== undefined) {
    console.error(`berkeley-sockets: ${unavailable}`);
    return 1;
  }
  const { families, probeAll } = await import("./families.js");
  const results = probeAll();
  console.log(values.json ? JSON.stringify(results, null, 2) : families(results));
  return 0;
}

/** `decode`: bytes, field by field. */
async function runDecode(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { target: { type: "string" }, as: { type: "string" }, base64: { type: "boolean" }, ...help },
  });
  if (values.help) return printUsage();
  const { bytesFrom, bytesFromBase64, decode } = await import("./decode.js");
  const text =
    positionals.length > 0 && positionals.join() !== "-" ? positionals.join(" ") : readFileSync(0, "utf8");
  const bytes = values.base64 ? bytesFromBase64(text) : bytesFrom(text);
  const { table, meaning, trouble } = await decode(
    bytes,
    values.target ?? (await import("../node-module.js")).bound.core.host.target,
    values.as ?? "address",
  );
  console.log(table);
  if (meaning) console.log(`\n${meaning}`);
  if (trouble !== undefined) console.error(`berkeley-sockets: ${trouble}`);
  return trouble === undefined ? 0 : 1;
}

main(process.argv.slice(2)).then(
  status => {
    process.exitCode = status;
  },
  error => {
    // A wrong argument gets a line; any other error is a fault of this program, with its stack.
    const known =
      error instanceof RangeError || String((error as { code?: unknown }).code).startsWith("ERR_PARSE_ARGS");
    console.error(known ? `berkeley-sockets: ${(error as Error).message}` : error);
    process.exitCode = 2;
  },
);
