// Netlink messages and attributes, put together and taken apart (netlink(7), rtnetlink(7)). The
// fixed parts of messages are structs.
import { bytesOf, int, show } from "../base/check.js";
import type { Nlmsghdr } from "../struct/netlink.js";
import type { Structs } from "../structs.js";
import type { Data } from "../base/types.js";
import { lengthOf, part } from "../base/views.js";
import type { Wire } from "../codec/wire.js";

/**
 * One message: `type` is NLMSG_*, RTM_* or a generic family's id, `flags` NLM_F_*, `pid` the
 * sender's port id; `data` what follows the header.
 */
export interface NetlinkMessage {
  /** NLMSG_*, RTM_* or a generic family's id. */
  type: number;
  /** NLM_F_*. */
  flags: number;
  /** The number that an answer repeats. */
  seq: number;
  /** The sender's port id; 0: the kernel. */
  pid: number;
  /** What follows the header. */
  data: Uint8Array;
}
/** The header of a message to send; its length is made. What is not given is 0. */
export interface NetlinkHeaderIn {
  /** NLMSG_*, RTM_* or a generic family's id. */
  type: number;
  /** NLM_F_*. */
  flags?: number;
  /** The number that an answer repeats. */
  seq?: number;
  /** The sender's port id. */
  pid?: number;
}
/**
 * One attribute: `type` without the flags NLA_F_NESTED and NLA_F_NET_BYTEORDER, which are `flags`.
 */
export interface NetlinkAttribute {
  /** Its type, without flags. */
  type: number;
  /** NLA_F_NESTED, NLA_F_NET_BYTEORDER. */
  flags: number;
  /** Its value; attributes, if it is nested. */
  data: Uint8Array;
}
/**
 * An attribute to send: its type (flags may be or-ed in) and its data; attributes inside it make it
 * NLA_F_NESTED.
 */
export type NetlinkAttributeIn = readonly [type: number, data: Data | readonly NetlinkAttributeIn[]];
/**
 * What an NLMSG_ERROR says: a positive errno, 0 for an acknowledgement; the header of the message
 * that it answers; with NETLINK_EXT_ACK what more the kernel has to say, NLMSGERR_ATTR_*.
 */
export interface NetlinkError {
  /** A positive errno; 0 for an acknowledgement. */
  errno: number;
  /** The header of the message that it answers. */
  header: Nlmsghdr;
  /** NLMSGERR_ATTR_*, with NETLINK_EXT_ACK. */
  attributes: NetlinkAttribute[];
}
/**
 * What a walk found; `whole` is false where something claims more than there is: what there is of
 * it is given.
 */
export interface NetlinkItems<T> {
  /** The messages or attributes, in their order. */
  items: T[];
  /** Whether everything was complete. */
  whole: boolean;
}

// linux/netlink.h: the same numbers everywhere.
const NLA_F_NESTED = 0x8000;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;
const MAX_U16 = 0xffff;
const MAX_U32 = 0xffffffff;
const MAX_MESSAGE = 0x7fffffef;
const MAX_ATTRIBUTE = 0xfffb;
const MAX_DEPTH = 100;

/** Messages and attributes of one target (netlink(7)). */
export interface NetlinkMessages {
  /**
   * One message, padded to 4 bytes; each of `parts` (a struct, then attributes) is padded too.
   * @throws TypeError and RangeError for the header's values.
   */
  pack(header: NetlinkHeaderIn, ...parts: Data[]): Uint8Array;
  /**
   * The messages of a datagram.
   * @throws TypeError for what is no data.
   */
  parse(bytes: Data): NetlinkItems<NetlinkMessage>;
  /**
   * Attributes one after another, each padded to 4 bytes.
   * @throws TypeError for what is no attribute; RangeError for a type, a length or a depth out of
   * range.
   */
  packAttributes(attributes: readonly NetlinkAttributeIn[]): Uint8Array;
  /**
   * The attributes in these bytes, in their order; types may repeat.
   * @throws TypeError for what is no data.
   */
  parseAttributes(bytes: Data): NetlinkItems<NetlinkAttribute>;
  /**
   * What the data of an NLMSG_ERROR says.
   * @throws RangeError for bytes too few.
   */
  parseError(message: Pick<NetlinkMessage, "flags" | "data">): NetlinkError;
}

