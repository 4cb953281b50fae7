// guarded(host, policy): the gate between a guest and a host. Whatever a guest names is copied out of
// its memory first, then judged, then passed on out of memory that is the guard's own: another thread
// may change the guest's at any time. Every member of Host stands here, or in lookups.ts and batches.ts,
// with how it is judged, so that a new one does not compile until somebody has thought about it;
// docs/policy.md has the same as a table.
import { lengthOf, part } from "../../ts/base/views.js";
import type { Host } from "../contract.js";
import { HEAD } from "./address.js";
import { batchesOf } from "./batches.js";
import type { Descriptors } from "./descriptors.js";
import { explainer, type Call, type Explanation } from "./explain.js";
import { gateOf, isWhole } from "./gate.js";
import { sortOf } from "./judge.js";
import { lookupsOf } from "./lookups.js";
import { MAX_CONTROL, passingOf } from "./passing.js";
import { placesOf } from "./places.js";
import type { RuleText } from "./rule-forms.js";
import type { Policy } from "./rules.js";
import { largest } from "./tables.js";

/** A host for one guest. What was refused answers -EACCES, a descriptor that is not the guest's -EBADF. */
export interface GuardedHost extends Host {
  /** Which rule decides about a call, which is not made. */
  explain(call: Call): Explanation;
  /**
   * Gives the guest a descriptor of the embedder's, a socket or a file, which is closed with the guest's
   * others. Returns it, or -errno.
   */
  adopt(fd: number): number;
  /** Takes a descriptor away from the guest: it stays open, and is the embedder's. Returns it, or -EBADF. */
  surrender(fd: number): number;
  /** Closes all descriptors of the guest; every later call is refused. */
  dispose(): void;
  [Symbol.dispose](): void;
  /** dispose() when this object is collected: the guest's instance. */
  diesWith(instance: object): void;
}

const STREAM = 1;
/** BPF_MAXINSNS instructions (linux/bpf_common.h). */
const MAX_FILTER = 4096 * 8;
/** What the system sends of a file at once, at most (MAX_RW_COUNT). */
const MAX_COUNT = 0x7ffff000;
/** Calls of one recvEach(). */
const MAX_CALLS = 1 << 16;

const dying = new FinalizationRegistry<() => void>(dispose => dispose());

