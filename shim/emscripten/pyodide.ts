// Pyodide in Node, unmodified: its sockets are the host's. The module is reached in the one call of
// WebAssembly.instantiate that its loader makes, which is told from all others by its asynchronous
// context, so that two loads at once do not meet.
import { AsyncLocalStorage } from "node:async_hooks";
import { existsSync, fstatSync, readFileSync } from "node:fs";
import { wasm, type WasmModule } from "../../ts/codec/webassembly.js";
import type { GuardedHost } from "../policy/index.js";
import { guestErrno } from "./errno.js";
import { VSOCK } from "./files.js";
import { packageFile } from "../node.js";
import type { Guest } from "./guest.js";
import { instantiate, own, type Instantiate, type Source } from "./instance.js";
import type { Door, Imports } from "./imports.js";
import { pythonSocket } from "./python-socket.js";

/** An open file of a Pyodide's. */
export interface OpenFile {
  /** Its descriptor, where it is in a folder of the system's that is mounted. */
  readonly nfd?: number;
  /** Its path. */
  readonly path?: string;
}
/** The parts of a Pyodide that are used here. */
export interface PyodideLike {
  /** Its file system. */
  readonly FS: {
    /** Makes a folder, and those above it. */
    mkdirTree(path: string): void;
    /** Writes a file. */
    writeFile(path: string, data: Uint8Array): void;
    /** An open file by its number. */
    getStream?(number: number): OpenFile | null | undefined;
    /** Its kinds of file systems. */
    readonly filesystems?: {
      /** Folders of Node's. */
      readonly NODEFS?: NodeFolders;
    };
  };
  /** Lets Python import an object by this name. */
  registerJsModule(name: string, module: object): void;
  /** Runs Python, and gives the value of its last expression. */
  runPython(code: string): unknown;
}
/** Folders of Node's, which a Pyodide can mount. */
export interface NodeFolders {
  /** Makes the node of a name that has been found in a folder. */
  createNode(
    parent: unknown,
    name: string,
    mode: number,
    device?: number,
  ): {
    /** The st_mode of the file. */
    mode: number;
  };
}
/** Pyodide's loadPyodide(), whose options are a type of its own: compared as a method's are. */
export type LoadPyodide<P extends PyodideLike> = { load(options?: unknown): Promise<P> }["load"];

interface Pending {
  readonly host: GuardedHost;
  readonly codec: WasmModule;
  guest: Guest | undefined;
  door: Door | undefined;
}

const loading = new AsyncLocalStorage<Pending>();
/** The two ways in. */
interface Ways {
  instantiate: Instantiate;
  instantiateStreaming?: (source: unknown, imports: unknown) => Promise<unknown>;
}
const ways = (globalThis as unknown as { WebAssembly: Ways }).WebAssembly;
let hooks = 0;
let before: Ways | undefined;

const opensSockets = (imports: unknown): imports is Record<string, Imports> =>
  typeof (imports as Record<string, Imports> | undefined)?.env?.__syscall_socket === "function";

/** Replaces them, as long as somebody loads. */
function hook(): void {
  if (hooks++ > 0) return;
  const { instantiate: create, instantiateStreaming: stream } = ways;
  before = { instantiate: create, ...(stream === undefined ? undefined : { instantiateStreaming: stream }) };
  const through: Instantiate = async (source, imports) => {
    const pending = loading.getStore();
    if (pending === undefined || pending.guest !== undefined || !opensSockets(imports))
      return create.call(ways, source, imports);
    const { guest, door, result } = await instantiate(pending.host, pending.codec, source, imports, create);
    pending.guest = guest;
    pending.door = door;
    return source instanceof wasm.Module ? result.instance : result;
  };
  ways.instantiate = through;
  if (stream === undefined) return;
  ways.instantiateStreaming = async (source, imports) => {
    if (loading.getStore() === undefined) return stream.call(ways, source, imports);
    const response = (await source) as { arrayBuffer(): Promise<Source> };
    return through(await response.arrayBuffer(), imports);
  };
}

function unhook(): void {
  if (--hooks > 0 || before === undefined) return;
  Object.assign(ways, before);
  before = undefined;
}

/** Files of the system's that Python's look-ups of services and protocols read. */
const FILES = ["services", "protocols", "hosts"];

