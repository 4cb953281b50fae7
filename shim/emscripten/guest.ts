// One guest: its memory, its descriptors, and the host that answers it. What the parts of the door
// share; the calls themselves are in calls.ts, files.ts, names.ts and poll.ts.
import { constantNames } from "../../ts/base/constants.gen.js";
import { plainBytes, Wire } from "../../ts/codec/wire.js";
import type { WasmModule } from "../../ts/codec/webassembly.js";
import type { GuardedHost } from "../policy/index.js";
import { descriptionOf, Descriptors, type Description, type Descriptor } from "./descriptors.js";
import { guestErrno, hostErrors } from "./errno.js";
import { Fault, Memory, type GuestMemory } from "./memory.js";
import { BoundPaths } from "./paths.js";

/** The exports of the guest that its host needs. */
export interface GuestExports {
  malloc(size: number): number;
  free(at: number): void;
  readonly __errno_location?: () => number | undefined;
}

/** Milliseconds between two looks at files of the guest's own beside a wait for sockets. */
const LOOK_AGAIN = 20;
/** A wait of this thread ends at least so often, that a worker can be terminated. */
const SLICE = 100;

const NAMES = [
  "EAGAIN",
  "EBADF",
  "EINPROGRESS",
  "EINTR",
  "EINVAL",
  "EISCONN",
  "MSG_DONTWAIT",
  "MSG_PEEK",
  "MSG_WAITALL",
  "MSG_CTRUNC",
  "MSG_ERRQUEUE",
  "MSG_OOB",
  "SOCK_NONBLOCK",
  "SOCK_CLOEXEC",
  "SOCK_STREAM",
  "SOCK_DGRAM",
  "SOL_SOCKET",
  "SO_ERROR",
  "SO_DOMAIN",
  "SO_TYPE",
  "SO_PROTOCOL",
  "AF_UNIX",
  "AF_NETLINK",
] as const;
export type Numbers = Readonly<Record<(typeof NAMES)[number] | "POLLIN" | "POLLOUT", number>>;

/** A call of one descriptor, with the other arguments. */
export type DescriptorCall = (guest: Guest, descriptor: Descriptor, ...args: number[]) => number;

export class Guest {
  readonly host: GuardedHost;
  /** The host's addresses and control messages. */
  readonly wire: Wire;
  /** Control messages as wasm32 has them. */
  readonly wire32: Wire;
  readonly descriptors = new Descriptors();
  /** The path of a folder that the guest has open; undefined where nobody tells. */
  folderOf: (number: number) => string | undefined = () => undefined;
  /** The paths of its sockets. */
  readonly paths = new BoundPaths();
  /** The host's descriptor of a file of the guest's own, where the file is one of the host's. */
  hostFile: (number: number) => number | undefined = () => undefined;
  /** The host's numbers. */
  readonly numbers: Numbers;
  readonly #errorName: (number: number) => string | undefined;
  #memory: Memory | undefined;
  #exports: GuestExports | undefined;
  #timeval: number | undefined;

  constructor(host: GuardedHost, codec: WasmModule) {
    if (host.unavailable !== undefined) throw new Error(host.unavailable);
    if (!host.target.startsWith("linux"))
      throw new Error(`Emscripten's numbers are Linux's, this host's are those of ${host.target}`);
    this.host = host;
    this.wire = new Wire(codec, host.target, plainBytes);
    this.wire32 = new Wire(codec, "linux32", plainBytes);
    const attached = host.attach(this.wire.block());
    if (attached < 0) throw new Error("this host serves somebody else already: make one for each guest");
    const values = host.constants();
    const numbers = NAMES.map(name => [name, values[constantNames.indexOf(name)]!] as const);
    this.numbers = { ...(Object.fromEntries(numbers) as Numbers), POLLIN: 1, POLLOUT: 4 };
    this.#errorName = hostErrors(host);
  }

  /** The instance is there: its memory and what it exports. */
  start(exports: GuestExports, memory: GuestMemory): void {
    this.#exports = exports;
    this.#memory = new Memory(memory);
  }

  /** The size of the guest's struct timeval, where its C has told it. */
  get timeval(): number | undefined {
    return this.#timeval;
  }

