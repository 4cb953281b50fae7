// The model of sockets: what each call of a stepwise program must answer, by the rules of waiting.
import { lengthOf, pieces, type Run } from "./bytes.js";
import {
  Kernel,
  MOST_BYTES,
  MOST_MESSAGES,
  MOST_PARTS,
  peeks,
  type End,
  type Receive,
  type Waiting,
} from "./kernel.js";
import { isStream, type Program, type Step } from "./program.js";

/** What the driver must do for a step. */
export interface Verdict {
  /** The step does nothing here. */
  skip?: boolean;
  /** The run that a sending call sends, in parts. */
  run?: Run;
  /** A drain: all that it must receive. */
  bytes?: Run[];
}

export class Model extends Kernel {
  /**
   * Takes a step; the calls that it makes settle are in `settled` afterwards, save those that wait
   * for the loop to turn.
   */
  apply(step: Program["steps"][number]): Verdict {
    const verdict = this.#apply(step);
    if (!step.together) this.flush();
    return verdict;
  }

  #apply(step: Program["steps"][number]): Verdict {
    if (step.op === "open") return this.#open(step);
    if (step.op === "idle") return {};
    if (step.op === "abort") return this.#abort(step.call);
    if (step.op === "transfer") return this.#transfer(step.call);
    const end = this.ends.get(step.end);
    if (end === undefined || (end.unsure && step.op !== "close" && step.op !== "drop")) return { skip: true };
    if (!end.open) {
      if ((step.op !== "receive" && step.op !== "send") || (step.op === "send" && step.call === "sendfile"))
        return { skip: true };
      this.settled.set(
        step.id,
        (step.op === "receive" && step.abort === "before") || (step.op === "send" && step.abort === "before")
          ? { any: true }
          : { codes: ["EBADF"] },
      );
      return { run: { stream: end.number, from: 0, to: 1 } };
    }
    switch (step.op) {
      case "receive":
        return this.#receive(end, step);
      case "send":
        return this.#send(end, step);
      case "flood":
        return this.#flood(end, step);
      case "drain":
        return this.#drain(end);
      case "late":
        return this.#late(end, step);
      case "shutdown":
        return this.#shutdown(end);
      case "close":
        return this.#close(end);
      case "drop":
        return end.waiting.length || end.peer.incoming.floods.length || end.class !== "promises"
          ? { skip: true }
          : this.#drop(end);
      case "duplicate":
        if (step.then === "drop" && (end.waiting.length || end.peer.incoming.floods.length))
          return { skip: true };
        this.#reject(end);
        return {};
      case "detach":
      case "pass":
        this.#reject(end);
        if (end.held) end.error = undefined;
        end.held = false;
        return {};
      case "stamp":
        if (end.kind !== "udp" || end.class !== "promises" || (end.stamping && end.stamps === 0))
          return { skip: true };
        if (end.stamping) end.stamps--;
        end.stamping = true;
        this.settled.set(step.id, { done: true });
        return {};
      case "urgent":
        return this.#urgent(end, step);
    }
  }

  #open({ connection, kind, classes }: Extract<Step, { op: "open" }>): Verdict {
    const ends = [0, 1].map(side => ({
      number: 2 * connection + side,
      class: classes[side]!,
      kind,
      open: true,
      waiting: [],
      error: undefined,
      held: false,
      shut: false,
      stamps: 0,
      stamping: false,
      hole: false,
      unsure: false,
      incoming: {
        stream: 2 * connection + 1 - side,
        next: 0,
        content: [],
        messages: [],
        ended: false,
        floods: [],
        partial: false,
      },
    })) as unknown as [End, End];
    ends[0].peer = ends[1];
    ends[1].peer = ends[0];
    for (const end of ends) this.ends.set(end.number, end);
    return {};
  }

  #receive(end: End, step: Receive & { id: number }): Verdict {
    if (end.incoming.floods.length > 0 || end.incoming.partial) return { skip: true };
    if (step.abort !== undefined && end.class === "blocking") return { skip: true };
    if (end.waiting.length > 0 && end.class === "blocking") return { skip: true };
    const call: Waiting = { id: step.id, end, step, part: [], gone: false };
    if (step.abort === "before") {
      this.settled.set(step.id, { reason: true });
      return {};
    }
    // A blocking call with a timeout polls before it tries and after, as Python's does: it waits,
    // whatever the flag.
    const waits =
      step.timeout !== 0 &&
      (!step.flags.includes("MSG_DONTWAIT") || (end.class === "blocking" && step.timeout !== null));
    if (end.class === "blocking" && step.timeout === null && waits) {
      // It would wait for ever: looked for without taking anything.
      const filling = step.flags.includes("MSG_WAITALL") && isStream(end.kind);
      const available = lengthOf(end.incoming.content);
      const there =
        end.error !== undefined ||
        end.incoming.ended ||
        end.incoming.messages.length > 0 ||
        (filling ? available >= step.size : available > 0);
      if (!there) return { skip: true };
    }
    // Peeks that wait look before anybody passes them.
    const blocked = end.waiting.some(one => !peeks(one));
    if (!blocked) this.take(end);
    const answer = blocked ? undefined : this.tryReceive(end, call);
    if (answer !== undefined) this.settled.set(step.id, answer);
    else if (!waits)
      this.settled.set(step.id, call.part.length ? { bytes: call.part } : { codes: ["EAGAIN"] });
    else if (step.timeout !== null || step.abort !== undefined) {
      this.settled.set(
        step.id,
        call.part.length
          ? { bytes: call.part }
          : step.abort !== undefined
            ? { reason: true }
            : { late: true },
      );
    } else {
      end.waiting.push(call);
      this.calls.set(call.id, call);
    }
    return {};
  }

  #send(end: End, step: Extract<Step, { op: "send" }> & { id: number }): Verdict {
    const { peer } = end;
    const { incoming } = peer;
    const stream = isStream(end.kind);
    if (step.abort !== undefined && end.class === "blocking") return { skip: true };
    if (incoming.floods.length > 0 || incoming.partial) return { skip: true };
    const run = { stream: end.number, from: incoming.next, to: incoming.next + step.size };
    if (step.abort === "before") {
      this.settled.set(step.id, { reason: true });
      return { run };
    }
    // AF_UNIX looks at the direction first; its error stays for a receive.
    if (end.error !== undefined && end.kind !== "unix-stream") {
      this.settled.set(step.id, { codes: [end.error] });
      end.error = undefined;
      return { run };
    }
    if (end.shut) {
      if (!stream) return { skip: true };
      this.settled.set(step.id, { codes: ["EPIPE"] });
      return { run };
    }
    if (!peer.open) {
      if (end.kind === "unix-stream") {
        this.settled.set(step.id, { codes: ["EPIPE"] });
        return { run };
      }
      if (end.kind !== "udp" || step.call === "sendSegments" || step.call === "sendmmsg")
        return { skip: true };
      end.error = "ECONNREFUSED";
      this.settled.set(step.id, step.call === "sendall" ? { done: true } : { count: step.size });
      if (end.stamping) end.stamps++;
      this.serve(end);
      return { run };
    }
    const messages = this.#messagesOf(step, run);
    if (
      stream
        ? lengthOf(incoming.content) + step.size > MOST_BYTES || incoming.content.length >= MOST_PARTS
        : incoming.messages.length + messages.length > MOST_MESSAGES
    )
      return { skip: true };
    incoming.next = run.to;
    if (stream) incoming.content.push(run);
    else incoming.messages.push(...messages.map(message => [message]));
    if (end.stamping) end.stamps += step.call === "sendSegments" ? 1 : messages.length;
    this.settled.set(
      step.id,
      step.call === "sendall"
        ? { done: true }
        : { count: step.call === "sendmmsg" ? messages.length : step.size },
    );
    this.serve(peer);
    return { run };
  }

  /** The datagrams that a call makes of a run. */
  #messagesOf(step: Extract<Step, { op: "send" }>, run: Run): Run[] {
    const several = step.call === "sendmmsg" || step.call === "sendSegments";
    return several ? pieces(run, step.parts) : [run];
  }

  #flood(end: End, step: Extract<Step, { op: "flood" }> & { id: number }): Verdict {
    const { peer } = end;
    const { incoming } = peer;
    if (end.class !== "promises" || !peer.open || end.shut || end.error !== undefined || !isStream(end.kind))
      return { skip: true };
    if (peer.waiting.length > 0 || incoming.ended || incoming.partial) return { skip: true };
    if (incoming.floods.length === 0 && step.size < 500_000) return { skip: true };
    if (incoming.floods.length > 0 && step.timeout !== null) return { skip: true };
    const run = { stream: end.number, from: incoming.next, to: incoming.next + step.size };
    incoming.next = run.to;
    const flood = { id: step.id, end, step, run };
    if (step.timeout !== null) this.settled.set(step.id, { late: true, sent: "some" });
    else this.calls.set(step.id, flood);
    incoming.floods.push(flood);
    return { run };
  }

  /** A sending call has ended early, and says how much the kernel took. */
  tookOnly(id: number, sent: number): void {
    for (const end of this.ends.values()) {
      const { incoming } = end;
      const flood = incoming.floods.find(one => one.id === id);
      if (flood === undefined) continue;
      incoming.floods.splice(incoming.floods.indexOf(flood), 1);
      if (sent === 0) continue;
      incoming.content.push({ ...flood.run, to: flood.run.from + sent });
      incoming.partial = true;
    }
  }

  #drain(end: End): Verdict {
    const { incoming } = end;
    if ((incoming.floods.length === 0 && !incoming.partial) || end.waiting.length > 0) return { skip: true };
    const bytes = [...incoming.content, ...incoming.floods.map(flood => flood.run)];
    for (const flood of incoming.floods)
      this.settle(
        flood,
        (flood.step as Extract<Step, { op: "flood" }>).call === "sendall"
          ? { done: true }
          : { count: lengthOf([flood.run]) },
      );
    incoming.content = [];
    incoming.floods = [];
    incoming.partial = false;
    return { bytes };
  }

  /** A call whose time runs out while the loop is busy, and whose bytes come before it does. */
  #late(end: End, step: Extract<Step, { op: "late" }> & { id: number }): Verdict {
    const { peer } = end;
    const { incoming } = end;
    if (
      end.class !== "promises" ||
      !peer.open ||
      peer.shut ||
      peer.error !== undefined ||
      end.error !== undefined ||
      end.waiting.length > 0 ||
      this.has(incoming) ||
      incoming.ended ||
      incoming.floods.length > 0 ||
      incoming.partial
    )
      return { skip: true };
    const run = { stream: peer.number, from: incoming.next, to: incoming.next + step.size };
    incoming.next = run.to;
    if (peer.stamping) peer.stamps++;
    this.settled.set(step.id, { bytes: [run] });
    return { run };
  }

  #urgent(end: End, step: Step & { id: number }): Verdict {
    const { peer } = end;
    if (
      !end.kind.startsWith("tcp") ||
      !peer.open ||
      end.shut ||
      end.error !== undefined ||
      peer.class !== "promises" ||
      this.has(peer.incoming) ||
      peer.incoming.floods.length > 0 ||
      peer.incoming.partial
    )
      return { skip: true };
    peer.hole = true;
    this.settled.set(step.id, { done: true });
    // Nothing is joined over its mark.
    const filler = peer.waiting.find(one => !peeks(one));
    if (filler !== undefined && filler.part.length > 0) {
      peer.waiting.splice(peer.waiting.indexOf(filler), 1);
      this.settle(filler, { bytes: filler.part });
    }
    return {};
  }

  #shutdown(end: End): Verdict {
    if (!isStream(end.kind) || end.shut || end.peer.incoming.floods.length > 0 || !end.peer.open)
      return { skip: true };
    end.shut = true;
    end.peer.incoming.ended = true;
    this.serve(end.peer);
    return {};
  }

  #reject(end: End): void {
    for (const call of end.waiting)
      this.settle(call, call.part.length > 0 && !peeks(call) ? { bytes: call.part } : { codes: ["EBADF"] });
    end.waiting = [];
    const { incoming } = end.peer;
    for (const [i, flood] of [...incoming.floods].entries()) {
      // What the kernel took of it stays in the stream: tookOnly() says how much.
      this.settle(flood, { codes: ["EBADF"], sent: i === 0 ? "some" : 0 });
    }
  }

  #close(end: End): Verdict {
    const { peer, incoming } = end;
    const unread = this.has(incoming) || incoming.floods.length > 0 || end.hole;
    this.#reject(end);
    end.open = false;
    if (!peer.open) return {};
    if (end.kind === "unix-stream") {
      if (incoming.floods.length > 0) {
        this.unsure(end);
        return {};
      }
      peer.incoming.ended = true;
      peer.shut = true; // EPIPE
      if (unread) peer.error = "ECONNRESET";
      if (peer.waiting.length > 0 && peer.incoming.floods.length > 0) this.unsure(end);
      else this.serve(peer);
    } else if (end.kind === "udp") {
      incoming.messages = [];
    } else if (
      end.kind.startsWith("tcp") &&
      !unread &&
      peer.incoming.floods.length === 0 &&
      !peer.incoming.partial
    ) {
      peer.incoming.ended = true;
      this.serve(peer);
    } else this.unsure(end);
    return {};
  }

  #drop(end: End): Verdict {
    this.ends.delete(end.number);
    return this.#close(end);
  }

  #abort(id: number): Verdict {
    const call = this.calls.get(id);
    if (call === undefined || call.end.class !== "promises") return { skip: true };
    if ("run" in call) {
      const { floods } = call.end.peer.incoming;
      const first = floods[0]?.id === id;
      // Whether the next one would get anything then is the kernel's affair.
      if (first && floods.length > 1) return { skip: true };
      this.settle(call, first ? { codes: ["ECANCELED"], sent: "some" } : { reason: true });
      if (!first) {
        floods.splice(
          floods.findIndex(one => one.id === id),
          1,
        );
      }
    } else {
      const part = this.partOf(call.end, call);
      this.settle(call, part.length > 0 ? { bytes: part } : { reason: true });
      call.end.waiting.splice(call.end.waiting.indexOf(call), 1);
      this.serve(call.end);
    }
    return {};
  }

  #transfer(id: number): Verdict {
    const call = this.calls.get(id);
    if (call === undefined || "run" in call) return { skip: true };
    const step = call.step as Receive;
    if (
      (step.call !== "recvInto" && step.call !== "recvfromInto") ||
      step.flags.length > 0 ||
      call.end.kind === "udp"
    )
      return { skip: true };
    call.gone = true;
    return {};
  }
}
