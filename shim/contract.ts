// The host contract: the system calls that the TypeScript layer needs, one implementation a runtime
// (node.ts, …).
//
// Integers in, result or -errno out; no retry, no timeout, no address parsing, no exceptions.
// Addresses pass through the codec's message block (attach), payload through the caller's own
// Uint8Arrays. What a runtime lacks answers -ENOSYS.

/** The ABIs that the codec knows (wasm/abi.ts), in its order. */
export const targets = ["linux64", "linux64be", "linux32", "darwin64", "freebsd64", "windows64"] as const;
/** One of the ABIs: a system and its word size. */
export type Target = (typeof targets)[number];

/**
 * A name as the system has it: one character a byte (ts/base/surrogate-escape.ts makes text of it).
 */
export type ByteString = string;
/**
 * A resolver's failure: an EAI_* or h_errno number with the platform's sign, and errno where that
 * is what failed, else 0.
 */
export interface LookupFailure {
  /** EAI_* or h_errno. */
  readonly status: number;
  /** An errno; 0: none. */
  readonly errno: number;
}
/**
 * One getaddrinfo(3) result: family, type, protocol, canonical name ("" if not asked for), the
 * address's bytes.
 */
export type AddrInfoRow = [
  family: number,
  type: number,
  protocol: number,
  canonname: ByteString,
  address: Uint8Array,
];
/** struct hostent: name, aliases, addresses of 4 or 16 bytes. */
export type HostEntry = [name: ByteString, aliases: ByteString[], addresses: Uint8Array[]];

/** A channel of audit events (node:diagnostics_channel). */
export interface AuditChannel {
  /** Whether anybody listens. */
  readonly hasSubscribers: boolean;
  /** Passes an event to who listens. */
  publish(message: unknown): void;
}

/** Lookups, whose answers may be far away. */
export interface Lookups {
  /** getaddrinfo(3). `node` and `service` are bytes without a zero, or null. */
  getaddrinfo(
    node: Uint8Array | null,
    service: Uint8Array | null,
    family: number,
    type: number,
    protocol: number,
    flags: number,
  ): AddrInfoRow[] | LookupFailure;
  /** getnameinfo(3) of an address's bytes. */
  getnameinfo(address: Uint8Array, flags: number): [host: ByteString, service: ByteString] | LookupFailure;
  /** gethostbyname_r(3) for AF_INET. `name` is bytes without a zero. */
  gethostbyname(name: Uint8Array): HostEntry | LookupFailure;
  /** gethostbyaddr_r(3) of 4 or 16 bytes. */
  gethostbyaddr(address: Uint8Array, family: number): HostEntry | LookupFailure;
}
/**
 * The same from the thread pool. One that has begun can't be stopped; an environment that ends
 * waits for it.
 */
export interface AsyncLookups {
  /** getaddrinfo() of Lookups. */
  getaddrinfoAsync: Async<Lookups["getaddrinfo"]>;
  /** getnameinfo() of Lookups. */
  getnameinfoAsync: Async<Lookups["getnameinfo"]>;
  /** gethostbyname() of Lookups. */
  gethostbynameAsync: Async<Lookups["gethostbyname"]>;
  /** gethostbyaddr() of Lookups. */
  gethostbyaddrAsync: Async<Lookups["gethostbyaddr"]>;
}
/** A lookup whose answer is a promise. */
export type Async<F extends (...args: never[]) => unknown> = (
  ...args: Parameters<F>
) => Promise<ReturnType<F>>;

/** A timer that runs. */
export interface Timer {
  /** Keeps the process alive (the default). */
  ref(): unknown;
  /** Lets it go. */
  unref(): unknown;
}
/** All time and all chance that the core has: a network in memory may have a time of its own. */
export interface Clock {
  /** Milliseconds of a monotonic clock, with fractions. */
  now(): number;
  /**
   * Calls back once, after so many milliseconds; it may be a little early, as Node's timers are.
   */
  setTimer(callback: () => void, milliseconds: number): Timer;
  /** Ends a timer; one that has fired or was ended already is let be. */
  clearTimer(timer: Timer): void;
  /**
   * Calls back in the next turn of the loop, after its timers and whatever is ready have had
   * theirs.
   */
  nextTurn(callback: () => void): void;
  /** A number in [0, 1). */
  random(): number;
}

