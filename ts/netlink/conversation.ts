// Requests to the kernel and its answers (netlink(7)), step by step for both classes: what belongs
// to which request, where an answer ends, what failed. Each is a generator that yields what it wants
// of the socket; whoever runs it (socket/netlink-request.ts, promises/netlink-request.ts) gives the
// result back, or throws the socket's error in.
import { int, show } from "../base/check.js";
import { OSError } from "../base/error.js";
import { decodePath } from "../base/surrogate-escape.js";
import type { Data } from "../base/types.js";
import { part } from "../base/views.js";
import type { Core } from "../context.js";
import type { NetlinkCodec } from "../netlink.js";
import type { GenericFamily } from "./ctrl.js";
import type { NetlinkAttribute, NetlinkMessage } from "./message.js";

/** What is asked: a message without what the request itself knows. */
export interface NetlinkRequest {
  /** RTM_GET*, RTM_NEW*, …, SOCK_DIAG_BY_FAMILY or a generic family's id. */
  type: number;
  /** NLM_F_*, to which NLM_F_REQUEST and NLM_F_ACK are added. NLM_F_DUMP asks for all there are. */
  flags?: number;
  /** What follows the header: bytes, or several parts, each padded to 4 bytes. */
  data?: Data | readonly Data[];
}
/** How it is asked. */
export interface NetlinkRequestOptions {
  /** The port id of whom to ask, by default 0: the kernel. */
  peer?: number | undefined;
  /**
   * Is told of each message of the peer's that answers no request of this socket's, such as
   * notifications of the groups that it has joined, from the call to its end, whichever request
   * receives it. Without it they are dropped. What it throws is thrown by its own request.
   */
  onOther?: ((message: NetlinkMessage) => void) | undefined;
}

/** One step of a request: what is wanted of the socket. `since`: when the wait began, in milliseconds. */
export type Step =
  | { readonly do: "send"; readonly bytes: Uint8Array; readonly address: [pid: number, groups: number] }
  /** To be told to take() is the next datagram; without `waits` the one that is there. */
  | { readonly do: "receive"; readonly waits: boolean; readonly since: number }
  /** Others are to send their dumps first. */
  | { readonly do: "turn"; readonly come: Promise<void>; readonly since: number };
/** What a receive comes to: `busy` if somebody else has received meanwhile, `empty` if none is there. */
export type Received = "taken" | "busy" | "empty";
export type Steps<T> = Generator<Step, T, Received | undefined>;

// linux/netlink.h: the same numbers everywhere.
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const NLM_F_DUMP_INTR = 0x10;
/** The flag that asks for all there are. */
export const NLM_F_DUMP = 0x300;
const NLM_F_ACK_TLVS = 0x200;
const NLMSG_NOOP = 1;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLMSGERR_ATTR_MSG = 1;
const NLMSGERR_ATTR_OFFS = 2;
const NLMSGERR_ATTR_MISS_TYPE = 5;
const GENL_ID_CTRL = 16;
const CTRL_CMD_GETFAMILY = 3;
const CTRL_VERSION = 2;
const GENL_NAMSIZ = 16;

const MAX_U16 = 0xffff;
const MAX_U32 = 0xffffffff;
/** How often a dump begins anew that was interrupted by changes. */
const RESTARTS = 10;
/** A dump's datagrams are as long as the longest receive that the kernel has seen, up to this. */
const RECEIVE_SIZE = 32768;

/** A socket of either class, as far as a request needs it without waiting. */
export interface NetlinkSocket {
  readonly family: number;
  readonly proto: number;
  fileno(): number;
  getsockname(): unknown;
  setsockopt(level: number, name: number, value: number): void;
}

/** The request as it was given, checked. */
export interface Question {
  readonly type: number;
  readonly flags: number;
  readonly parts: readonly Data[];
  readonly peer: number;
  readonly onOther: NetlinkRequestOptions["onOther"];
}

/**
 * Checks what was given.
 * @throws TypeError, RangeError.
 */
export function question(request: NetlinkRequest, options: NetlinkRequestOptions, added = 0): Question {
  if (typeof request !== "object" || request === null)
    throw new TypeError(`request must be an object, got ${show(request)}`);
  const { type, flags = 0, data = [] } = request;
  const { peer = 0, onOther } = options;
  if (onOther !== undefined && typeof onOther !== "function")
    throw new TypeError(`onOther must be a function, got ${show(onOther)}`);
  return {
    type: int("type", type, 0, MAX_U16),
    flags: int("flags", flags, 0, MAX_U16) | added | NLM_F_REQUEST | NLM_F_ACK,
    parts: Array.isArray(data) ? Array.from(data as readonly Data[]) : [data as Data],
    peer: int("peer", peer, 0, MAX_U32),
    onOther,
  };
}