/** Loads a Pyodide whose sockets are the host's. */
export async function load<P extends PyodideLike>(
  loadPyodide: LoadPyodide<P>,
  host: GuardedHost,
  codec: WasmModule,
  options: unknown,
  replaces: boolean,
): Promise<P> {
  const pending: Pending = { host, codec, guest: undefined, door: undefined };
  let pyodide: P;
  hook();
  try {
    pyodide = await loading.run(pending, () => loadPyodide(options));
  } finally {
    unhook();
  }
  if (pending.guest === undefined)
    throw new Error(
      "loadPyodide() made no instance of its own: an instance that already runs can't be attached",
    );
  own(pyodide, pending.guest);
  showSockets(pyodide.FS.filesystems?.NODEFS);
  // Weakly: the guest's end is the Pyodide's, whose file system leads to it.
  const files = new WeakRef(pyodide.FS);
  const streamOf = (number: number) => files.deref()?.getStream?.(number);
  pending.guest.hostFile = number => {
    const fd = streamOf(number)?.nfd;
    return fd !== undefined && fstatSync(fd).isFile() ? fd : undefined;
  };
  pending.guest.folderOf = number => streamOf(number)?.path;
  pyodide.FS.mkdirTree("/etc");
  for (const name of FILES) {
    try {
      pyodide.FS.writeFile(`/etc/${name}`, readFileSync(`/etc/${name}`));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  if (replaces) replace(pyodide, pending.guest, pending.door!);
  else complete(pyodide, pending.guest);
  return pyodide;
}

const S_IFMT = 0o170000;
const S_IFSOCK = 0o140000;
const S_IFREG = 0o100000;

/** Sockets in folders of Node's are listed and removed as files are: without that they can't be seen. */
function showSockets(folders: NodeFolders | undefined): void {
  if (folders === undefined) return;
  const create = folders.createNode;
  folders.createNode = (parent, name, mode, device) => {
    if ((mode & S_IFMT) !== S_IFSOCK) return create(parent, name, mode, device);
    const node = create(parent, name, (mode & ~S_IFMT) | S_IFREG, device);
    node.mode = mode;
    return node;
  };
}

/** Installs a module `_socket` of our own, and what must know of it. */
function replace(pyodide: PyodideLike, guest: Guest, door: Door): void {
  const source = (name: string) =>
    new TextDecoder().decode(packageFile(`../../shim/emscripten/python/${name}`));
  pyodide.registerJsModule("_berkeley_sockets", {
    ...pythonSocket(guest, door),
    moduleSource: source("_socket.py"),
    epollSource: source("epoll.py"),
    installSource: source("install.py"),
  });
  // A program asks it for the number of its machine (vsock(7)); the door answers.
  if (existsSync(VSOCK)) pyodide.FS.writeFile(VSOCK, new Uint8Array(0));
  pyodide.runPython(INSTALL);
}

/** Runs epoll.py and install.py, each in a namespace of its own. */
const INSTALL = `
def _():
    import _berkeley_sockets
    for name, source in (("epoll", _berkeley_sockets.epollSource), ("install", _berkeley_sockets.installSource)):
        exec(compile(source, f"{name}.py", "exec"), {"__name__": name})
_()
del _
`;

/** What some builds of its `socket` leave out although the calls are there. */
const COMPLETE = `
import socket, _socket
import _berkeley_sockets

for module in (socket, _socket):
    for name, value in (("SO_REUSEADDR", 2), ("SO_REUSEPORT", 15)):
        if not hasattr(module, name):
            setattr(module, name, value)

if not hasattr(_socket.socket, "shutdown"):
    def shutdown(self, how):
        """Shut down one or both halves of the connection."""
        import os
        errno = -_berkeley_sockets.shutdown(self.fileno(), how)
        if errno:
            raise OSError(errno, os.strerror(errno))
    socket.socket.shutdown = shutdown
    del shutdown
`;

function complete(pyodide: PyodideLike, guest: Guest): void {
  pyodide.registerJsModule("_berkeley_sockets", {
    shutdown(number: number, how: number): number {
      const descriptor = guest.descriptors.get(number);
      return descriptor === undefined
        ? -guestErrno.EBADF!
        : guest.result(guest.host.shutdown(descriptor.fd, how));
    },
  });
  pyodide.runPython(`def _():${COMPLETE.replaceAll("\n", "\n    ")}\n_()\ndel _`);
}