/** Wraps a host of its own, which nothing else may use. Throws a PolicyError where the policy has an error. */
export function guarded(whole: Host, policy: Policy | readonly RuleText[]): GuardedHost {
  const gate = gateOf(whole, policy);
  const { inner, judge, limits, table, view, reader, granted, stopped, socketOf, copyIn, copyOut } = gate;
  const { isAttached, waiting, clamp, within, payload, roomFor } = gate;
  const { EACCES, EBADF, EFAULT, EINTR, EINVAL, EMSGSIZE } = gate.errors;
  const c = judge.constants;
  const places = placesOf(gate);
  const { destination, closeTarget, hasTarget } = places;
  const passing = passingOf(gate, places);
  const explain = explainer(judge);

  const host: GuardedHost = {
    // What it is: the inner host's own word.
    name: inner.name,
    unavailable: inner.unavailable,
    target: inner.target,
    get maxBlockMs() {
      return inner.maxBlockMs;
    },
    lookups: inner.lookups,
    constants: () => inner.constants(),
    now: () => inner.now(),
    setTimer: (callback, milliseconds) => inner.setTimer(callback, milliseconds),
    clearTimer: timer => inner.clearTimer(timer),
    nextTurn: callback => inner.nextTurn(callback),
    random: () => inner.random(),
    channel: name => inner.channel(name),
    idna: name => inner.idna(name),
    warn: (message, type) => inner.warn(message, type),
    collect: thoroughly => inner.collect(thoroughly),
    gai_strerror: status => inner.gai_strerror(status),
    hstrerror: status => inner.hstrerror(status),
    // The runtime's own sockets are not the guest's.
    descriptorOf: () => null,

    attach: memory => gate.attach(memory),

    socket(family, type, protocol) {
      const sort = sortOf(family | 0, type | 0, protocol | 0);
      if (!granted("socket", judge.socket(sort))) return -EACCES;
      const room = roomFor(1);
      if (room < 0) return room;
      const fd = inner.socket(sort.family, type | 0, sort.protocol);
      if (fd >= 0) table.add(fd, sort);
      return fd;
    },
    socketpair(family, type, protocol, out) {
      const sort = sortOf(family | 0, type | 0, protocol | 0);
      if (!granted("socketpair", judge.pair(sort))) return -EACCES;
      const room = roomFor(2);
      if (room < 0) return room;
      if (out.length < 2) return -EINVAL;
      const pair = new Int32Array(2);
      const result = inner.socketpair(sort.family, type | 0, sort.protocol, pair);
      if (result < 0) return result;
      for (const fd of pair) table.add(fd, sort);
      out.set(pair);
      return result;
    },
    accept(fd, nonblocking) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      const room = roomFor(1);
      if (room < 0) return room;
      const accepted = waiting("accept", fd, () => inner.accept(fd, nonblocking));
      if (accepted < 0) return accepted;
      table.add(accepted, description.sort);
      copyOut(1);
      return accepted;
    },
    bind(fd, addressLength) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      return copyIn(addressLength) ? places.bindTo(fd, description, addressLength) : -EINVAL;
    },
    connect(fd, addressLength) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      if (!copyIn(addressLength)) return -EINVAL;
      const length = places.connectTo(description.sort, addressLength);
      if (length < 0) return length;
      try {
        return waiting("connect", fd, () => inner.connect(fd, length));
      } finally {
        closeTarget();
      }
    },
    listen(fd, backlog) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      const failed = places.listenAt(fd, description);
      return failed < 0 ? failed : inner.listen(fd, backlog);
    },
    shutdown: (fd, how) => stopped(fd) || inner.shutdown(fd, how),
    close(fd) {
      if (table.get(fd) === undefined) return -EBADF;
      const result = waiting("close", fd, () => inner.close(fd));
      table.delete(fd);
      return result;
    },
    closeOwned(fd, generation) {
      if (table.get(fd) === undefined) return -EBADF;
      const result = waiting("close", fd, () => inner.closeOwned(fd, generation));
      if (result !== -EBADF || inner.isInheritable(fd) < 0) table.delete(fd);
      return result;
    },
    getsockname(fd) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const result = inner.getsockname(fd);
      if (result >= 0) copyOut(1);
      return result;
    },
    getpeername(fd) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const result = inner.getpeername(fd);
      if (result >= 0) copyOut(1);
      return result;
    },

    recv(fd, buffer, length, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const most = clamp(length);
      if (most < 0) return most;
      return waiting("recv", fd, () => inner.recv(fd, buffer, most, flags));
    },
    recvEach(calls, buffers, count) {
      if (!isWhole(count) || count > MAX_CALLS || 2 * count > calls.length) return -EINVAL;
      const copy = calls.slice(0, 2 * count);
      const mine: number[] = [];
      let left = limits.bytes;
      for (let i = 0; i < count; i++) {
        const most = Math.min(clamp(copy[2 * i + 1]!), left);
        const failed = stopped(copy[2 * i]!) || Math.min(0, most);
        if (failed < 0) copy[2 * i + 1] = failed;
        // As if interrupted: whoever asks once more gets the rest.
        else if (left === 0) copy[2 * i + 1] = -EINTR;
        else {
          left -= most;
          copy[2 * i + 1] = most;
          mine.push(i);
        }
      }
      if (mine.length > 0) {
        const passed = Int32Array.from(mine.flatMap(i => [copy[2 * i]!, copy[2 * i + 1]!]));
        const result = inner.recvEach(
          passed,
          mine.map(i => buffers[i]),
          mine.length,
        );
        if (result < 0) return result;
        for (const [at, i] of mine.entries()) copy[2 * i + 1] = passed[2 * at + 1]!;
      }
      for (let i = 0; i < count; i++) calls[2 * i + 1] = copy[2 * i + 1]!;
      return count;
    },
    recvfrom(fd, buffer, length, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      if (!isAttached()) return -EINVAL;
      const most = clamp(length);
      if (most < 0) return most;
      const result = waiting("recvfrom", fd, () => inner.recvfrom(fd, buffer, most, flags));
      if (result >= 0) copyOut(1);
      return result;
    },
    recvmsg(fd, buffers, guestControl, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      if (!isAttached()) return -EINVAL;
      const room = guestControl === null ? 0 : Math.min(lengthOf(guestControl), MAX_CONTROL);
      const control = passing.room(room);
      const into = guestControl === null ? null : control.subarray(0, room);
      const result = waiting("recvmsg", fd, () => inner.recvmsg(fd, within(buffers, false)!, into, flags));
      if (result < 0) return result;
      if (guestControl !== null) {
        const left = passing.incoming(0, Math.min(view.getUint32(4, true), room));
        const length = left < 0 ? -1 - left : left;
        if (left < 0) view.setUint32(8, view.getUint32(8, true) | c.MSG_CTRUNC, true);
        view.setUint32(4, length, true);
        guestControl.set(control.subarray(0, length));
      }
      copyOut(3);
      return result;
    },
    send(fd, data, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const bytes = payload(fd, data);
      return bytes === null ? -EMSGSIZE : waiting("send", fd, () => inner.send(fd, bytes, flags));
    },
    sendto(fd, data, flags, addressLength) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      if (!copyIn(addressLength)) return -EINVAL;
      const bytes = payload(fd, data);
      if (bytes === null) return -EMSGSIZE;
      const length =
        addressLength === 0 ? 0 : destination("sendto", description.sort, reader, HEAD, addressLength);
      if (length < 0) return length;
      if (limits.milliseconds === Infinity && !hasTarget()) return inner.sendto(fd, bytes, flags, length);
      try {
        return waiting("sendto", fd, () => inner.sendto(fd, bytes, flags, length));
      } finally {
        closeTarget();
      }
    },
    sendmsg(fd, buffers, guestControl, flags, addressLength) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      if (!copyIn(addressLength)) return -EINVAL;
      const { sort } = description;
      const parts = within(buffers, sort.type !== STREAM);
      if (parts === null) return -EMSGSIZE;
      let own: Uint8Array | null = null;
      if (guestControl !== null) {
        const size = lengthOf(guestControl);
        if (size > MAX_CONTROL) return -EMSGSIZE;
        const control = passing.room(size);
        control.set(guestControl);
        const failed = passing.outgoing(fd, sort, 0, size);
        if (failed < 0) return failed;
        own = control.subarray(0, size);
      }
      const length = addressLength === 0 ? 0 : destination("sendmsg", sort, reader, HEAD, addressLength);
      if (length < 0) return length;
      try {
        return waiting("sendmsg", fd, () => inner.sendmsg(fd, parts, own, flags, length));
      } finally {
        closeTarget();
      }
    },
    sendfile(fd, file, offset, count) {
      const failed = stopped(fd) || stopped(file);
      if (failed < 0) return failed;
      const most = clamp(Math.min(count, MAX_COUNT));
      if (most < 0) return most;
      return waiting("sendfile", fd, () => inner.sendfile(fd, file, offset, most));
    },
    read(fd, buffer, length) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const most = clamp(length);
      if (most < 0) return most;
      return waiting("read", fd, () => inner.read(fd, buffer, most));
    },
    lseek: (fd, offset, whence) => stopped(fd) || inner.lseek(fd, offset, whence),

    ...batchesOf(gate, places, passing),

    getsockopt(fd, level, name, buffer) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const row = judge.optionRow("get", level | 0, name | 0);
      if (!granted("getsockopt", judge.option("get", level | 0, name | 0, 0)) || row === undefined)
        return -EACCES;
      const own = new Uint8Array(Math.min(lengthOf(buffer), largest(row.size)));
      const result = inner.getsockopt(fd, level | 0, name | 0, own);
      if (result > 0) buffer.set(own.subarray(0, result));
      return result;
    },
    setsockopt(fd, level, name, value, length) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const size = length | 0;
      if (size < 0 || (value !== null && size > lengthOf(value))) return -EFAULT;
      const decision = judge.option("set", level | 0, name | 0, value === null ? null : size);
      if (!granted("setsockopt", decision)) return -EACCES;
      const own = value === null ? null : new Uint8Array(part(value, 0, size));
      if (own !== null && (level | 0) === c.SOL_SOCKET && (name | 0) === c.SO_LINGER) gate.boundLinger(own);
      return inner.setsockopt(fd, level | 0, name | 0, own, size);
    },
    attachFilter(fd, name, instructions) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      if (lengthOf(instructions) > MAX_FILTER) return -EINVAL;
      return granted("attachFilter", judge.filter(name | 0))
        ? inner.attachFilter(fd, name | 0, new Uint8Array(instructions))
        : -EACCES;
    },
    ioctl(fd, request, argument, _) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const decision = judge.ioctl(request, argument === null ? null : lengthOf(argument));
      if (!granted("ioctl", decision) || argument === null) return -EACCES;
      const own = new Uint8Array(argument);
      const result = inner.ioctl(fd, request, own, 0);
      argument.set(own);
      return result;
    },
    dup(fd, _) {
      const description = table.get(fd);
      if (description === undefined) return -EBADF;
      const room = roomFor(1);
      if (room < 0) return room;
      // A plain number too is closed when the guest ends.
      const copy = inner.dup(fd, 1);
      if (copy >= 0) table.alias(copy, description);
      return copy;
    },
    isNonblocking: fd => stopped(fd) || inner.isNonblocking(fd),
    setNonblocking: (fd, on) => stopped(fd) || inner.setNonblocking(fd, on),
    isInheritable: fd => stopped(fd) || inner.isInheritable(fd),
    // The embedder's children get nothing of the guest's.
    setInheritable: (fd, on) => stopped(fd) || (on ? -EACCES : inner.setInheritable(fd, on)),

    poll: (entries, milliseconds) => gate.poll(entries, milliseconds),
    interruptible: milliseconds => gate.interruptible(milliseconds),
    interruptions: () => inner.interruptions(),
    // Nothing is watched but what watch() lets through.
    startWatching: (ready, triples, counters) => inner.startWatching(ready, triples, counters),
    watch: (fd, events, generation) => stopped(fd) || inner.watch(fd, events, generation),
    keepLoopAlive: on => inner.keepLoopAlive(on),

    own: (fd, socket) => (table.get(fd) === undefined ? -EBADF : inner.own(fd, socket)),
    ownerOf: fd => (table.get(fd) === undefined ? undefined : table.ownerOf(fd)),
    owned: () => inner.owned(),
    release(fd, generation) {
      if (table.get(fd) === undefined) return 0;
      const result = inner.release(fd, generation);
      // The guest keeps the number, and loses it with all others.
      if (result === 1) table.keep(fd);
      return result;
    },
    sweep() {
      const closed = inner.sweep();
      for (const fd of closed) table.delete(fd);
      return closed;
    },

    ...lookupsOf(gate),

    explain,
    adopt(fd) {
      const room = roomFor(1);
      if (room < 0) return room;
      const kept = table.keep(fd);
      if (kept < 0) return kept;
      const kind = places.kindOf(fd);
      table.add(fd, kind === undefined ? null : sortOf(...kind));
      return fd;
    },
    surrender(fd) {
      if (table.get(fd) === undefined) return -EBADF;
      // Whoever owns it lets it go: the keeper's generation is the one that counts then.
      const generation = inner.own(fd, table);
      if (generation > 0) inner.release(fd, generation);
      table.delete(fd);
      return fd;
    },
    dispose: () => table.dispose(),
    [Symbol.dispose]: () => table.dispose(),
    diesWith(instance) {
      dying.register(instance, dispose);
    },
  };
  // Neither holds the host: a guard that nobody has any more takes its descriptors along.
  const dispose = disposer(table);
  dying.register(host, dispose);
  return host;
}

/** Outside of guarded(), whose closures hold the host. */
function disposer(table: Descriptors): () => void {
  return () => table.dispose();
}
