// Components made JavaScript of by jco, in a folder of its own.
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as Jco from "@bytecodealliance/jco";
import type { Syscalls } from "../../shim/jco/syscalls.js";
import { wasm } from "../../ts/codec/webassembly.js";
import type { Codec } from "../../shim/jco/values.js";
import type { Door } from "./echo.js";
import { witSource } from "./wit.js";

type Instantiate = (getCoreModule: (path: string) => unknown, imports: object) => unknown;

const built = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** Transpiles a component; gives what instantiates it. */
export async function transpiled(
  component: Uint8Array,
  name: string,
  work: string,
): Promise<(imports: object) => unknown> {
  const { transpile } = (await import("@bytecodealliance/jco")) as typeof Jco;
  const { files } = await transpile(component, { name, instantiation: "sync" } as never);
  const folder = resolve(work, name);
  const all = Array.isArray(files) ? (files as [string, Uint8Array][]) : Object.entries(files);
  for (const [path, bytes] of all) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const url = pathToFileURL(join(folder, `${name}.js`)).href;
  const { instantiate } = (await import(url)) as { instantiate: Instantiate };
  return imports => instantiate(path => new wasm.Module(readFileSync(join(folder, path))), imports);
}

/** The adapter component over system calls. */
export async function adapterComponent(work: string): Promise<(syscalls: Syscalls) => Door> {
  const instantiate = await transpiled(readFileSync(built("sockets.component.wasm")), "sockets", work);
  return syscalls => ({
    ...(instantiate({ "berkeley:sockets/syscalls": syscalls, "berkeley:sockets/types": {} }) as Door),
    dropsLastOfList: true,
  });
}

/** The codec component. */
export async function codecComponent(work: string): Promise<Codec> {
  const instantiate = await transpiled(readFileSync(built("codec.component.wasm")), "codec", work);
  return (instantiate({ "berkeley:sockets/types": {} }) as { codec: Codec }).codec;
}

/** A guest's core module as a component: its world stands in a file of its own, beside our package. */
export async function guestComponent(
  core: Uint8Array,
  world: string,
  name: string,
  work: string,
): Promise<(imports: object) => unknown> {
  const { componentEmbed, componentNew } = (await import("@bytecodealliance/jco")) as typeof Jco;
  const [, declared] = /^package (.*);$/m.exec(witSource)!;
  const ours = `package ${declared} {\n${witSource.replace(/^package .*;$/m, "")}\n}\n`;
  const embedded = await componentEmbed({
    binary: core,
    witSource: `${world}\n${ours}`,
    world: name,
    stringEncoding: "utf8",
  } as never);
  return transpiled(await componentNew(embedded, []), name, work);
}

/** The most bytes that the component may have. */
export const MAX_BYTES = 40_000;
export const componentBytes = (): number => statSync(built("sockets.component.wasm")).size;
