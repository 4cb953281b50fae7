// Programs as plain data, made from a seed: what is done, on which sockets, in which order it
// begins.
import { Random } from "./random.js";

/** What connects two ends. */
export const kinds = ["unix-stream", "unix-datagram", "unix-seqpacket", "tcp", "tcp6", "udp"] as const;
export type Kind = (typeof kinds)[number];
/** Which class an end has. */
export type Class = "promises" | "blocking";
export const receivers = [
  "recv",
  "recvfrom",
  "recvmsg",
  "recvInto",
  "recvfromInto",
  "recvmsgInto",
  "recvmmsg",
] as const;
export type Receiver = (typeof receivers)[number];
export const senders = [
  "send",
  "sendall",
  "sendmsg",
  "sendto",
  "sendmmsg",
  "sendSegments",
  "sendfile",
] as const;
export type Sender = (typeof senders)[number];
export type Flag = "MSG_PEEK" | "MSG_WAITALL" | "MSG_DONTWAIT" | "MSG_TRUNC";
/**
 * When a call's signal is aborted: before the call, in the same stretch of code, in the next
 * microtask.
 */
export type Abort = "before" | "at once" | "microtask";

/**
 * Ends are numbered: 2 * connection, 2 * connection + 1. `together`: the next step begins in the
 * same stretch of code.
 */
export type Step = { together?: true } & (
  | { op: "open"; connection: number; kind: Kind; classes: [Class, Class] }
  | {
      op: "receive";
      end: number;
      call: Receiver;
      size: number;
      flags: Flag[];
      timeout: number | null;
      abort?: Abort;
    }
  | {
      op: "send";
      end: number;
      call: Sender;
      size: number;
      parts: number;
      timeout: number | null;
      abort?: Abort;
    }
  | {
      op: "flood";
      end: number;
      call: "sendall" | "sendfile" | "sendmmsg";
      size: number;
      timeout: number | null;
    }
  | { op: "drain"; end: number; call: Receiver; size: number }
  | { op: "late"; end: number; size: number }
  | { op: "abort"; call: number }
  | { op: "transfer"; call: number }
  | { op: "shutdown"; end: number }
  | { op: "close"; end: number; by: "object" | "number" }
  | { op: "duplicate"; end: number; then: "close" | "drop" }
  | { op: "detach"; end: number }
  | { op: "pass"; end: number }
  | { op: "drop"; end: number }
  | { op: "stamp"; end: number }
  | { op: "urgent"; end: number }
  | { op: "idle" }
);
export type Op = Step["op"];

/** `call` in a step is the `id` of the step that made the call. */
export interface Program {
  seed: number;
  driver: "stepwise";
  steps: (Step & { id: number })[];
  injected: Injected;
}

/**
 * Where errors come from that no kernel would give on demand: a host around the host, or a
 * preloaded library.
 */
export type Injected = "host" | "library" | undefined;

export function injectedOf(random: Random, { injectable }: Capabilities): Injected {
  return random.chance(0.4) && injectable.length > 0 ? random.pick(injectable) : undefined;
}

/** What the modules under test and their host can do. */
export interface Capabilities {
  readonly kinds: readonly Kind[];
  readonly workers: boolean;
  readonly injectable: readonly ("host" | "library")[];
  /**
   * Transmit time stamps in the error queue; urgent data; descriptors in messages; a collector that
   * can be asked.
   */
  readonly stamps: boolean;
  readonly urgent: boolean;
  readonly rights: boolean;
  readonly collector: boolean;
  /** Operations and kinds that are left out. */
  readonly without: readonly string[];
}

/** A call's time limit that runs out, in seconds. */
export const SHORT = 0.02;
const MOST_CONNECTIONS = 5;
/** More than a kernel's buffers hold. */
export const FLOOD = 1 << 20;

export const isStream = (kind: Kind): boolean => kind === "unix-stream" || kind === "tcp" || kind === "tcp6";