/** The system calls of one runtime: what socketModule() stands on. */
export interface Host extends Lookups, AsyncLookups, Clock {
  /** What this host is, for messages: "node". */
  readonly name: string;
  /** Why its calls answer -ENOSYS, where they all do. */
  readonly unavailable?: string | undefined;
  /** Whose bytes its addresses, structs and control messages are. */
  readonly target: Target;
  /**
   * Milliseconds that a wait may keep from JavaScript; 0: no limit. Workers need one: a blocked
   * worker holds up terminate().
   */
  readonly maxBlockMs: number;
  /** How many lookups from the thread pool may run at once: the pool has other work too. */
  readonly lookups: number;
  /** Values of the constants in the order of `constantNames`, NaN where this system lacks one. */
  constants(): Float64Array;
  /** A channel by its name, for the events that Python's sys.audit gets. */
  channel(name: string): AuditChannel;
  /** A host name as the DNS has it (IDNA); "" if it can't be. */
  idna(name: string): string;
  /**
   * The descriptor of the runtime's own socket object (Node's net.Socket, net.Server,
   * dgram.Socket): -1 once it is closed or before it has one, -2 where the runtime does not tell
   * it, null if it is no such object.
   */
  descriptorOf(handle: unknown): number | null;
  /** Puts a warning where this runtime puts them. */
  warn(message: string, type: string): void;

  /**
   * Gives the codec's message block; -EBUSY if it has one. "Address" below is the one in it. The
   * caller keeps its memory alive.
   */
  attach(block: Uint8Array): number;

  /**
   * socket(2), close-on-exec. Returns the descriptor, which this environment owns from the moment
   * it exists: it is closed when the environment ends. So are those of socketpair(), accept() and
   * acceptAtOnce(). Nobody's socket has it before own().
   */
  socket(family: number, type: number, protocol: number): number;
  /** socketpair(2), close-on-exec. Writes two descriptors to `out`. */
  socketpair(family: number, type: number, protocol: number, out: Int32Array): number;
  /**
   * accept4(2), close-on-exec. Returns the descriptor; the peer's address is in the block, nothing
   * where the family has no names.
   */
  accept(fd: number, nonblocking: number): number;
  /** bind(2) to the block's address. */
  bind(fd: number, addressLength: number): number;
  /** connect(2) to the block's address. */
  connect(fd: number, addressLength: number): number;
  /** listen(2). */
  listen(fd: number, backlog: number): number;
  /** shutdown(2). */
  shutdown(fd: number, how: number): number;
  /**
   * close(2) of a number that the poller and its owner, whoever that was, have let go first, all in
   * one call.
   */
  close(fd: number): number;
  /**
   * The same by an owner of this generation: -EBADF if someone else has closed its descriptor and
   * opened the number anew.
   */
  closeOwned(fd: number, generation: number): number;
  /** getsockname(2) into the block. */
  getsockname(fd: number): number;
  /** getpeername(2) into the block. */
  getpeername(fd: number): number;

  /**
   * recv(2): at most `length` bytes into `buffer`; -EFAULT if it holds fewer, here and below.
   * Returns the count.
   */
  recv(fd: number, buffer: Uint8Array, length: number, flags: number): number;
  /**
   * recv(2), without waiting, of `count` [descriptor, length] pairs, each into the buffer of its
   * index; its result replaces the length.
   */
  recvEach(calls: Int32Array, buffers: (Uint8Array | undefined)[], count: number): number;
  /** recvfrom(2): the same, with the sender's address in the block. */
  recvfrom(fd: number, buffer: Uint8Array, length: number, flags: number): number;
  /**
   * recvmsg(2): into `buffers` in turn, control messages into `control`; address, control length
   * and msg_flags in the block.
   */
  recvmsg(fd: number, buffers: Uint8Array[], control: Uint8Array | null, flags: number): number;
  /** send(2): all of `data`. Returns the count sent. */
  send(fd: number, data: Uint8Array, flags: number): number;
  /** sendto(2) to the block's address. */
  sendto(fd: number, data: Uint8Array, flags: number, addressLength: number): number;
  /** sendmsg(2); `addressLength` 0 means no address. */
  sendmsg(
    fd: number,
    buffers: Uint8Array[],
    control: Uint8Array | null,
    flags: number,
    addressLength: number,
  ): number;
  /**
   * sendfile(2) from `file` at `offset`, which leaves the file's position. Returns the count sent.
   */
  sendfile(fd: number, file: number, offset: number, count: number): number;
  /** read(2) of any descriptor: at most `length` bytes into `buffer`. Returns the count. */
  read(fd: number, buffer: Uint8Array, length: number): number;
  /** lseek(2); `whence` 0 is the start of the file. Returns the position. */
  lseek(fd: number, offset: number, whence: number): number;

  /**
   * recvmmsg(2): up to `count` datagrams, as soon as there is one. Slot i is the i-th part of
   * `data`, `names` and `control` (an empty one: none wanted), and four words [data length, name
   * length, control length, msg_flags]. Returns the count.
   */
  recvmmsg(
    fd: number,
    data: Uint8Array,
    names: Uint8Array,
    control: Uint8Array,
    words: Int32Array,
    count: number,
    flags: number,
  ): number;
  /** sendmmsg(2) of `count` slots from `first`. Returns how many were sent. */
  sendmmsg(
    fd: number,
    data: Uint8Array,
    names: Uint8Array,
    control: Uint8Array,
    words: Int32Array,
    first: number,
    count: number,
    flags: number,
  ): number;

