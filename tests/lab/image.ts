// What the lab boots, made of Debian's kernel package: vmlinux, which qemu starts without unpacking
// (Documentation/arch/x86/boot.rst), and initrd: busybox, init.sh and the modules of modules.txt
// (Documentation/driver-api/early-userspace/buffer-format.rst). node dist/tests/lab/image.js
// DIRECTORY
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const directory = resolve(process.argv[2] ?? ".cache/lab");
const source = fileURLToPath(new URL("../../../tests/lab/", import.meta.url));
const zstd = join(directory, "tools/usr/bin/zstd");

function run(command: string, args: string[], input?: Uint8Array): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, maxBuffer: 1 << 28 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args[0]} exited with ${status}: ${stderr}`);
  return stdout;
}

/**
 * The ELF file inside a bzImage: setup_sects at 0x1f1, payload_offset and payload_length at 0x248,
 * then the ELF's size.
 */
function kernel(image: Buffer): Buffer {
  const start = ((image[0x1f1] || 4) + 1) * 512 + image.readUInt32LE(0x248);
  const elf = run(zstd, ["-dcq"], image.subarray(start, start + image.readUInt32LE(0x24c) - 4));
  if (elf.readUInt32BE(0) !== 0x7f454c46) throw new Error("the kernel's payload is not an ELF file");
  return elf;
}

const wanted = new Map<string, string[]>([
  ["boot", []],
  ["load", []],
  ["have", []],
  ["alias", []],
]);
for (const line of readFileSync(source + "modules.txt", "utf8").split("\n")) {
  const [kind, ...names] = line.replace(/#.*/, "").split(/\s+/).filter(Boolean);
  if (kind === undefined) continue;
  const list = wanted.get(kind);
  if (!list) throw new Error(`modules.txt: a line must begin with boot, load, have or alias, got ${kind}`);
  if (kind === "alias") list.push(line);
  else list.push(...names.map(plain));
}

/** The kernel takes - and _ for the same. */
function plain(name: string): string {
  return name.replaceAll("-", "_");
}

const release = readdirSync(join(directory, "kernel/boot"))
  .find(name => name.startsWith("vmlinuz-"))
  ?.slice(8);
if (!release) throw new Error(`no kernel in ${directory}/kernel/boot`);
const folder = join(directory, "kernel/lib/modules", release);
const files = new Map<string, string>();
for (const name of readdirSync(join(folder, "kernel"), { recursive: true, encoding: "utf8" })) {
  const match = /^(.*)\.ko(\.xz|\.zst)?$/.exec(basename(name));
  if (match) files.set(plain(match[1]!), join(folder, "kernel", name));
}

interface Module {
  content: Buffer;
  needs: string[];
  aliases: string[];
}
const modules = new Map<string, Module>();

/**
 * Reads modules and then what they need; all files of a round are unpacked by one zstd, which reads
 * xz too.
 */
function load(names: Iterable<string>): void {
  const round = [...new Set(names)].filter(name => files.has(name) && !modules.has(name));
  if (round.length === 0) return;
  const packed = round.map(name => files.get(name)!).filter(file => !file.endsWith(".ko"));
  const unpacked = mkdtempSync(join(directory, "modules."));
  if (packed.length) run(zstd, ["-dq", "--output-dir-flat", unpacked, ...packed]);
  for (const name of round) {
    const file = files.get(name)!;
    const content = unsigned(
      readFileSync(file.endsWith(".ko") ? file : join(unpacked, basename(file).replace(/\.\w+$/, ""))),
    );
    const fields = [...content.toString("latin1").matchAll(/(?<=\0)(alias|depends)=([^\0]*)(?=\0)/g)];
    const needs = fields
      .filter(field => field[1] === "depends")
      .flatMap(field => field[2]!.split(","))
      .filter(Boolean)
      .map(plain);
    modules.set(name, {
      content,
      needs,
      aliases: fields.filter(field => field[1] === "alias").map(field => field[2]!),
    });
  }
  rmSync(unpacked, { recursive: true });
  load(round.flatMap(name => modules.get(name)!.needs));
}

/**
 * Without its signature, whose check is slow under emulation: the marker at the end, before it
 * struct module_signature.
 */
function unsigned(content: Buffer): Buffer {
  const marker = "~Module signature appended~\n";
  const end = content.length - marker.length;
  return content.toString("latin1", end) === marker
    ? content.subarray(0, end - 12 - content.readUInt32BE(end - 4))
    : content;
}

/** Everything that must be there before a module, in the order of loading, itself last. */
function closure(name: string): string[] {
  return [
    ...new Set([
      ...modules
        .get(name)!
        .needs.filter(need => modules.has(need))
        .flatMap(closure),
      name,
    ]),
  ];
}

const parts: Buffer[] = [];
let inode = 0;

/**
 * One file of the archive, in the newc format: 13 numbers of 8 hexadecimal digits, the name, the
 * content, each padded to 4.
 */
function put(
  name: string,
  mode: number,
  content: Uint8Array | string = "",
  device: [number, number] = [0, 0],
): void {
  const bytes = Buffer.from(content);
  const path = Buffer.from(name + "\0");
  const numbers = [++inode, mode, 0, 0, 1, 0, bytes.length, 0, 0, ...device, path.length, 0];
  const head = Buffer.from("070701" + numbers.map(n => n.toString(16).padStart(8, "0")).join(""));
  parts.push(
    head,
    path,
    Buffer.alloc(-(head.length + path.length) & 3),
    bytes,
    Buffer.alloc(-bytes.length & 3),
  );
}

const DIRECTORY = 0o40755;
const PROGRAM = 0o100755;
const FILE = 0o100644;
const LINK = 0o120777;
const CHARACTER = 0o20600;
const names = ["boot", "load", "have"].flatMap(kind => wanted.get(kind)!);
load(names);
const builtin = new Set(
  readFileSync(join(folder, "modules.builtin"), "utf8")
    .split("\n")
    .map(line => plain(basename(line, ".ko"))),
);
const unknown = names.filter(name => !modules.has(name) && !builtin.has(name));
const path = (name: string) => `kernel/${name}.ko`;

for (const name of [
  "bin",
  "sbin",
  "dev",
  "proc",
  "sys",
  "tmp",
  "cgroup",
  "host",
  "over",
  "guest",
  "lib",
  "lib/modules",
  `lib/modules/${release}`,
  `lib/modules/${release}/kernel`,
])
  put(name, DIRECTORY);
put("dev/console", CHARACTER, "", [5, 1]);
put("bin/busybox", PROGRAM, readFileSync(join(directory, "tools/bin/busybox")));
put("bin/sh", LINK, "busybox");
put("sbin/modprobe", LINK, "../bin/busybox");
put("init", PROGRAM, readFileSync(source + "init.sh"));
put(
  "modules.boot",
  FILE,
  [
    ...new Set(
      wanted
        .get("boot")!
        .filter(name => modules.has(name))
        .flatMap(closure),
    ),
  ]
    .map(name => `/lib/modules/${release}/${path(name)}\n`)
    .join(""),
);
put(
  "modules.load",
  FILE,
  wanted
    .get("load")!
    .filter(name => modules.has(name))
    .map(name => name + "\n")
    .join(""),
);
for (const [name, { content }] of modules) put(`lib/modules/${release}/${path(name)}`, FILE, content);
put(
  `lib/modules/${release}/modules.dep`,
  FILE,
  [...modules.keys()]
    .map(name => `${path(name)}: ${closure(name).slice(0, -1).reverse().map(path).join(" ")}\n`)
    .join(""),
);
put(
  `lib/modules/${release}/modules.alias`,
  FILE,
  [...modules].flatMap(([name, { aliases }]) => aliases.map(alias => `alias ${alias} ${name}\n`)).join("") +
    wanted
      .get("alias")!
      .map(line => line + "\n")
      .join(""),
);
put(`lib/modules/${release}/modules.builtin`, FILE, readFileSync(join(folder, "modules.builtin")));
put("TRAILER!!!", 0);

const elf = kernel(readFileSync(join(directory, "kernel/boot", `vmlinuz-${release}`)));
writeFileSync(join(directory, "vmlinux"), elf);
writeFileSync(join(directory, "initrd"), Buffer.concat(parts));
console.log(
  `lab: Linux ${release}, ${modules.size} modules${unknown.length ? `; this kernel has no ${unknown.join(", ")}` : ""}`,
);
