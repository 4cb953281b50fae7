// What all parts of a guard share: the inner host, the policy's judge, the guest's descriptors, the
// message blocks of both sides, and the limits.
import { lengthOf, part } from "../../ts/base/views.js";
import type { AuditChannel, Host } from "../contract.js";
import { AddressReader, HEAD, newAddress, ROOM } from "./address.js";
import { Descriptors, type Description } from "./descriptors.js";
import { endable, ender } from "./ended.js";
import { Judge, type Decision, type Sort, type Word } from "./judge.js";
import type { RuleText } from "./rule-forms.js";
import { latin1 } from "./latin1.js";
import { rulesOf, type Policy } from "./rules.js";

/** What the channel `berkeley-sockets.policy` tells of each decision. */
export interface PolicyEvent {
  readonly call: string;
  readonly granted: boolean;
  /** The rule that decided, its short form and its place in the policy; null where none did. */
  readonly rule: string | null;
  readonly place: string | null;
  readonly why: string;
}

/** A description that is a socket. */
export type SocketDescription = Description & { readonly sort: Sort };
export type Gate = ReturnType<typeof gateOf>;

const STREAM = 1;
const MAX_POLLED = 1 << 16;
const MAX_LENGTH = 0x7fffffff;
/** Seconds that a guest's close may wait, at most: others wait for it when the environment ends. */
const MAX_LINGER = 60;

/** Whether a number of the guest's is a length, and the same one for the system. */
export const isWhole = (length: number): boolean =>
  Number.isInteger(length) && length >= 0 && length <= MAX_LENGTH;

const ENDED: Decision = { granted: false, rule: null, why: "the guest has ended" };