/** A place in the line of those who want to send a dump to one peer. */
class Place {
  start = () => {};
  /** Settles when all before it have left. */
  readonly come = new Promise<void>(resolve => {
    this.start = resolve;
  });
}

/** In the promise class: the receive that is under way. */
export interface Receiving {
  /** Settles when it is over, and its messages are given to those who asked. */
  readonly over: Promise<void>;
  /** A datagram is there for it. */
  takes: boolean;
}

/**
 * Those of this process in which somebody waits for answers. Sockets of one description take each
 * other's.
 */
const underWay = new Set<Conversation>();

/** What was asked on one socket, and whose answers come. */
export class Conversation {
  readonly core: Core;
  readonly netlink: NetlinkCodec;
  readonly socket: NetlinkSocket;
  /** Who has begun and not ended, in that order. */
  readonly live = new Set<Asked>();
  /** Who waits for answers, by sequence number. */
  readonly asked = new Map<number, Asked>();
  /**
   * The dumps under way and whom they were asked of, by sequence number; also those whose answers
   * nobody wants any more: Linux makes one at a time.
   */
  readonly dumps = new Map<number, number>();
  /** Datagrams are received into this. */
  buffer: Uint8Array = new Uint8Array(RECEIVE_SIZE);
  receiving: Receiving | undefined;
  /** Who is about to send a dump, by the peer. */
  readonly #lines = new Map<number, Place[]>();
  #seq: number;
  #pid = 0;

  constructor(core: Core, netlink: NetlinkCodec, socket: NetlinkSocket) {
    this.core = core;
    this.netlink = netlink;
    this.socket = socket;
    this.#seq = Math.floor(core.host.now() * 1000) % MAX_U32;
    const { SOL_NETLINK, NETLINK_EXT_ACK } = core.constants;
    try {
      if (!Number.isNaN(NETLINK_EXT_ACK)) socket.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    } catch (error) {
      // Linux before 4.12: errors then come without words.
      if (!(error instanceof OSError) || error.code !== "ENOPROTOOPT") throw error;
    }
  }

  nextSeq(): number {
    this.#seq = (this.#seq % MAX_U32) + 1;
    return this.#seq;
  }

  /** The socket's port id, which it has from its first send on. */
  pid(): number {
    if (this.#pid === 0) [this.#pid] = this.socket.getsockname() as [number, number];
    return this.#pid;
  }

  /** A datagram's bytes have this room. */
  room(length: number): Uint8Array {
    if (length > this.buffer.length) this.buffer = new Uint8Array(length);
    return this.buffer;
  }

  /** Whether the peer may still be at a dump. */
  isDumping(peer: number): boolean {
    for (const asked of this.dumps.values()) if (asked === peer) return true;
    return false;
  }

  /** Nothing is there: the peer's dumps are over. */
  forgetDumps(peer: number): void {
    for (const [seq, asked] of this.dumps) if (asked === peer) this.dumps.delete(seq);
  }

  /** Waits in line to send a dump to a peer; whoever has come to its turn must leave. */
  *enter(peer: number): Steps<void> {
    const line = this.#lines.get(peer) ?? [];
    const place = new Place();
    this.#lines.set(peer, line);
    line.push(place);
    if (line.length === 1) return;
    try {
      yield { do: "turn", come: place.come, since: this.core.host.now() };
    } catch (error) {
      this.#remove(peer, line, line.indexOf(place));
      throw error;
    }
  }

  leave(peer: number): void {
    this.#remove(peer, this.#lines.get(peer)!, 0);
  }

  #remove(peer: number, line: Place[], i: number): void {
    line.splice(i, 1);
    if (line.length === 0) this.#lines.delete(peer);
    else if (i === 0) line[0]!.start();
  }

  /** Gives a datagram's messages to those who asked, and the others to those who want to be told. */
  take(data: Uint8Array, address: unknown): void {
    const [from] = Array.isArray(address) ? (address as unknown[]) : [];
    for (const other of this.#sort(data, address))
      for (const asked of [...this.live]) if (asked.peer === from) asked.tell(other);
  }

  begins(asked: Asked): void {
    this.live.add(asked);
    underWay.add(this);
  }

  ends(asked: Asked): void {
    this.live.delete(asked);
    if (this.live.size === 0) underWay.delete(this);
  }

  /** A part of an answer was received here that was asked for on another socket of this description. */
  #tellLoss(seq: number, from: unknown): void {
    const { errors } = this.core;
    for (const other of underWay) {
      const asked = other === this ? undefined : other.asked.get(seq);
      if (asked === undefined || asked.peer !== from || other.socket.proto !== this.socket.proto) continue;
      if (other.socket.fileno() < 0 || other.pid() !== this.pid()) continue;
      asked.fail(
        errors.system(
          errors.number("EBADMSG"),
          "netlink",
          undefined,
          ": a part of the answer was received by a request on a duplicate of the socket",
        ),
      );
    }
  }