  /** The guest's C says how long its struct timeval is. */
  tell(timeval: number): number {
    if (timeval !== 8 && timeval !== 16)
      throw new Error(`a struct timeval of ${timeval} bytes is not known here`);
    this.#timeval = timeval;
    return 0;
  }

  get memory(): Memory {
    if (this.#memory === undefined) throw new Error("the guest calls before it has been instantiated");
    return this.#memory;
  }

  /** Memory of the guest's own, which it frees; 0 where it has none left. */
  allocate(size: number): number {
    return this.#exports!.malloc(size) >>> 0;
  }

  free(at: number): void {
    this.#exports!.free(at);
  }

  /** The guest's number of an error of the host's, for data that holds one; unknown ones are EINVAL. */
  errno(number: number): number {
    if (number === 0) return 0;
    const name = this.#errorName(number);
    return (name === undefined ? undefined : guestErrno[name]) ?? guestErrno.EINVAL!;
  }

  /** A result of the host's as the guest's kernel gives it: a count, or a negative errno. */
  result(value: number): number {
    return value < 0 ? -this.errno(-value) : value;
  }

  /**
   * Runs a call; a pointer that lies outside the guest's memory is its own EFAULT, or `fault` for a
   * function that says it otherwise.
   */
  guarded(call: () => number, fault?: number): number {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (fault === undefined) return -guestErrno.EFAULT!;
      this.setErrno(guestErrno.EFAULT!);
      return fault;
    }
  }

  /** Writes the errno that the guest's libc reads after a call that gave -1. */
  setErrno(errno: number): void {
    const at = this.#exports?.__errno_location?.();
    if (at !== undefined) this.memory.putWord(at, errno);
  }

  /** A new descriptor of the host's gets a number of the guest's; where there is none, it is closed. */
  adopt(fd: number, description: Description, closeOnExec: boolean, from?: number): number {
    const number = this.descriptors.add({ fd, description, closeOnExec }, from);
    if (number !== undefined) return number;
    this.host.close(fd);
    return -guestErrno.EMFILE!;
  }

  /** Closes everything: the instance is gone, or is to go. */
  close(): void {
    this.descriptors.clear();
    this.host.dispose();
  }

  /** The address that the guest has at `at`, put into the block. Returns its length. */
  putAddress(at: number, length: number): number {
    const { wire } = this;
    const size = length >>> 0;
    if (size > wire.addressSize) return -this.numbers.EINVAL;
    wire.bytes.set(this.memory.view(at, size), wire.address);
    return size;
  }

  /** Gives the block's address to a guest that asked for it, cut to its room. */
  giveAddress(at: number, lengthAt: number): void {
    if (at === 0 || lengthAt === 0) return;
    this.memory.putWord(lengthAt, this.giveName(at, this.memory.word(lengthAt)));
  }

  /** The same into a room of known size. Returns the address's whole length. */
  giveName(at: number, room: number): number {
    const { wire } = this;
    const length = wire.addressLength();
    if (at !== 0) {
      const given = Math.min(length, room >>> 0);
      this.memory.put(at, wire.bytes.subarray(wire.address, wire.address + given));
    }
    return length;
  }

  /**
   * Tries until it is no EAGAIN any more, waiting for `events` in between, as long as the guest's
   * own mode, flags and timeouts let it.
   */
  perform({ fd, description }: Descriptor, events: number, flags: number, attempt: () => number): number {
    const { EAGAIN, EINTR, MSG_DONTWAIT, MSG_ERRQUEUE } = this.numbers;
    const waits = !description.nonblocking && (flags & (MSG_DONTWAIT | MSG_ERRQUEUE)) === 0;
    const timeout = events === this.numbers.POLLIN ? description.receiveTimeout : description.sendTimeout;
    const deadline = this.host.now() + timeout;
    for (;;) {
      const result = attempt();
      if (result === -EINTR) continue;
      if (result !== -EAGAIN || !waits) return result;
      const ready = this.waitFor(fd, events, deadline);
      if (ready <= 0) return ready < 0 ? ready : -EAGAIN;
    }
  }

