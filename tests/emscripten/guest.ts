// A guest made by hand: a module whose exports are its own imports, so that a test makes the calls itself,
// through either door. Its memory, its files and its libc are the test's.
import { dispose, instantiateWasm } from "../../shim/emscripten/index.js";
import { instantiate, own as owned } from "../../shim/emscripten/instance.js";
import type { Imports } from "../../shim/emscripten/imports.js";
import { codec, nodeHost } from "../../shim/host.js";
import { guarded, type RuleText } from "../../shim/policy/index.js";
import { wasm } from "../../ts/codec/webassembly.js";

/** The doors: what attach() does to Pyodide's module, instantiateWasm(), and that by library.js and sockets.c. */
export const doors = ["pyodide", "program", "minified"] as const;
export type Door = (typeof doors)[number];

type Call = (...args: number[]) => number;
type Memory = { readonly buffer: ArrayBuffer; grow(pages: number): number };

const I32 = 0x7f;
const PAGE = 65536;

const unsigned = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
const text = (name: string) => [...unsigned(name.length), ...Buffer.from(name)];
const section = (id: number, ...bytes: number[]) => [id, ...unsigned(bytes.length), ...bytes];
const vector = (items: readonly number[][]) => [...unsigned(items.length), ...items.flat()];

/** Imports with their numbers of arguments. */
const SYSTEM_CALLS = (
  "socket connect bind listen accept4 getsockname getpeername recvfrom sendto sendmsg recvmsg getsockopt " +
  "poll _newselect ioctl fcntl64 dup dup3 fstat64"
)
  .split(" ")
  .map(name => [`__syscall_${name}`, 6] as const);
const LIBC = [
  ["getaddrinfo", 4],
  ["getnameinfo", 7],
  ["getprotobyname", 1],
  ["gethostbyname", 1],
  ["gethostbyaddr", 3],
  ["gethostbyname_r", 6],
  ["_emscripten_lookup_name", 1],
  ["berkeley_sockets_layout", 1],
  ["berkeley_sockets_setsockopt", 5],
  ["berkeley_sockets_shutdown", 2],
  ["berkeley_sockets_socketpair", 4],
  ["berkeley_sockets_gethostname", 2],
  ["malloc", 1],
  ["free", 1],
  ["__errno_location", 0],
] as const;
const WASI = [
  ["fd_close", 1],
  ["fd_read", 4],
  ["fd_write", 4],
  ["fd_fdstat_get", 2],
] as const;
/** Functions of the module's own that are stubs: they give 0 and do nothing. */
const STUBS = [
  ["setsockopt", 5],
  ["shutdown", 2],
  ["socketpair", 4],
  ["gethostname", 2],
] as const;

export interface ModuleOptions {
  /** Imports a shared memory of so many pages, in place of one of its own. */
  shared?: number;
  /** Names its imports as a build at -O3 does, and no stub. */
  minified?: boolean;
}

/** The bytes of the module. */
export function moduleOf({ shared, minified = false }: ModuleOptions = {}): Uint8Array {
  const imports = [
    ...[...SYSTEM_CALLS, ...LIBC].map(([name, count]) => ({ from: "env", name, count })),
    ...WASI.map(([name, count]) => ({ from: "wasi_snapshot_preview1", name, count })),
  ];
  const functions = [...imports, ...STUBS.map(([name, count]) => ({ from: "", name, count }))];
  const named = ({ from, name }: { from: string; name: string }, i: number) =>
    minified ? [...text("a"), ...text(i.toString(36))] : [...text(from), ...text(name)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      ...vector([0, 1, 2, 3, 4, 5, 6, 7].map(count => [0x60, ...vector(Array(count).fill([I32])), 1, I32])),
    ),
    ...section(
      2,
      ...vector([
        ...imports.map((one, i) => [...named(one, i), 0, one.count]),
        ...(shared === undefined
          ? []
          : [[...text("env"), ...text("memory"), 2, 3, ...unsigned(shared), ...unsigned(shared)]]),
      ]),
    ),
    ...section(3, ...vector(STUBS.map(([, count]) => [count]))),
    ...(shared === undefined ? section(5, 1, 1, 2, 64) : []),
    ...section(
      7,
      ...vector([
        ...functions.map(({ from, name }, i) => [
          ...text(minified && from === "" ? `-${name}` : name),
          0,
          ...unsigned(i),
        ]),
        [...text("memory"), 2, 0],
      ]),
    ),
    ...section(10, ...vector(STUBS.map(() => [4, 0, 0x41, 0, 0x0b]))),
  ]);
}

/** Where the guest has its errno, and from where on it has free memory. */
const ERRNO = 8;
const HEAP = 2 * 4096;

export interface GuestOptions extends ModuleOptions {
  /** Functions of the guest's own in place of those here. */
  own?: Record<string, Call>;
}

/** A guest that runs. */
export interface Running {
  readonly memory: Memory;
  /** What dispose() takes. */
  readonly owner: object;
  /** Makes one of its calls. */
  call(name: string, ...args: number[]): number;
  /** A call that must succeed: its result. */
  good(name: string, ...args: number[]): number;
  errno(): number;
  bytes(): Uint8Array;
  word(at: number): number;
  put(at: number, bytes: ArrayLike<number>): number;
  /** Puts words, and gives where they are. */
  words(at: number, ...values: number[]): number;
  /** Puts an address of AF_INET on the loopback; its length is 16. */
  inet(at: number, port: number, host?: string): number;
  /** The port that a socket is bound to. */
  port(fd: number): number;
  /** A socket that is bound to a free port of the loopback. */
  bound(type: number): number;
  dispose(): void;
}

