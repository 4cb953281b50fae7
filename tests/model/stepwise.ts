// The stepwise driver: one step begins, the system settles, each answer is compared with the
// model's.
import { differs, shown, told, type Actual } from "./answers.js";
import { bytesOf, type Run } from "./bytes.js";
import { drain, receiving, sending, SETTLES } from "./calls.js";
import { SHORT, type Program, type Step } from "./program.js";
import { Model } from "./reference.js";
import { pairOf } from "./pair.js";
import { Fault, pause, slow, turn, type Under } from "./under.js";

/** A call that was made. */
interface Made {
  actual: Actual | undefined;
  promise: Promise<void>;
  abort: AbortController;
  buffer?: ArrayBuffer;
}

/** Milliseconds of a waiting process, and what it may spend of them. */
const IDLE = 100;
const IDLE_SPENDS = 12;
const LATE = 0.2;

/** Steps that let the loop turn on their way: what began before them settles first. */
function turns(step: Step): boolean {
  switch (step.op) {
    case "send":
      return step.call === "sendfile";
    case "receive":
      return step.timeout === SHORT;
    case "abort":
    case "transfer":
    case "shutdown":
    case "close":
    case "detach":
      return false;
    default:
      return true;
  }
}

export async function stepwise(program: Program, under: Under): Promise<void> {
  const driver = new Driver(under);
  try {
    for (const [i, step] of program.steps.entries()) {
      try {
        await driver.step(step);
      } catch (error) {
        if (error instanceof Fault) error.message = `step ${i} (${step.op} ${step.id}): ${error.message}`;
        throw error;
      }
    }
    await driver.finish();
  } finally {
    driver.abandon();
  }
}

class Driver {
  readonly #model = new Model();
  // Either class: their methods have the same names.
  readonly #sockets = new Map<number, any>();
  readonly #made = new Map<number, Made>();
  readonly #reason = new Error("aborted by the program");
  readonly #under: Under;
  /** Something has been sent or closed since the loop turned. */
  #moved = false;

  constructor(under: Under) {
    this.#under = under;
  }

