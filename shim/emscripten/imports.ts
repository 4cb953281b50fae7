// The imports of a module, with the door's functions in place of Emscripten's own: those of its socket
// descriptors, the guest's files stay what they are.
import * as calls from "./calls.js";
import { isSocketNumber, type Descriptor } from "./descriptors.js";
import { guestErrno } from "./errno.js";
import * as files from "./files.js";
import type { DescriptorCall, Guest } from "./guest.js";
import { octets } from "./memory.js";
import * as names from "./names.js";
import { marks, type Patched } from "./patch.js";
import { poll, select } from "./poll.js";

type Import = (...args: number[]) => number;
export type Imports = Record<string, unknown>;

/** What wrap() has put in, for those who call it beside the module. */
export interface Door {
  /** The calls by their names; each gives what the kernel does. */
  readonly calls: Readonly<Record<string, Import>>;
  /** The errno of a number that is no socket's: ENOTSOCK of a file of the guest's, else EBADF, negative. */
  notSocket(number: number): number;
}

/** What a module that opens sockets imports: without one of these it is none that the door knows. */
const REQUIRED = ["socket", "connect", "bind", "listen", "accept4", "getsockname", "recvfrom", "sendto"];
/** Socket calls of Emscripten's that the door knows, all of them; another one is a version it was not made for. */
const KNOWN =
  /^__syscall_(socket|connect|bind|listen|accept4|getsockname|getpeername|recvfrom|sendto|sendmsg|recvmsg|getsockopt|shutdown|socketpair|setsockopt|poll|_newselect|ioctl|fcntl64|dup|dup3|fstat64)$/;
/** A path is relative to the working directory (fcntl.h). */
const AT_FDCWD = -100;
const SLASH = 0x2f;
const SOCKET_LIKE =
  /^__syscall_\w*(sock|send|recv|accept|listen|bind|connect|peer|poll|select|shutdown)|^gethostbyaddr_r$/;

/** Refuses a module whose socket calls are none that the door knows, by the name of one. */
export function check(env: Imports): void {
  for (const name of Object.keys(env))
    if (SOCKET_LIKE.test(name) && !KNOWN.test(name))
      throw new Error(`the module has an import that this version does not know: env.${name}`);
}

/** Refuses a module that lacks one of the calls that whatever has sockets imports. */
export function checkWhole(env: Imports): void {
  for (const name of REQUIRED)
    if (typeof env[`__syscall_${name}`] !== "function")
      throw new Error(
        `the module has no import env.__syscall_${name}: build it with names (-O2, or --js-library)`,
      );
}