/** What the guest has itself: files 0 to 2, and a libc that has its memory from HEAP on. */
function ownImports(memory: () => Memory, own: Record<string, Call>): Record<string, Imports> {
  let free = HEAP;
  const isFile = (fd: number) => fd >= 0 && fd <= 2;
  const env: Record<string, unknown> = Object.fromEntries(
    [...SYSTEM_CALLS, ...LIBC].map(([name]) => [name, () => -52]),
  );
  Object.assign(env, {
    __syscall_fcntl64: (fd: number) => (isFile(fd) ? 0 : -8),
    __syscall_dup3: (from: number, to: number) => (isFile(from) ? to : -8),
    __syscall_poll: () => 0,
    __syscall__newselect: () => 0,
    malloc: (size: number) => {
      const at = free;
      free += (size + 15) & ~15;
      return at;
    },
    free: () => 0,
    __errno_location: () => ERRNO,
    __syscall_fstat64: (fd: number, at: number) => {
      if (!isFile(fd)) return -8;
      new DataView(memory().buffer).setUint32(at + 4, 0o020666, true);
      return 0;
    },
    ...own,
  });
  const wasi = Object.fromEntries(WASI.map(([name]) => [name, () => 8]));
  return { env, wasi_snapshot_preview1: wasi };
}

/** What library.js makes of imports: stubs under short names, that call what stands in a table. */
function minify(imports: Record<string, Imports>): { table: { env: Imports }; a: Imports } {
  const env = Object.assign({}, ...Object.values(imports)) as Record<string, Call>;
  const names = [...SYSTEM_CALLS, ...LIBC, ...WASI].map(([name]) => name);
  const a = Object.fromEntries(
    names.map((name, i) => [i.toString(36), (...args: number[]) => env[name]!(...args)]),
  );
  return { table: { env }, a };
}

/** Instantiates the guest. */
export async function start(
  door: Door,
  policy: readonly RuleText[],
  options: GuestOptions = {},
): Promise<Running> {
  const { shared, own = {} } = options;
  const minified = door === "minified";
  let memory: Memory | undefined;
  const imports = ownImports(() => memory!, own);
  if (shared !== undefined)
    memory = new wasm.Memory({ initial: shared, maximum: shared, shared: true }) as unknown as Memory;
  let exports: Record<string, unknown> = {};
  let owner: object = {};
  const bytes = moduleOf({ ...options, minified });
  if (door === "pyodide") {
    const { guest, result } = await instantiate(
      guarded(nodeHost(), policy),
      codec(),
      bytes as unknown as ArrayBufferView,
      shared === undefined ? imports : Object.assign(imports, { env: { ...imports.env, memory } }),
      async (source, given) => {
        const module = new wasm.Module(source as Uint8Array);
        return { module, instance: new wasm.Instance(module, given as object) };
      },
    );
    exports = result.instance.exports;
    owned(owner, guest);
  } else {
    const { table, a } = minify(imports);
    const module = {
      instantiateWasm: instantiateWasm({ policy, wasm: bytes }),
      ...(minified ? { berkeleySockets: table } : undefined),
    };
    const given: Record<string, Imports> = minified ? { a } : imports;
    if (shared !== undefined) given.env = { ...given.env, memory };
    exports = module.instantiateWasm(given, () => {});
    owner = module;
  }
  memory ??= exports.memory as Memory;
  const running: Running = {
    memory,
    owner,
    call(name, ...args) {
      if (!minified || !STUBS.some(([stub]) => stub === name)) return (exports[name] as Call)(...args);
      // As sockets.c has it.
      const result = (exports[`berkeley_sockets_${name}`] as Call)(...args);
      if (result >= 0) return result;
      running.words(ERRNO, -result);
      return -1;
    },
    good(name, ...args) {
      const result = running.call(name, ...args);
      if (result < 0) throw new Error(`${name}: ${result}, errno ${running.errno()}`);
      return result;
    },
    errno: () => running.word(ERRNO),
    bytes: () => new Uint8Array(memory!.buffer),
    word: at => new DataView(memory!.buffer).getUint32(at, true),
    put(at, values) {
      running.bytes().set(values, at);
      return at;
    },
    words: (at, ...values) => running.put(at, new Uint8Array(Int32Array.from(values).buffer)),
    inet(at, port, host = "127.0.0.1") {
      return running.put(at, [
        2,
        0,
        port >> 8,
        port & 255,
        ...host.split(".").map(Number),
        ...Array<number>(8).fill(0),
      ]);
    },
    port(fd) {
      running.words(4000, 16);
      running.good("__syscall_getsockname", fd, 3968, 4000);
      return (running.bytes()[3970]! << 8) | running.bytes()[3971]!;
    },
    bound(type) {
      const fd = running.good("__syscall_socket", 2, type, 0);
      running.good("__syscall_bind", fd, running.inet(3968, 0), 16);
      return fd;
    },
    dispose: () => dispose(owner),
  };
  return running;
}

export const PAGE_SIZE = PAGE;