/** Reads the policy and takes the host, which nothing else may use. */
export function gateOf(whole: Host, policy: Policy | readonly RuleText[]) {
  const rules = rulesOf(policy);
  // Every call of the guest's goes through this one, which refuses from dispose() on.
  const inner = endable(whole);
  if (!inner.target.startsWith("linux"))
    throw new Error(`guarded: policies know the addresses of Linux, and this host is ${inner.target}`);
  const { limits } = rules;
  const long = inner.target === "linux32" ? 4 : 8;
  const little = inner.target !== "linux64be";
  const judge = new Judge(rules, inner.constants(), long);
  const c = judge.constants;
  /** Linux's number where the host has none, as one without sockets. */
  const errno = (name: keyof typeof c, linux: number): number =>
    Number.isNaN(c[name] as number) ? linux : c[name];
  const errors = {
    EACCES: errno("EACCES", 13),
    EBADF: errno("EBADF", 9),
    EBUSY: errno("EBUSY", 16),
    EFAULT: errno("EFAULT", 14),
    EINTR: errno("EINTR", 4),
    EINVAL: errno("EINVAL", 22),
    EMFILE: errno("EMFILE", 24),
    EMSGSIZE: errno("EMSGSIZE", 90),
    ENAMETOOLONG: errno("ENAMETOOLONG", 36),
    ENOTSOCK: errno("ENOTSOCK", 88),
    ETIMEDOUT: errno("ETIMEDOUT", 110),
    /** The resolver's, with its sign. */
    EAI_FAIL: errno("EAI_FAIL", -4),
  };
  const { EACCES, EBADF, EBUSY, EINTR, EINVAL, EMFILE, ENOTSOCK, ETIMEDOUT } = errors;
  /** Without sockets there is nothing to guard. */
  const without = inner.unavailable !== undefined;

  // The guard's own message block, and the guest's.
  const block = new Uint8Array(HEAD + ROOM);
  const view = new DataView(block.buffer);
  const reader = new AddressReader(block, little);
  const address = newAddress();
  let outer: Uint8Array | null = null;
  let outerRoom = 0;
  let outerView: DataView = view;
  if (inner.attach(block) < 0 && !without)
    throw new Error("guarded: somebody else has this host: give it one of its own");
  const table = new Descriptors(
    whole,
    [c.SOL_SOCKET, c.SO_LINGER],
    ender(inner, errors.EACCES, errors.EAI_FAIL),
  );

  let channel: AuditChannel | undefined;
  /** Tells of a decision; returns whether it grants. */
  function granted(call: string, judged: Decision): boolean {
    const decision = table.disposed ? ENDED : judged;
    channel ??= inner.channel("berkeley-sockets.policy");
    if (channel.hasSubscribers) {
      const { rule, why } = decision;
      const event: PolicyEvent = {
        call,
        granted: decision.granted,
        rule: rule?.text ?? null,
        place: rule?.place ?? null,
        why,
      };
      channel.publish(event);
    }
    return decision.granted;
  }
  const word = (call: string, kind: Word): boolean => granted(call, judge.word(kind));

  const interfaceOf = (index: number): string => {
    const name = inner.if_indextoname(index);
    return typeof name === "string" ? name : "";
  };

  /** Why a call of a descriptor can't be made: -errno, or 0. */
  function stopped(fd: number): number {
    const description = table.get(fd);
    if (description === undefined) return -EBADF;
    return description.refused ? -EACCES : 0;
  }

  /** The same for calls that are judged by what the socket is. */
  function socketOf(fd: number): (Description & { readonly sort: Sort }) | number {
    const description = table.get(fd);
    if (description === undefined) return -EBADF;
    if (description.refused) return -EACCES;
    return description.sort === null ? -ENOTSOCK : (description as Description & { readonly sort: Sort });
  }

  /** Takes the guest's message block. */
  function attach(memory: Uint8Array): number {
    if (without || table.disposed) return inner.attach(memory);
    if (outer !== null) return -EBUSY;
    if (lengthOf(memory) <= HEAD) return -EINVAL;
    outer = memory;
    outerRoom = Math.min(ROOM, lengthOf(memory) - HEAD);
    outerView = new DataView(memory.buffer, memory.byteOffset, lengthOf(memory));
    return 0;
  }

  function copyIn(length: number): boolean {
    if (outer === null || !isWhole(length) || length > outerRoom) return false;
    for (let i = HEAD; i < HEAD + length; i++) block[i] = outer[i]!;
    return true;
  }

  /** Where bytes of a UNIX path are what the guard made of one of the guest's, they become the guest's again. */
  function ownPath(bytes: Uint8Array, at: number, length: number): Uint8Array | undefined {
    if (table.paths.size === 0 || length < 9 || bytes[at + 2] !== 0x2f) return undefined;
    const end = bytes.indexOf(0, at + 2);
    return table.paths.get(
      latin1(bytes.subarray(at + 2, end < 0 ? at + length : Math.min(end, at + length))),
    );
  }

  function copyOut(words: number): void {
    if (outer === null) return;
    const length = view.getUint32(0, true);
    const path = ownPath(block, HEAD, Math.min(length, ROOM));
    if (path !== undefined) {
      block.set(path, HEAD + 2);
      block[HEAD + 2 + path.length] = 0;
      view.setUint32(0, path.length + 3, true);
    }
    for (let i = 0; i < words; i++) outerView.setUint32(4 * i, view.getUint32(4 * i, true), true);
    const end = HEAD + Math.min(view.getUint32(0, true), ROOM, outerRoom);
    for (let i = HEAD; i < end; i++) outer[i] = block[i]!;
  }

  // Waits. What of them ends without a result counts until one has a result.
  let guestInterval = 0;
  let waited = 0;
  let waitedFor = "";
  /** Milliseconds that a call may wait, less what it waited if it was the last to be made. */
  function timeLeft(key: string): number {
    if (key !== waitedFor) waited = 0;
    waitedFor = key;
    return limits.milliseconds - waited;
  }

  /** A wait that began at `began` has ended without a result. Returns what it says, or -ETIMEDOUT. */
  function waitedInVain(began: number, result: number): number {
    waited += inner.now() - began;
    if (waited < limits.milliseconds) return result;
    waited = 0;
    return -ETIMEDOUT;
  }

  /** A call that may block, within the policy's time. */
  function waiting(name: string, fd: number, call: () => number): number {
    if (limits.milliseconds === Infinity) return call();
    const left = Math.max(1, Math.ceil(timeLeft(`${name} ${fd}`)));
    const arms = guestInterval === 0 || guestInterval > left;
    const began = inner.now();
    if (arms) inner.interruptible(left);
    let result: number;
    try {
      result = call();
    } finally {
      if (arms) inner.interruptible(guestInterval);
    }
    if (result === -EINTR) return waitedInVain(began, result);
    waited = 0;
    return result;
  }

  /** Why poll(2) of these can't be made: -errno, or 0. */
  function stoppedOf(entries: Int32Array): number {
    for (let i = 0; i + 2 < entries.length; i += 3) {
      // poll(2) passes over negative numbers.
      const failed = entries[i]! < 0 ? 0 : stopped(entries[i]!);
      if (failed < 0) return failed;
    }
    return 0;
  }

  /** poll(2) within the policy's time. */
  function poll(entries: Int32Array, milliseconds: number): number {
    // poll(2) takes no more than there may be descriptors.
    if (entries.length > 3 * MAX_POLLED) return -EINVAL;
    const own = entries.slice();
    const failed = stoppedOf(own);
    if (failed < 0) return failed;
    const left = timeLeft(`poll ${own[0]}`);
    const clamps = milliseconds < 0 ? left !== Infinity : milliseconds > left;
    const began = inner.now();
    const result = inner.poll(own, clamps ? Math.max(1, Math.ceil(left)) : milliseconds);
    for (let i = 2; i < own.length; i += 3) entries[i] = own[i]!;
    if (result === 0 || result === -EINTR) return waitedInVain(began, result);
    waited = 0;
    return result;
  }

  function interruptible(milliseconds: number): number {
    if (!isWhole(milliseconds)) return -EINVAL;
    const result = inner.interruptible(milliseconds);
    if (result >= 0) guestInterval = milliseconds;
    return result;
  }

  /** Bytes that a call may move, of as many as it names: -errno if that is no length. */
  const clamp = (length: number): number =>
    isWhole(length) ? Math.min(length, limits.bytes) : -errors.EINVAL;

  /** Makes the seconds of a SO_LINGER no more than the guest may block. */
  function boundLinger(value: Uint8Array): void {
    const linger = new DataView(value.buffer);
    const most = Math.min(MAX_LINGER, Math.ceil(limits.milliseconds / 1000));
    const seconds = linger.getInt32(4, little);
    if (seconds < 0 || seconds > most) linger.setInt32(4, most, little);
  }

  /** As many of the buffers as a call may move; null where they are too many for a message that goes whole. */
  function within(buffers: readonly Uint8Array[], whole: boolean): Uint8Array[] | null {
    if (limits.bytes === Infinity) return buffers as Uint8Array[];
    let room = limits.bytes;
    const parts: Uint8Array[] = [];
    for (const buffer of buffers) {
      const length = lengthOf(buffer);
      if (length > room && whole) return null;
      parts.push(length > room ? part(buffer, 0, room) : buffer);
      room -= Math.min(room, length);
    }
    return parts;
  }

  function payload(fd: number, data: Uint8Array): Uint8Array | null {
    if (lengthOf(data) <= limits.bytes) return data;
    return table.get(fd)!.sort?.type === STREAM ? part(data, 0, limits.bytes) : null;
  }

  /** Room for another descriptor: 0 or -errno. */
  function roomFor(count: number): number {
    if (table.disposed) return -EACCES;
    return table.size + count > limits.descriptors ? -EMFILE : 0;
  }

  return {
    inner,
    judge,
    limits,
    long,
    little,
    errors,
    table,
    // Written out, the types would be Uint8Array<…>, which TypeScript below 5.7 does not know.
    block: block as Uint8Array,
    view: view as DataView,
    reader,
    address,
    granted,
    word,
    interfaceOf,
    stopped,
    socketOf,
    attach,
    isAttached: () => outer !== null,
    copyIn,
    ownPath,
    copyOut,
    waiting,
    poll,
    interruptible,
    clamp,
    boundLinger,
    within,
    payload,
    roomFor,
  };
}
