// The mutants: each a small fault of the kind that was there once, and who must find it. A check
// that can't fail is none.

export interface Mutant {
  /** What is wrong with it. */
  readonly name: string;
  readonly file: string;
  /** The text, there exactly once, white space aside, and what takes its place. */
  readonly find: string;
  readonly put: string;
  /** The model, or else test files whose names these are: one of them fails. */
  readonly by: readonly string[];
}

const model = ["model"];

export const mutants: readonly Mutant[] = [
  {
    name: "what is gathered lies in the buffer that all share",
    file: "ts/promises/operations.ts",
    find: "flags & MSG_TRUNC ? s._core.bytes.zeroed(size) : s._core.bytes.uninitialized(size);",
    put: "flags & MSG_TRUNC || size > SMALL ? s._core.bytes.zeroed(size) : receiveBuffer(s._core, size);",
    by: model,
  },
  {
    name: "a receive that was filled clears the readiness flag",
    file: "ts/promises/endpoint.ts",
    find: "if (full === undefined || result >= full || flags !== 0) return result;",
    put: "if (full === undefined || result > full || flags !== 0) return result;",
    by: model,
  },
  {
    name: "the error behind a part is swallowed",
    file: "ts/promises/endpoint.ts",
    find: "if (errno !== this._core.EAGAIN && errno !== this._core.EFAULT) this.#ownKept().errno = errno;",
    put: "if (errno < 0) this.#ownKept().errno = errno;",
    by: ["promises/rules"],
  },
  {
    name: "the kernel is told MSG_WAITALL by a call that gathers",
    file: "ts/promises/operations.ts",
    find: "return (flags & ~MSG_WAITALL) | s._core.MSG_DONTWAIT;",
    put: "return flags | 0 * MSG_WAITALL | s._core.MSG_DONTWAIT;",
    by: ["promises/rules"],
  },
  {
    name: "a part is dropped when the wait fails",
    file: "ts/promises/lane.ts",
    find: "const received = operation.part?.() ?? 0;\n    if (received === 0) return this.reject",
    put: "const received = 0 as number;\n    if (received === 0) return this.reject",
    by: model,
  },
  {
    name: "a part is dropped where nothing waits",
    file: "ts/promises/endpoint.ts",
    find: "received = operation.part?.() ?? 0;\n    const errno = result",
    put: "received = 0 as number;\n    const errno = result",
    by: model,
  },
  {
    name: "gathering stops at the first part",
    file: "ts/promises/operations.ts",
    find: "while (this.filled < this.length) {",
    put: "while (this.filled === 0) {",
    by: model,
  },
  {
    name: "no budget",
    file: "ts/promises/turn-budget.ts",
    find: "return this.#spent < BUDGET && ++this.#spent > 0;",
    put: "return this.#spent < Infinity && ++this.#spent > 0;",
    by: model,
  },
  {
    name: "the budget is never given back",
    file: "ts/promises/turn-budget.ts",
    find: "this.#turnDue = false;\n    this.renew();",
    put: "this.#turnDue = false;",
    by: ["promises/busy"],
  },
  {
    name: "the error queue has no lane",
    file: "ts/promises/lane.ts",
    find: "else if (flags !== 0 && flags & MSG_ERRQUEUE) flag = ERROR;",
    put: "",
    by: model,
  },
  {
    name: "the last to come is served first",
    file: "ts/promises/lane.ts",
    find: "waiter.previous = this.tail;\n    if (this.tail === null) this.head = waiter;\n    else this.tail.next = waiter;\n    this.tail = waiter;",
    put: "waiter.next = this.head;\n    if (this.head === null) this.tail = waiter;\n    else this.head.previous = waiter;\n    this.head = waiter;",
    by: model,
  },
  {
    name: "a call that is removed takes those behind it along",
    file: "ts/promises/lane.ts",
    find: "else previous.next = next;\n    if (next === null)",
    put: "else previous.next = null;\n    if (next === null)",
    by: model,
  },
  {
    name: "no last try when the time is up",
    file: "ts/promises/lane.ts",
    find: "if (lane.mayTry(this) && this.attempt()) return;",
    put: "",
    by: model,
  },
  {
    name: "an abort after the first byte says only its reason",
    file: "ts/promises/lane.ts",
    find: "this.cancel(sent > 0 ?",
    put: "this.cancel(sent > Infinity ?",
    by: model,
  },
  {
    name: "errors say one byte too many",
    file: "ts/socket/operation.ts",
    find: '"bytesSent"]: operation.sent() }',
    put: '"bytesSent"]: operation.sent() + 1 }',
    by: model,
  },
  {
    name: "errors do not say what was sent",
    file: "ts/socket/operation.ts",
    find: "if (operation.sent === undefined || !(error instanceof OSError)) return error;",
    put: "if (operation.sent === undefined || error instanceof OSError) return error;",
    by: model,
  },
  {
    name: "a batch says one datagram less than came",
    file: "ts/socket/batch.ts",
    find: "this.#length = n;\n    if (this.#carries)",
    put: "this.#length = n - 1;\n    if (this.#carries)",
    by: model,
  },
  {
    name: "a batch is sent from one too far after a part",
    file: "ts/socket/batch.ts",
    find: "batch._words, sent, batch.length - sent,",
    put: "batch._words, sent > 0 ? sent - 1 : 0, batch.length - sent,",
    by: ["socket/batch", "promises/batch"],
  },
  {
    name: "calls of a closed socket wait on",
    file: "ts/promises/endpoint.ts",
    find: 'if (fd >= 0) this._rejectWaiting(fd, "closed");',
    put: "if (fd >= 0) this._watched = 0;",
    by: model,
  },
  {
    name: "calls of a detached socket wait on",
    file: "ts/promises/endpoint.ts",
    find: 'if (fd >= 0) this._rejectWaiting(fd, "detached");',
    put: "if (fd >= 0) this._watched = 0;",
    by: model,
  },
  {
    name: "MSG_TRUNC of a stream gives what another call received",
    file: "ts/promises/operations.ts",
    find: "this.#zeroed = (flags & MSG_TRUNC) !== 0 && s.type === SOCK_STREAM;",
    put: "this.#zeroed = (flags & MSG_TRUNC) !== 0 && s.type === SOCK_STREAM && size < 0;",
    by: model,
  },
  {
    name: "a thenable that answers at once is taken in the attempt's midst",
    file: "ts/promises/sendfile.ts",
    find: "Promise.resolve(value).then(given",
    put: "value.then(given",
    by: model,
  },
  {
    name: "a short receive of any stream says that it is drained",
    file: "ts/promises/endpoint.ts",
    find: "if ((!this._isTcp && operation.batch !== true) || this._watched === 0 || this._isReady(HUNG_UP)) return result;",
    put: "if (this._watched < 0) return result;",
    by: model,
  },
  {
    name: "a call that finds the budget spent is not made in the next turn",
    file: "ts/promises/endpoint.ts",
    find: "if (!budget.spend()) {\n        budget.later(lane);",
    put: "if (!budget.spend()) {",
    by: model,
  },
  {
    name: "a full peer is asked without a pause",
    file: "ts/promises/endpoint.ts",
    find: "return NO_SIGNAL;\n        lane.backOff();",
    put: "return NO_SIGNAL;\n        this._budget.later(lane);",
    by: ["promises/rules"],
  },
  {
    name: "a call that wants less than SO_RCVLOWAT waits for the poller",
    file: "ts/promises/endpoint.ts",
    find: "if (operation.room !== undefined && operation.room < mark) lane.backOff();",
    put: "",
    by: ["promises/mark"],
  },
  {
    name: "return() of an iterator leaves the call that waits",
    file: "ts/promises/incoming.ts",
    find: "this.#waiting?.cancel(WITHDRAWN);",
    put: "",
    by: ["promises/items"],
  },
  {
    name: "a pending call's address is not its own",
    file: "ts/socket/operation.ts",
    find: "if (this.#copy !== undefined) this.#core.wire.putAddress(this.#copy);",
    put: "",
    by: ["promises/rules", "promises/waits", "promises/socket", "promises/ports", "promises/over"],
  },
  {
    name: "a descriptor is owned in a second step only",
    file: "host/fd_table.cc",
    find: "if (result >= 0) add(s, result).firstGeneration = s.generation + 1;",
    put: "(void)s;",
    by: ["contract", "model", "socket/worker"],
  },
  {
    name: "a number is closed without leaving the poller",
    file: "host/fd_table.cc",
    find: "if (entry->watched) poller::forget(s, fd);",
    put: "",
    by: model,
  },
  {
    name: "a descriptor is watched under no generation",
    file: "host/event_loop_poller_linux.cc",
    find: "event.data.u64 = pack(fd, generation);",
    put: "event.data.u64 = pack(fd, 0);",
    by: model,
  },
  {
    name: "lengths are what a view says",
    file: "ts/base/views.ts",
    find: 'getter<number>(typedArray, "length") as (view: Uint8Array) => number;',
    put: "((view: Uint8Array) => view.length);",
    by: ["base/views", "codec/hostile", "socket/option"],
  },
  {
    name: "netlink: whoever sends may answer",
    file: "ts/netlink/conversation.ts",
    find: "if (mine && asked !== undefined && asked.peer === from) asked.take(message);",
    put: "if (mine && asked !== undefined) asked.take(message);",
    by: ["netlink/request"],
  },
  {
    name: "netlink: an answer to another port id is taken",
    file: "ts/netlink/conversation.ts",
    find: "const mine = groups === 0 && pid === this.pid();",
    put: "const mine = groups === 0;",
    by: ["netlink/request"],
  },
  {
    name: "netlink: a dump that was interrupted passes for a whole one",
    file: "ts/netlink/conversation.ts",
    find: "if (message.flags & NLM_F_DUMP_INTR) this.interrupted = true;",
    put: "",
    by: ["netlink/request"],
  },
  {
    name: "netlink: a second dump does not wait for the end of the first",
    file: "ts/netlink/conversation.ts",
    find: "while (conversation.isDumping(this.peer))",
    put: "while (conversation.dumps.size < 0)",
    by: ["netlink/request"],
  },
  {
    name: "netlink: what a struct of a later kernel holds more is lost",
    file: "ts/netlink/attributes.ts",
    find: "if (bytes.length >= whole.size) return bytes.length === whole.size;",
    put: "if (bytes.length >= whole.size) return true;",
    by: ["netlink/attributes"],
  },
];
