// Where our streams and net.Socket differ, and why that is meant. One that is gone is a failure of
// the test, as is one that is not here.

export interface Difference {
  readonly behaviour: string;
  /** Only on these major versions of Node; on all of them. */
  readonly nodes?: readonly number[];
  /** Only over this family; over both. */
  readonly family?: "TCP" | "AF_UNIX";
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    behaviour: "members: its class and its handle",
    reason:
      "there is no libuv handle behind a stream of another family, and instanceof net.Socket " +
      "promises one to Node's C++ (TLS would take it)",
  },
  {
    behaviour: "highWaterMark: the default",
    nodes: [20],
    reason: "ours is 64 KiB everywhere, as net.Socket's is from Node 22 on",
  },
  {
    behaviour: "half closed: a write that is under way when the peer ends",
    reason:
      "ours is sent, and the writable side ends when nobody writes any more: net.Socket cuts it, " +
      "since TLS writes beneath net.Socket but through ours",
  },
  {
    behaviour: "destroy: what the callback of a write in flight gets",
    reason:
      "net.Socket says null on Node 20, as if it had been sent, and the kernel's ECANCELED " +
      "later; ours says ERR_STREAM_DESTROYED, as any stream of Node",
  },
  {
    behaviour: "destroy: what the callbacks of writes that wait get",
    nodes: [22, 24, 26],
    reason:
      "libuv's ECANCELED of the write before it; ours says ERR_STREAM_DESTROYED, as net.Socket " +
      "on Node 20 and any stream of Node",
  },
  {
    behaviour: "errors: the class and number of a reset",
    family: "TCP",
    reason:
      "errors are OSError's classes with errno positive, as everywhere in this package; code, " +
      "syscall and message are Node's",
  },
  {
    behaviour: "counters: a write that nobody takes",
    reason:
      "ours counts what the kernel has taken, as Node's documentation says; net.Socket counts " +
      "what was handed to libuv",
  },
  {
    behaviour: "counters: what is corked, and a text of hex",
    reason:
      "ours counts what the kernel has taken; net.Socket counts what is corked too, a text of " +
      "hex by its letters",
  },
  {
    behaviour: "iteration: the peer's end while a write waits",
    reason:
      "net.Socket has ended itself: the write is lost without a word, and who waits for drain " +
      "waits for ever; ours says that it was aborted",
  },
  {
    behaviour: "iteration: whether a stream that was read to its end has ended its own side",
    reason:
      "ours ends some turns after the peer's end, so that TLS's answer goes out; the iterator " +
      "has destroyed it before",
  },
  {
    behaviour: "destroy: errored, where a write is in flight",
    reason: "ours tells that write ERR_STREAM_DESTROYED, and Node's stream keeps what a write fails with",
  },
];