/** Puts the door's functions into `env` and `wasi`, in place. */
export function wrap(guest: Guest, env: Imports, wasi: Imports): Door {
  check(env);
  const replace = (imports: Imports, name: string, make: (own: Import) => Import, fault?: number) => {
    const own = imports[name];
    if (typeof own !== "function") return;
    const made = make(own as Import);
    imports[name] = (...args: number[]) => guest.guarded(() => made(...args), fault);
  };

  replace(
    env,
    "__syscall_socket",
    () => (family, type, protocol) => calls.socket(guest, family!, type!, protocol!),
  );
  /** A call of one descriptor; of a file of the guest's it is ENOTSOCK, of a number of nobody's EBADF. */
  const ofSocket =
    (call: (descriptor: Descriptor, args: number[]) => number): ((own: Import) => Import) =>
    () =>
    (number, ...args) => {
      const descriptor = guest.descriptors.get(number!);
      return descriptor === undefined ? notSocket(number!) : call(descriptor, args);
    };
  const notSocket = (number: number): number => -(isFile(number) ? guestErrno.ENOTSOCK! : guestErrno.EBADF!);
  const isFile = (number: number): boolean => {
    if (isSocketNumber(number)) return false;
    const F_GETFD = 1;
    // A program without fcntl(2) has its standard files at least.
    return fcntlOwn === undefined ? number >= 0 && number <= 2 : fcntlOwn(number, F_GETFD, 0) >= 0;
  };
  const fcntlOwn = env.__syscall_fcntl64 as Import | undefined;
  const onSocket = (call: DescriptorCall): Import =>
    ofSocket((descriptor, args) => guest.result(call(guest, descriptor, ...args)))(() => 0);
  /** What ends in a stub inside of the module: it comes in by a patch, or from sockets.c. */
  const stubs: Readonly<Record<Patched, Import>> = {
    setsockopt: onSocket(calls.setsockopt as DescriptorCall),
    shutdown: onSocket(calls.shutdown),
    socketpair: (...args) => calls.socketpair(guest, ...(args as [number, number, number, number])),
    gethostname: (at, room) => gethostname(at!, room!),
  };
  const patched = new Map<number, Import>(patchedCalls.map(name => [marks[name], stubs[name]] as const));
  /** A libc function, not a system call: errno is a variable of its own, and the result -1. */
  const failed = (result: number): number => {
    if (result >= 0) return result;
    guest.setErrno(-result);
    return -1;
  };
  const gethostname = (at: number, room: number): number => {
    const name = guest.host.gethostname();
    if (typeof name === "number") return guest.result(name);
    if (name.length >= room >>> 0) return -guestErrno.ENAMETOOLONG!;
    guest.memory.put(at, octets(`${name}\0`));
    return 0;
  };

  for (const [name, call] of Object.entries(calls.descriptorCalls))
    replace(
      env,
      name,
      ofSocket((descriptor, args) => guest.result(call(guest, descriptor, ...args))),
    );
  for (const [name, call] of Object.entries(calls.numberCalls))
    replace(
      env,
      name,
      ofSocket((descriptor, args) => call(guest, descriptor, ...args)),
    );
  const connect = env.__syscall_connect as Import | undefined;
  if (connect !== undefined)
    env.__syscall_connect = (...args: number[]) => {
      const call = patched.get(args[5]!);
      return call === undefined ? connect(...args) : failed(guest.guarded(() => call(...args)));
    };
  for (const [name, call] of Object.entries(stubs))
    for (const prefix of ["berkeley_sockets_", "__syscall_"]) replace(env, `${prefix}${name}`, () => call);
  replace(env, "berkeley_sockets_layout", () => timeval => guest.tell(timeval!));

  /** What sockets and files have in common: sockets are the door's, files the guest's own. */
  const shared =
    (call: (descriptor: Descriptor, args: number[], number: number) => number, bad: number) =>
    (own: Import): Import =>
    (number, ...args) => {
      const descriptor = guest.descriptors.get(number!);
      if (descriptor !== undefined) return call(descriptor, args, number!);
      return isSocketNumber(number!) ? bad : own(number!, ...args);
    };
  const EBADF = guestErrno.EBADF!;
  for (const [name, call] of Object.entries(files.fileCalls))
    replace(
      env,
      name,
      shared((descriptor, args) => call(guest, descriptor, ...args), -EBADF),
    );
  const fstatOwn = (env.__syscall_fstat64 as Import | undefined) ?? (() => -guestErrno.ENOSYS!);
  replace(env, "__syscall_fstat64", own =>
    shared((_descriptor, [at]) => files.fstat(guest, own, at!), -EBADF)(own),
  );
  replace(env, "__syscall_ioctl", own => (number, request, varargs) => {
    const asks = request === files.IOCTL_VM_SOCKETS_GET_LOCAL_CID && !isSocketNumber(number!);
    return asks && isFile(number!) ? files.localCid(guest, varargs!) : own(number!, request!, varargs!);
  });
  replace(env, "__syscall_dup3", own => (from, to, flags) => {
    const descriptor = guest.descriptors.get(from!);
    if (descriptor === undefined && isSocketNumber(from!)) return -EBADF;
    // A socket keeps to the numbers of sockets, a file to those of files: their tables are two.
    if (isSocketNumber(from!) !== isSocketNumber(to!)) return -EBADF;
    return descriptor === undefined ? own(from!, to!, flags!) : files.dup3(guest, descriptor, to!, flags!);
  });
  // WASI's errors are positive.
  const EFAULT = guestErrno.EFAULT!;
  for (const [name, call] of Object.entries(files.wasiCalls))
    replace(
      wasi,
      name,
      shared((descriptor, args) => call(guest, descriptor, ...args), EBADF),
      EFAULT,
    );
  replace(
    wasi,
    "fd_close",
    shared((_descriptor, _args, number) => -guest.result(files.close(guest, number)), EBADF),
  );

  /** Of a path that the guest's file system does not have: the file may be one of its sockets'. */
  const isBound = (folder: number, at: number): boolean => {
    const path = pathOf(folder, at);
    return path !== undefined && guest.paths.has(path);
  };
  /** The path at `at`, which is relative to a folder; undefined where that one is not known. */
  const pathOf = (folder: number, at: number): Uint8Array | undefined => {
    const path = guest.memory.string(at);
    if (folder === AT_FDCWD || path[0] === SLASH) return path;
    const above = guest.folderOf(folder);
    return above === undefined ? undefined : Buffer.concat([Buffer.from(`${above}/`), path]);
  };
  const stat =
    (own: Import): Import =>
    (at, out) => {
      const result = own(at!, out!);
      return result < 0 && isBound(AT_FDCWD, at!) ? files.fstat(guest, fstatOwn, out!) : result;
    };
  replace(env, "__syscall_stat64", stat);
  replace(env, "__syscall_lstat64", stat);
  replace(env, "__syscall_newfstatat", own => (folder, at, out, flags) => {
    const result = own(folder!, at!, out!, flags!);
    return result < 0 && isBound(folder!, at!) ? files.fstat(guest, fstatOwn, out!) : result;
  });
  replace(env, "__syscall_unlinkat", own => (folder, at, flags) => {
    const result = own(folder!, at!, flags!);
    if (result >= 0 || flags !== 0 || !isBound(folder!, at!)) return result;
    return guest.paths.remove(pathOf(folder!, at!)!);
  });

  replace(
    env,
    "__syscall_poll",
    own => (at, count, milliseconds) => poll(guest, own as never, isFile, at!, count!, milliseconds!),
  );
  replace(
    env,
    "__syscall__newselect",
    own =>
      (...args) =>
        select(guest, own, args as never),
  );
  replace(env, "_try_shutdown", own => (number, how, out) => {
    const descriptor = guest.descriptors.get(number!);
    if (descriptor === undefined) return own(number!, how!, out!);
    guest.memory.putWord(out!, guest.result(calls.shutdown(guest, descriptor, how!)));
    return 1;
  });
  // Functions of the libc: a pointer that lies is no errno of theirs.
  const { EAI_SYSTEM } = names;
  replace(env, "getaddrinfo", () => names.getaddrinfo.bind(null, guest) as Import, EAI_SYSTEM);
  replace(env, "getnameinfo", () => names.getnameinfo.bind(null, guest) as Import, EAI_SYSTEM);
  replace(env, "getprotobyname", () => names.getprotobyname(guest) as Import, 0);
  replace(env, "_emscripten_lookup_name", () => names.lookupName.bind(null, guest) as Import, 0);
  for (const [name, call] of Object.entries(names.hostEntries(guest)))
    replace(env, name, () => call as Import, name.endsWith("_r") ? EFAULT : 0);

  const own = Object.entries(env)
    .filter(([name]) => name.startsWith("__syscall_"))
    .map(([name, call]) => [name.replace("__syscall_", ""), call as Import] as const);
  const inside = Object.entries(stubs).map(
    ([name, call]) => [name, (...args: number[]) => guest.guarded(() => call(...args))] as const,
  );
  const close: Import = number => -(wasi.fd_close as Import)(number!);
  return { calls: { ...Object.fromEntries([...own, ...inside]), close }, notSocket };
}

/** The libc functions that a patch gives to the door. */
export const patchedCalls = Object.keys(marks) as Patched[];