  /** getsockopt(2) into `buffer`. Returns the option's length. */
  getsockopt(fd: number, level: number, name: number, buffer: Uint8Array): number;
  /** setsockopt(2); a null `value` passes NULL with `length`. */
  setsockopt(fd: number, level: number, name: number, value: Uint8Array | null, length: number): number;
  /**
   * setsockopt(SOL_SOCKET) with a struct sock_fprog of these instructions (struct sock_filter
   * each): SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF.
   */
  attachFilter(fd: number, name: number, instructions: Uint8Array): number;
  /** ioctl(2) with `argument`'s bytes in and out, or with `number` where it is null. */
  ioctl(fd: number, request: number, argument: Uint8Array | null, number: number): number;
  /**
   * fcntl(F_DUPFD_CLOEXEC). `owned` 1: this environment owns the new descriptor, as socket()'s; 0:
   * it is a plain number of the caller's.
   */
  dup(fd: number, owned: number): number;
  /** fcntl(F_GETFL): 1 if O_NONBLOCK is set. */
  isNonblocking(fd: number): number;
  /** ioctl(FIONBIO). */
  setNonblocking(fd: number, on: number): number;
  /** fcntl(F_GETFD): 1 if the descriptor survives exec. */
  isInheritable(fd: number): number;
  /** fcntl(F_SETFD). */
  setInheritable(fd: number, on: number): number;

  /**
   * poll(2) over [descriptor, events, result] triples. Returns how many are ready; -1 milliseconds
   * waits for ever.
   */
  poll(entries: Int32Array, milliseconds: number): number;
  /**
   * From now on a call of this thread that blocks is interrupted every so many milliseconds, 0: no
   * more. It then returns -EINTR, or less than was asked for. A negative result says that this host
   * can't.
   */
  interruptible(milliseconds: number): number;
  /** How often that has happened since it was last asked. */
  interruptions(): number;

  /**
   * Starts this environment's poller: each turn of the loop in which watched descriptors have
   * become ready calls `ready(count)` once, with count [descriptor, POLL* bits, generation] in
   * `triples`. What a generation that is not current any more was told is left out. `counters` is
   * [waiting, held, dispatching]: whoever waits counts in the first; the loop is held (kept alive)
   * after a dispatch if somebody waits, at other times by keepLoopAlive(). The caller keeps the
   * memory of both alive.
   */
  startWatching(ready: (count: number) => void, triples: Int32Array, counters: Int32Array): number;
  /**
   * Watches a descriptor for POLLIN, POLLOUT or both, edge by edge: what is ready already is
   * reported once. Hang-ups come unasked. Again with other events, it changes them. -EBADF unless
   * own() gave it this generation last; close(), release() and sweep() end it.
   */
  watch(fd: number, events: number, generation: number): number;
  /** Keeps the loop alive, or lets it go. */
  keepLoopAlive(on: number): number;

  /**
   * Notes that `socket`, which is held weakly, owns a descriptor from now on; one from outside is
   * then closed when the environment ends too. Whoever owned it before does so no more. Returns its
   * generation: 1 to 2^31 - 1, never the same twice in a row for a number. -EBADF.
   */
  own(fd: number, socket: object): number;
  /** The living socket that owns a descriptor, or undefined. */
  ownerOf(fd: number): object | undefined;
  /** How many descriptors this environment owns. */
  owned(): number;
  /**
   * Takes a descriptor out of the poller and disowns it, in one call: it stays open, and is the
   * caller's. Returns 1, or 0 where the generation is not the current one and nothing was done.
   */
  release(fd: number, generation: number): number;
  /**
   * Collects garbage at once where this runtime can be asked to: 0 young objects (quick), 1 all.
   */
  collect(thoroughly: number): void;
  /**
   * Closes the descriptors whose sockets have been collected, each taken out of the poller first;
   * returns them. One that no socket has owned yet is left.
   */
  sweep(): number[];

  /**
   * getservbyname_r(3). Returns the port in host order, -ENOENT if there is none. `name` is bytes
   * without a zero, here and below. A null protocol matches any.
   */
  getservbyname(name: Uint8Array, protocol: Uint8Array | null): number;
  /** getservbyport_r(3), port in host order. -ENOENT if there is none. */
  getservbyport(port: number, protocol: Uint8Array | null): ByteString | number;
  /** getprotobyname_r(3). Returns the number, -ENOENT if there is none. */
  getprotobyname(name: Uint8Array): number;
  /** gethostname(2). */
  gethostname(): ByteString | number;
  /** sethostname(2). */
  sethostname(name: Uint8Array): number;
  /** if_nametoindex(3): the index or -errno. */
  if_nametoindex(name: Uint8Array): number;
  /** if_indextoname(3), index 0..2^32-1: the name or -errno. */
  if_indextoname(index: number): ByteString | number;
  /** if_nameindex(3). */
  if_nameindex(): [index: number, name: ByteString][] | number;
  /** gai_strerror(3). */
  gai_strerror(status: number): ByteString;
  /** hstrerror(3). */
  hstrerror(status: number): ByteString;
}