/** @internal */
export function bindMessages(wire: Wire, structs: Structs): NetlinkMessages {
  const { calls, target } = wire;

  /** Pieces, each padded to a multiple of 4. */
  function join(parts: readonly Uint8Array[]): Uint8Array {
    const out = new Uint8Array(parts.reduce((sum, bytes) => sum + calls.netlink_space(lengthOf(bytes)), 0));
    let at = 0;
    for (const bytes of parts) {
      out.set(bytes, at);
      at += calls.netlink_space(lengthOf(bytes));
    }
    return wire.copy(out);
  }

  /**
   * Calls `take` for each header that `decode` reads, with the data behind it; returns whether all
   * was whole.
   */
  function walk(
    bytes: Uint8Array,
    decode: "nlmsg_decode" | "nlattr_decode",
    head: number,
    take: (data: Uint8Array) => void,
  ): boolean {
    const length = lengthOf(bytes);
    for (let at = 0; at < length; ) {
      const remaining = Math.min(length - at, MAX_MESSAGE);
      wire.putImage(part(bytes, at, at + Math.min(head, remaining)));
      if (calls[decode](target, wire.image, remaining) < 0) return false;
      const start = at + wire.word(0);
      const end = start + wire.word(1);
      const whole = wire.word(2) !== 0;
      at += wire.word(3);
      take(part(bytes, start, end));
      if (!whole) return false;
    }
    return true;
  }

  function attributes(given: readonly NetlinkAttributeIn[], depth = 0): Uint8Array {
    if (!Array.isArray(given)) throw new TypeError(`attributes must be an array, got ${show(given)}`);
    if (depth > MAX_DEPTH) throw new RangeError(`attributes must be nested at most ${MAX_DEPTH} deep`);
    return join(
      Array.from(given as readonly NetlinkAttributeIn[], item => {
        if (!Array.isArray(item) || item.length !== 2)
          throw new TypeError(`attribute must be [type: number, data: Data | attributes], got ${show(item)}`);
        const type = int("attribute type", item[0], 0, MAX_U16);
        const inner: unknown = item[1];
        const nested = Array.isArray(inner);
        const data = nested ? attributes(inner, depth + 1) : bytesOf(`attribute ${type}`, inner as Data);
        const length = int(`attribute ${type}: length`, lengthOf(data), 0, MAX_ATTRIBUTE);
        const head = structs.nlattr.pack({
          len: structs.nlattr.size + length,
          type: nested ? type | NLA_F_NESTED : type,
        });
        const out = new Uint8Array(head.length + length);
        out.set(head);
        out.set(data, head.length);
        return out;
      }),
    );
  }

  function parseAttributes(bytes: Data): NetlinkItems<NetlinkAttribute> {
    const items: NetlinkAttribute[] = [];
    const whole = walk(bytesOf("attributes", bytes), "nlattr_decode", structs.nlattr.size, data =>
      items.push({ type: wire.word(4), flags: wire.word(5), data: wire.copy(data) }),
    );
    return { items, whole };
  }

  return {
    pack(header, ...parts) {
      if (typeof header !== "object" || header === null)
        throw new TypeError(`header must be an object, got ${show(header)}`);
      const type = int("type", header.type, 0, MAX_U16);
      const flags = int("flags", header.flags ?? 0, 0, MAX_U16);
      const seq = int("seq", header.seq ?? 0, 0, MAX_U32);
      const pid = int("pid", header.pid ?? 0, 0, MAX_U32);
      const data = join(parts.map((part, i) => bytesOf(`part ${i}`, part)));
      int("length of the message's data", data.length, 0, MAX_MESSAGE);
      return join([
        structs.nlmsghdr.pack({ len: structs.nlmsghdr.size + data.length, type, flags, seq, pid }),
        data,
      ]);
    },
    parse(bytes) {
      const items: NetlinkMessage[] = [];
      const whole = walk(bytesOf("messages", bytes), "nlmsg_decode", structs.nlmsghdr.size, data =>
        items.push({
          type: wire.word(4),
          flags: wire.word(5),
          seq: wire.word(6),
          pid: wire.word(7),
          data: wire.copy(data),
        }),
      );
      return { items, whole };
    },
    packAttributes: given => attributes(given),
    parseAttributes,
    parseError(message) {
      if (typeof message !== "object" || message === null)
        throw new TypeError(`message must be an object, got ${show(message)}`);
      const flags = int("flags", message.flags, 0, MAX_U16);
      const bytes = bytesOf("data", message.data);
      const { size } = structs.nlmsgerr;
      const { error, ...header } = structs.nlmsgerr.unpack(part(bytes, 0, Math.min(lengthOf(bytes), size)));
      const echoed =
        flags & NLM_F_CAPPED || error === 0
          ? 0
          : calls.netlink_space(Math.min(Math.max(header.len - structs.nlmsghdr.size, 0), lengthOf(bytes)));
      return {
        errno: error < 0 ? -error : 0,
        header,
        attributes: flags & NLM_F_ACK_TLVS ? parseAttributes(part(bytes, size + echoed)).items : [],
      };
    },
  };
}