  /** A receive failed. If the kernel had no room for messages, nobody knows whose they were. */
  lose(error: unknown): void {
    if (!(error instanceof OSError) || error.code !== "ENOBUFS") return;
    for (const asked of this.asked.values()) asked.fail(error);
  }

  /** Gives messages to those who asked; returns those that answer nothing. */
  #sort(data: Uint8Array, address: unknown): NetlinkMessage[] {
    const others: NetlinkMessage[] = [];
    const [from, groups] = Array.isArray(address) ? (address as unknown[]) : [];
    const { items, whole } = this.netlink.parse(data);
    items.forEach((message, i) => {
      // Of the last only a part is there.
      if (!whole && i === items.length - 1) return;
      const { seq, pid, type } = message;
      const mine = groups === 0 && pid === this.pid();
      const asked = this.asked.get(seq);
      const isDump = mine && this.dumps.get(seq) === from;
      // Any process may send to this socket.
      if (mine && asked !== undefined && asked.peer === from) asked.take(message);
      else if (!isDump) {
        others.push(message);
        if (mine) this.#tellLoss(seq, from);
      }
      if (isDump && (type === NLMSG_DONE || type === NLMSG_ERROR)) this.dumps.delete(seq);
    });
    if (!whole) {
      const failure = this.core.errors.system(
        this.core.errors.number("EBADMSG"),
        "netlink",
        undefined,
        `: a datagram of ${data.length} bytes ends within a message`,
      );
      for (const asked of this.asked.values()) if (asked.peer === from) asked.fail(failure);
    }
    return others;
  }
}

/** One request and what is answered to it. */
export class Asked {
  readonly peer: number;
  /** A message said that things changed while the dump went on. */
  interrupted = false;
  readonly #conversation: Conversation;
  readonly #question: Question;
  readonly #seq: number;
  #failure: { readonly error: unknown } | undefined;
  #answers: NetlinkMessage[] = [];
  #next = 0;
  #done = false;

  constructor(conversation: Conversation, asking: Question) {
    this.#conversation = conversation;
    this.#question = asking;
    this.#seq = conversation.nextSeq();
    this.peer = asking.peer;
  }