/** A stepwise program. */
export function generate(seed: number, capabilities: Capabilities): Program {
  const random = new Random(seed);
  const steps: Program["steps"] = [];
  const open: { connection: number; kind: Kind; classes: [Class, Class] }[] = [];
  const calls: number[] = [];
  let connections = 0;
  let id = 0;
  const length = 8 + random.below(40);

  const add = (step: Step): number => {
    steps.push({ id, ...step });
    return id++;
  };
  const opens = () => {
    const kind = random.pick(capabilities.kinds);
    const connection = connections++;
    const classes: [Class, Class] = ["promises", random.chance(0.25) ? "blocking" : "promises"];
    if (random.chance(0.1)) classes.reverse();
    open.push({ connection, kind, classes });
    if (open.length > MOST_CONNECTIONS) open.shift();
    add({ op: "open", connection, kind, classes });
  };
  const size = () => random.pick([1, 2, 7, 16, 100, 100, 1000, 1000, 3000]);
  const timeout = () => random.weighted({ none: 8, zero: 2, short: 1 });
  const seconds = () => ({ none: null, zero: 0, short: SHORT })[timeout()];
  const abort = (): { abort?: Abort } =>
    random.chance(0.06) ? { abort: random.pick(["before", "at once", "microtask"]) } : {};
  const together = (): { together?: true } => (random.chance(0.2) ? { together: true } : {});

  const receive = (end: number, kind: Kind) => {
    const stream = isStream(kind);
    const flags: Flag[] = [];
    if (stream && random.chance(0.3)) flags.push("MSG_WAITALL");
    if (random.chance(0.1)) flags.push("MSG_PEEK");
    if (random.chance(0.08)) flags.push("MSG_DONTWAIT");
    if (kind.startsWith("tcp") && !flags.length && random.chance(0.1)) flags.push("MSG_TRUNC");
    const call = random.pick(receivers.filter(name => name !== "recvmmsg" || !stream));
    calls.push(
      add({ op: "receive", end, call, size: size(), flags, timeout: seconds(), ...abort(), ...together() }),
    );
  };
  const send = (end: number, kind: Kind) => {
    const stream = isStream(kind);
    const fit = senders.filter(name =>
      name === "sendfile"
        ? stream
        : name === "sendSegments"
          ? kind === "udp"
          : name === "sendmmsg"
            ? !stream
            : name === "sendto"
              ? kind === "udp"
              : true,
    );
    const call = random.pick(fit);
    const file = call === "sendfile";
    const step = {
      op: "send" as const,
      end,
      call,
      size: size(),
      parts: 1 + random.below(3),
      timeout: !file && random.chance(0.2) ? 0 : null,
    };
    calls.push(add(file ? step : { ...step, ...abort(), ...together() }));
  };

  opens();
  while (steps.length < length) {
    const { connection, kind, classes } = random.pick(open);
    const side = random.below(2);
    const end = 2 * connection + side;
    const other = 2 * connection + 1 - side;
    const stream = isStream(kind);
    const weights = {
      open: 6,
      receive: 30,
      send: 30,
      abort: 5,
      transfer: 1,
      shutdown: stream ? 1 : 0,
      close: 2,
      duplicate: 3,
      detach: 1,
      pass: capabilities.rights ? 1 : 0,
      drop: capabilities.collector ? 1 : 0,
      flood: stream ? 3 : 0,
      late: 0.5,
      idle: 0.5,
      reuse: capabilities.collector ? 2 : 0,
      stamp: capabilities.stamps && kind === "udp" ? 6 : 0,
      urgent: capabilities.urgent && kind.startsWith("tcp") ? 3 : 0,
      pair: 4,
    };
    for (const name of capabilities.without) if (name in weights) weights[name as keyof typeof weights] = 0;
    const what = random.weighted(weights);
    if (what === "open") opens();
    else if (what === "receive") receive(end, kind);
    else if (what === "send") send(end, kind);
    else if (what === "abort" || what === "transfer") {
      if (calls.length) add({ op: what, call: random.pick(calls.slice(-6)) });
    } else if (what === "close") add({ op: "close", end, by: random.chance(0.3) ? "number" : "object" });
    else if (what === "duplicate")
      add({ op: "duplicate", end, then: random.chance(0.5) && capabilities.collector ? "drop" : "close" });
    else if (what === "flood") {
      calls.push(
        add({
          op: "flood",
          end,
          call: random.pick(["sendall", "sendall", "sendfile"]),
          size: FLOOD,
          timeout: random.chance(0.2) ? SHORT : null,
        }),
      );
      if (random.chance(0.3))
        calls.push(add({ op: "flood", end, call: "sendall", size: 1000, timeout: null }));
      if (random.chance(0.4)) add({ op: "abort", call: random.pick(calls.slice(-2)) });
      if (random.chance(0.9))
        add({
          op: "drain",
          end: other,
          call: random.pick(receivers.slice(0, 6)),
          size: random.pick([1000, 20_000, 65536, 100_000]),
        });
    } else if (what === "late") add({ op: "late", end, size: size() });
    else if (what === "reuse") {
      // A socket that has waited, was duplicated and is collected; then its number comes again.
      const ours = 2 * connection + (classes[0] === "promises" ? 0 : 1);
      const theirs = 2 * connection + (classes[0] === "promises" ? 1 : 0);
      calls.push(add({ op: "receive", end: ours, call: "recv", size: 1000, flags: [], timeout: null }));
      send(theirs, kind);
      add({ op: "duplicate", end: ours, then: "drop" });
      opens();
      const fresh = open.at(-1)!;
      const end = 2 * fresh.connection + (fresh.classes[0] === "promises" ? 0 : 1);
      for (let i = random.below(3); i >= 0; i--) receive(end, fresh.kind);
      send(theirs, kind);
      send(end ^ 1, fresh.kind);
    } else if (what === "pair") {
      // Two records that are waited for at once, each coming in parts.
      const [a, b] = [random.pick(open), random.pick(open)].map(o => 2 * o.connection + random.below(2)) as [
        number,
        number,
      ];
      for (const at of [a, b])
        calls.push(
          add({
            op: "receive",
            end: at,
            call: random.pick(receivers.slice(0, 6)),
            size: 200,
            flags: ["MSG_WAITALL"],
            timeout: null,
          }),
        );
      for (let i = 0; i < 4; i++)
        for (const at of [a, b])
          calls.push(add({ op: "send", end: at ^ 1, call: "send", size: 100, parts: 1, timeout: null }));
    } else if (what === "idle") add({ op: "idle" });
    else add({ op: what, end });
  }
  return { seed, driver: "stepwise", steps, injected: injectedOf(random, capabilities) };
}