  /** poll(2) of one descriptor until the deadline: 1, 0 when it has come, or the host's negative errno. */
  waitFor(fd: number, events: number, deadline: number): number {
    const entries = Int32Array.of(fd, events, 0);
    return this.wait(entries, deadline);
  }

  /**
   * poll(2) of several. `look` is asked between slices, for what no descriptor of the host's tells:
   * what it finds ends the wait.
   */
  wait(entries: Int32Array, deadline: number, look?: () => boolean): number {
    const { host, numbers } = this;
    for (;;) {
      const left = Math.max(0, Math.ceil(deadline - host.now()));
      const ready = host.poll(entries, Math.min(left, look === undefined ? SLICE : LOOK_AGAIN));
      if (ready !== 0 && ready !== -numbers.EINTR) return ready;
      if (look?.()) return 0;
      if (host.now() >= deadline) return 0;
    }
  }

  /**
   * Receives; told MSG_WAITALL of a stream, until `length` bytes are there, what came `ends` it, or no
   * more will come.
   */
  fill(
    descriptor: Descriptor,
    flags: number,
    length: number,
    receive: (offset: number, room: number) => number,
    ends?: () => boolean,
  ): number {
    const { MSG_WAITALL, MSG_PEEK, MSG_OOB, SOCK_STREAM, POLLIN } = this.numbers;
    const fills =
      (flags & MSG_WAITALL) !== 0 &&
      (flags & (MSG_PEEK | MSG_OOB)) === 0 &&
      descriptor.description.type === SOCK_STREAM;
    let done = 0;
    for (;;) {
      const count = this.perform(descriptor, POLLIN, flags, () => receive(done, length - done));
      if (count < 0) return done > 0 ? done : count;
      done += count;
      if (!fills || count === 0 || done >= length || ends?.()) return done;
    }
  }

  /** Sends; a blocking stream takes all of it, as the kernel's does. `attempt` sends what it is given. */
  sendAll(
    descriptor: Descriptor,
    flags: number,
    parts: readonly Uint8Array[],
    control: Uint8Array | null,
    attempt: (rest: Uint8Array[]) => number,
  ): number {
    const { numbers } = this;
    let rest = [...parts];
    let done = 0;
    const total = parts.reduce((sum, part) => sum + part.length, 0);
    for (;;) {
      const count = this.perform(descriptor, numbers.POLLOUT, flags, () =>
        done === 0 || control === null
          ? attempt(rest)
          : this.host.sendmsg(descriptor.fd, rest, null, flags | numbers.MSG_DONTWAIT, 0),
      );
      if (count < 0) return done > 0 ? done : count;
      done += count;
      const { nonblocking, type } = descriptor.description;
      if (
        done >= total ||
        nonblocking ||
        type !== numbers.SOCK_STREAM ||
        (flags & numbers.MSG_DONTWAIT) !== 0
      )
        return done;
      rest = after(rest, count);
    }
  }

  /** A descriptor that came in a message gets a number; what is no socket is closed. Returns it, or -1. */
  receive(fd: number): number {
    const { host, numbers } = this;
    const word = new Int32Array(1);
    const ask = (option: number) =>
      host.getsockopt(fd, numbers.SOL_SOCKET, option, new Uint8Array(word.buffer)) < 0 ? -1 : word[0]!;
    const family = ask(numbers.SO_DOMAIN);
    const type = ask(numbers.SO_TYPE);
    const protocol = ask(numbers.SO_PROTOCOL);
    if (family < 0 || type < 0) {
      host.close(fd);
      return -1;
    }
    const nonblocking = host.isNonblocking(fd) === 1;
    host.setNonblocking(fd, 1);
    const number = this.adopt(fd, descriptionOf(family, type, protocol, nonblocking), false);
    return number < 0 ? -1 : number;
  }
}

/** The parts behind the first `count` bytes. */
export function after(parts: readonly Uint8Array[], count: number): Uint8Array[] {
  const rest: Uint8Array[] = [];
  let skip = count;
  for (const part of parts) {
    if (skip < part.length) rest.push(part.subarray(skip));
    skip = Math.max(0, skip - part.length);
  }
  return rest;
}