  /** Sends the request, after the dump that the peer is still at, if this one is a dump too. */
  *begin(): Steps<void> {
    const conversation = this.#conversation;
    const { type, flags, parts } = this.#question;
    const bytes = conversation.netlink.pack({ type, flags, seq: this.#seq }, ...parts);
    const isDump = (flags & NLM_F_DUMP) === NLM_F_DUMP;
    conversation.begins(this);
    if (!isDump) return yield* this.#send(bytes);
    yield* conversation.enter(this.peer);
    try {
      while (conversation.isDumping(this.peer)) {
        const received = yield { do: "receive", waits: false, since: conversation.core.host.now() };
        if (received === "empty") conversation.forgetDumps(this.peer);
        if (this.#failure !== undefined) throw this.#failure.error;
      }
      conversation.dumps.set(this.#seq, this.peer);
      yield* this.#send(bytes);
    } finally {
      conversation.leave(this.peer);
    }
  }

  *#send(bytes: Uint8Array): Steps<void> {
    const conversation = this.#conversation;
    conversation.asked.set(this.#seq, this);
    try {
      yield { do: "send", bytes, address: [this.peer, 0] };
    } catch (error) {
      conversation.dumps.delete(this.#seq);
      throw error;
    }
  }

  /** The next answer, undefined after the last. */
  *next(): Steps<NetlinkMessage | undefined> {
    const since = this.#conversation.core.host.now();
    for (;;) {
      if (this.#next < this.#answers.length) return this.#answers[this.#next++];
      this.#answers = [];
      this.#next = 0;
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#done) return undefined;
      yield { do: "receive", waits: true, since };
    }
  }

  /** Nobody wants the answers any more. */
  end(): void {
    this.#conversation.asked.delete(this.#seq);
    this.#conversation.ends(this);
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** A message of the peer's answers nothing. */
  tell(message: NetlinkMessage): void {
    if (this.#failure !== undefined) return;
    try {
      this.#question.onOther?.(message);
    } catch (error) {
      this.fail(error);
    }
  }

  take(message: NetlinkMessage): void {
    if (message.flags & NLM_F_DUMP_INTR) this.interrupted = true;
    if (message.type === NLMSG_NOOP || this.#done) return;
    if (message.type !== NLMSG_DONE && message.type !== NLMSG_ERROR) {
      this.#answers.push(message);
      return;
    }
    this.#done = true;
    const failure = this.#failureOf(message);
    if (failure !== undefined) this.fail(failure);
  }

  /** What the last message says went wrong. */
  #failureOf(message: NetlinkMessage): OSError | undefined {
    const { core, netlink } = this.#conversation;
    const { int: word, nlmsgerr } = core.structs;
    if (message.type === NLMSG_DONE) {
      const errno = message.data.length < word.size ? 0 : -word.unpack(part(message.data, 0, word.size));
      if (errno <= 0) return undefined;
      const more = message.flags & NLM_F_ACK_TLVS ? part(message.data, word.size) : new Uint8Array(0);
      return this.#error(errno, netlink.parseAttributes(more).items);
    }
    if (message.data.length < nlmsgerr.size)
      return core.errors.system(
        core.errors.number("EBADMSG"),
        "netlink",
        undefined,
        `: an error of ${message.data.length} bytes`,
      );
    const { errno, attributes } = netlink.parseError(message);
    return errno > 0 ? this.#error(errno, attributes) : undefined;
  }

  #error(errno: number, attributes: readonly NetlinkAttribute[]): OSError {
    const { errors, structs } = this.#conversation.core;
    const find = (type: number) => attributes.find(attribute => attribute.type === type)?.data;
    const numberOf = (bytes: Uint8Array | undefined) =>
      bytes?.length === structs.uint32.size ? structs.uint32.unpack(bytes) : undefined;
    const said = find(NLMSGERR_ATTR_MSG);
    const offset = numberOf(find(NLMSGERR_ATTR_OFFS));
    const missing = numberOf(find(NLMSGERR_ATTR_MISS_TYPE));
    const detail = [
      said === undefined ? "" : `: ${decodePath(said).replaceAll("\0", "")}`,
      offset === undefined ? "" : ` (at byte ${offset} of the request)`,
      missing === undefined ? "" : ` (attribute ${missing} is missing)`,
    ].join("");
    return errors.system(errno, "netlink", undefined, detail);
  }
}

/** A dump that changes kept from being consistent. */
export function interrupted({ errors }: Core, times: number): OSError {
  const often = times > 1 ? `, ${times} times in a row` : "";
  return errors.system(
    errors.number("EINTR"),
    "netlink",
    undefined,
    `: what was dumped changed meanwhile (NLM_F_DUMP_INTR)${often}`,
  );
}

/** All answers. A dump that was interrupted by changes is made anew. */
export function* collect(conversation: Conversation, asking: Question): Steps<NetlinkMessage[]> {
  for (let i = 0; i < RESTARTS; i++) {
    const asked = new Asked(conversation, asking);
    try {
      yield* asked.begin();
      const answers: NetlinkMessage[] = [];
      for (;;) {
        const answer = yield* asked.next();
        if (answer === undefined) break;
        answers.push(answer);
      }
      if (!asked.interrupted) return answers;
    } finally {
      asked.end();
    }
  }
  throw interrupted(conversation.core, RESTARTS);
}

/** The question for a generic family by its name. */
export function familyQuestion(
  { structs }: Core,
  { ctrl }: NetlinkCodec,
  name: string,
  options: NetlinkRequestOptions,
): Question {
  if (typeof name !== "string") throw new TypeError(`name must be a string, got ${show(name)}`);
  const data = ctrl.pack({
    cmd: CTRL_CMD_GETFAMILY,
    version: CTRL_VERSION,
    attributes: { familyName: name },
  });
  const most = structs.genlmsghdr.size + structs.nlattr.size + GENL_NAMSIZ;
  if (data.length > most)
    throw new RangeError(`name must be at most ${GENL_NAMSIZ - 1} bytes, got ${show(name)}`);
  return question({ type: GENL_ID_CTRL, data }, options);
}

/** A generic family. */
export function* family(conversation: Conversation, asking: Question): Steps<GenericFamily> {
  const { core, netlink } = conversation;
  const [answer] = yield* collect(conversation, asking);
  const found = answer === undefined ? {} : netlink.ctrl.unpack(answer.data).attributes;
  const { familyId, familyName, version = 0, hdrsize = 0, maxattr = 0, mcastGroups = [] } = found;
  if (familyId === undefined || familyName === undefined)
    throw core.errors.system(
      core.errors.number("EBADMSG"),
      "netlink",
      undefined,
      ": a family without its id",
    );
  return {
    id: familyId,
    name: familyName,
    version,
    hdrsize,
    maxattr,
    mcastGroups: Object.fromEntries(
      mcastGroups.flatMap(({ name, id }) => (name === undefined || id === undefined ? [] : [[name, id]])),
    ),
  };
}