  async step(step: Program["steps"][number]): Promise<void> {
    const waits = !step.together;
    // Whether a call tries before the loop has turned, when something has come since, is the
    // readiness flag's affair.
    if (turns(step) || (step.op === "receive" && this.#moved)) {
      this.#model.flush();
      await this.#settle();
    }
    this.#moved ||= step.op !== "receive";
    const verdict = this.#model.apply(step);
    if (!verdict.skip) await this.#run(step, verdict.run, verdict.bytes);
    if (waits) await this.#settle();
  }

  async finish(): Promise<void> {
    this.#model.flush();
    await this.#settle();
    for (const number of [...this.#sockets.keys()]) {
      this.#model.apply({ id: -1, op: "close", end: number, by: "object" });
      this.#sockets.get(number).close();
      await this.#settle();
    }
    this.#sockets.clear();
  }

  /** Closes what is left. */
  abandon(): void {
    for (const socket of this.#sockets.values())
      try {
        socket.close();
      } catch {
        /* it is as good as closed */
      }
  }

  /** Waits for the answers that the model knows, and compares them. */
  async #settle(): Promise<void> {
    const { settled } = this.#model;
    while (settled.size > 0) {
      for (const [id, answer] of [...settled]) {
        settled.delete(id);
        const made = this.#made.get(id);
        if (made === undefined) continue;
        const limit = performance.now() + SETTLES * 1000 * slow;
        while (made.actual === undefined && performance.now() < limit)
          await Promise.race([made.promise, pause(20)]);
        if ("any" in answer && made.actual === undefined) continue;
        if (made.actual === undefined)
          throw new Fault(`call ${id} does not settle; expected ${told(answer)}`);
        const wrong = differs(answer, made.actual);
        if (wrong) throw new Fault(`call ${id}: expected ${told(answer)}, got ${wrong}`);
        const sent = made.actual.error?.sent;
        if ("sent" in answer) this.#model.tookOnly(id, typeof sent === "number" ? sent : 0);
      }
      await turn();
    }
    await turn();
    await turn();
    this.#moved = false;
    for (const id of this.#model.waiting) {
      const actual = this.#made.get(id)?.actual;
      if (actual) throw new Fault(`call ${id} must wait, but it answered ${shown(actual)}`);
    }
  }

  /** Notes a call's answer when it comes. */
  #note(
    id: number,
    abort: AbortController,
    call: () => unknown,
    read: (value: any) => Actual,
    buffer?: ArrayBuffer,
  ): Made {
    const made: Made = { actual: undefined, promise: Promise.resolve(), abort };
    if (buffer) made.buffer = buffer;
    const failed = (error: any) => {
      made.actual = {
        error: {
          code: error?.code,
          name: error?.name,
          sent: error?.bytesSent,
          reason: error === this.#reason,
          text: String(error),
        },
      };
    };
    let value: unknown;
    try {
      value = call();
    } catch (error) {
      failed(error);
    }
    if (made.actual === undefined) {
      if (value instanceof Promise)
        made.promise = value.then(result => {
          made.actual = read(result);
        }, failed);
      else made.actual = read(value);
    }
    this.#made.set(id, made);
    return made;
  }

  async #run(step: Program["steps"][number], run: Run | undefined, bytes: Run[] | undefined): Promise<void> {
    const { constants: c } = this.#under;
    const end = "end" in step ? step.end : -1;
    const socket = this.#sockets.get(end);
    switch (step.op) {
      case "open":
        return this.#open(step);
      case "receive":
        return this.#receive(step, socket);
      case "send":
        return this.#send(step, socket, run!);
      case "flood": {
        socket.settimeout(step.timeout);
        const data = bytesOf(run!);
        const abort = new AbortController();
        const options = { signal: abort.signal };
        if (step.call === "sendall")
          this.#note(
            step.id,
            abort,
            () => socket.sendall(data, options),
            () => ({ done: true }),
          );
        else {
          const file = this.#under.file(data);
          void this.#note(
            step.id,
            abort,
            () => socket.sendfile(file.fd, 0, undefined, options),
            count => ({ count }),
          ).promise.then(() => file.close());
        }
        // The first try is made by now, whatever a file needs before it.
        await turn();
        return;
      }
      case "drain":
        return drain(step, socket, bytes!, this.#model.end(step.end)!.class === "blocking");
      case "late":
        return this.#late(step, socket, run!);
      case "abort":
        return this.#made.get(step.call)?.abort.abort(this.#reason);
      case "transfer": {
        const { buffer } = this.#made.get(step.call)!;
        if (buffer) structuredClone(buffer, { transfer: [buffer] });
        return;
      }
      case "shutdown":
        return socket.shutdown(c.SHUT_WR);
      case "close":
        if (step.by === "number") {
          this.#under.blocking.close(socket.fileno());
          socket.detach();
        } else socket.close();
        return;
      case "duplicate": {
        this.#sockets.set(end, socket.dup());
        if (step.then === "close") socket.close();
        else await this.#dropped(new WeakRef(socket));
        const stale = this.#under.stale();
        if (stale.length > 0) throw new Fault(`closed, but still watched: ${stale.join()}`);
        return;
      }
      case "detach": {
        const { family, type, proto } = socket;
        this.#sockets.set(end, new socket.constructor(family, type, proto, socket.detach()));
        return;
      }
      case "pass":
        return this.#pass(end, socket);
      case "drop":
        this.#sockets.delete(end);
        return this.#dropped(new WeakRef(socket));
      case "stamp":
        return this.#stamp(step, socket);
      case "urgent":
        return this.#urgent(step, socket);
      case "idle": {
        await pause(5);
        const before = this.#under.cpu();
        await pause(IDLE);
        const spent = this.#under.cpu() - before;
        if (spent > IDLE_SPENDS * slow)
          throw new Fault(`waiting for ${IDLE} ms took ${spent.toFixed(1)} ms of CPU time`);
      }
    }
  }

  /** A pair, each end of its class. */
  #open({ connection, kind, classes }: Extract<Step, { op: "open" }>): void {
    const { promises } = this.#under;
    for (const [side, socket] of pairOf(this.#under, kind).entries()) {
      const { family, type, proto } = socket;
      const end =
        classes[side] === "promises" ? new promises.Socket(family, type, proto, socket.detach()) : socket;
      this.#sockets.set(2 * connection + side, end);
    }
  }

  #receive(step: Extract<Step, { op: "receive" }> & { id: number }, socket: any): void | Promise<void> {
    const controller = new AbortController();
    const options =
      this.#model.end(step.end)!.class === "promises" && (step.abort !== undefined || step.timeout === null)
        ? [{ signal: controller.signal }]
        : [];
    const { made, read, buffer } = receiving(step, socket, this.#under.constants, options);
    if (socket.fileno() >= 0) socket.settimeout(step.timeout);
    if (step.abort === "before") controller.abort(this.#reason);
    const noted = this.#note(step.id, controller, made, read, buffer);
    if (step.abort === "at once") controller.abort(this.#reason);
    else if (step.abort === "microtask") queueMicrotask(() => controller.abort(this.#reason));
    // Its time runs out before anything else begins, if it waits.
    const expected = this.#model.settled.get(step.id);
    if (expected && step.timeout === SHORT && step.abort === undefined)
      return Promise.race([noted.promise, pause(1000 * SETTLES * slow)]).then(() => {});
  }

  #send(step: Extract<Step, { op: "send" }> & { id: number }, socket: any, run: Run): void {
    const controller = new AbortController();
    const options =
      this.#model.end(step.end)!.class === "promises" && step.abort !== undefined
        ? [{ signal: controller.signal }]
        : [];
    if (socket.fileno() >= 0) socket.settimeout(step.timeout);
    if (step.abort === "before") controller.abort(this.#reason);
    const made = sending(
      step,
      socket,
      run,
      this.#under,
      options,
      this.#model.end(step.end)!.class === "promises",
    );
    const noted = this.#note(step.id, controller, made.made, made.read);
    void noted.promise.then(() => made.close?.());
    if (step.abort === "at once") controller.abort(this.#reason);
    else if (step.abort === "microtask") queueMicrotask(() => controller.abort(this.#reason));
  }

  async #late(step: Extract<Step, { op: "late" }> & { id: number }, socket: any, run: Run): Promise<void> {
    const start = performance.now();
    const peer = this.#sockets.get(step.end ^ 1);
    socket.settimeout(LATE);
    this.#note(
      step.id,
      new AbortController(),
      () => socket.recv(step.size),
      bytes => ({ bytes }),
    );
    await turn();
    await turn();
    if (performance.now() - start > LATE * 500) {
      // Too slow a machine today: it may have run out already. The bytes are never sent.
      this.#model.settled.set(step.id, { late: true });
      return;
    }
    peer.settimeout(null);
    const sent = peer.send(bytesOf(run));
    while (performance.now() - start < LATE * 1000 + 60);
    if ((await sent) !== step.size) throw new Fault(`late: sent ${await sent} of ${step.size}`);
  }

  async #pass(end: number, socket: any): Promise<void> {
    const { blocking, promises, constants: c } = this.#under;
    const { family, type, proto } = socket;
    const [a, b] = blocking
      .socketpair(c.AF_UNIX, c.SOCK_STREAM)
      .map(s => new promises.Socket(c.AF_UNIX, c.SOCK_STREAM, 0, s.detach())) as [any, any];
    const coming = promises.recvFds(b, 10, 4);
    await promises.sendFds(a, ["passed"], [socket.fileno()]);
    const [message, fds] = await coming;
    a.close();
    b.close();
    if (String(message) !== "passed" || fds.length !== 1)
      throw new Fault(`pass: ${fds.length} descriptors with ${String(message)}`);
    this.#sockets.set(end, new socket.constructor(family, type, proto, fds[0]));
    socket.close();
  }

  /** Has a socket collected that nobody holds any more; its descriptor is closed. */
  async #dropped(socket: WeakRef<any>): Promise<void> {
    const { blocking, descriptors, collect, constants: c } = this.#under;
    const fd = socket.deref()!.fileno();
    const before = descriptors().find(line => line.startsWith(`${fd} `));
    for (let i = 0; i < 3; i++) {
      await turn();
      await collect();
      for (let opened = 0; opened < 300; opened++) new blocking.Socket(c.AF_UNIX, c.SOCK_STREAM).close();
      if (before === undefined || !descriptors().includes(before)) return;
    }
    const left = socket.deref();
    if (left === undefined) throw new Fault(`descriptor ${before} of a collected socket stays open`);
    left.close();
  }

  /** Asks for transmit time stamps; the next time, reads one from the error queue. */
  async #stamp(step: Step & { id: number }, socket: any): Promise<void> {
    const { constants: c } = this.#under;
    const asked = 24;
    const on = c.SOF_TIMESTAMPING_TX_SOFTWARE! | c.SOF_TIMESTAMPING_SOFTWARE!;
    if (socket.getsockopt(c.SOL_SOCKET, c.SO_TIMESTAMPING) !== on) {
      socket.setsockopt(c.SOL_SOCKET, c.SO_TIMESTAMPING, on);
      this.#note(
        step.id,
        new AbortController(),
        () => undefined,
        () => ({ done: true }),
      );
      return;
    }
    socket.settimeout(SETTLES * slow);
    const made = this.#note(
      step.id,
      new AbortController(),
      () => socket.recvmsg(asked, 512, c.MSG_ERRQUEUE),
      ([, items]) => (items.length ? { done: true } : { count: 0 }),
    );
    await made.promise;
  }

  async #urgent(step: Step & { id: number }, socket: any): Promise<void> {
    const { constants: c } = this.#under;
    const peer = this.#sockets.get((step as { end: number }).end ^ 1);
    socket.settimeout(null);
    if ((await socket.send(Uint8Array.of(0x21), c.MSG_OOB)) !== 1) throw new Fault("urgent: nothing sent");
    peer.settimeout(SETTLES * slow);
    this.#note(
      step.id,
      new AbortController(),
      () => peer.recv(1, c.MSG_OOB),
      bytes => (bytes.length === 1 && bytes[0] === 0x21 ? { done: true } : { bytes }),
    );
  }
}
