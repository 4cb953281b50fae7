// Control messages on their way through the guard's own memory, and the descriptors in them.
import { UNIX } from "./address.js";
import { ControlReader, type ControlMessage } from "./control.js";
import type { Description } from "./descriptors.js";
import type { Gate } from "./gate.js";
import { isZero, newIp, unmap, type Ip } from "./ip.js";
import { sortOf, type Decision, type Sort } from "./judge.js";
import type { Places } from "./places.js";

/** Control messages of one message: the kernel's own limit for sending is below (net.core.optmem_max). */
export const MAX_CONTROL = 1 << 18;

export type Passing = ReturnType<typeof passingOf>;

export function passingOf(gate: Gate, { readName, cookieOf, kindOf }: Places) {
  const { judge, limits, long, little, table, block, address, granted, word, stopped } = gate;
  const { EACCES } = gate.errors;
  const c = judge.constants;
  const SCM_PIDFD = Number.isNaN(c.SCM_PIDFD) ? 4 : c.SCM_PIDFD;
  const controlReader = new ControlReader(long, little);
  let control = new Uint8Array(256);
  let controlView = new DataView(control.buffer);

  /** The memory in which messages of so many bytes are read and judged. */
  function room(length: number): Uint8Array {
    if (control.length < length) {
      control = new Uint8Array(length);
      controlView = new DataView(control.buffer);
    }
    return control;
  }

  /** Judges control messages that go out, in the guard's own memory. Returns 0 or -errno. */
  function outgoing(fd: number, sort: Sort, at: number, length: number): number {
    const messages = controlReader.read(controlView, at, length);
    if (messages === null) return -EACCES;
    for (const message of messages) {
      if (isRights(message)) {
        const failed = sendRights(message);
        if (failed < 0) return failed;
      } else if (!mayGo(fd, sort, message)) return -EACCES;
    }
    return 0;
  }

  function isRights({ level, type }: ControlMessage): boolean {
    return level === c.SOL_SOCKET && type === c.SCM_RIGHTS;
  }

  /** The descriptors in a message, which lies so many bytes before where it was read. */
  function descriptorsIn({ data, size }: ControlMessage, shift = 0): number[] {
    const fds: number[] = [];
    for (let i = 0; i + 4 <= size; i += 4) fds.push(controlView.getInt32(data - shift + i, little));
    return fds;
  }

  /** Descriptors that go out: 0 or -errno. */
  function sendRights(message: ControlMessage): number {
    if (!word("sendmsg", "rights")) return -EACCES;
    for (const fd of descriptorsIn(message)) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const description = table.get(fd)!;
      if (description.cookie === "") description.cookie = cookieOf(fd) ?? "";
      if (description.cookie !== "") table.sent.set(description.cookie, description);
    }
    return 0;
  }

  /** Whether a message without descriptors may go out. */
  function mayGo(fd: number, sort: Sort, { level, type, data, size }: ControlMessage): boolean {
    const source = sourceOf(level, type, data, size);
    if (source === undefined) return granted("sendmsg", judge.control(level, type, size));
    return isZero(source) || granted("sendmsg", sourceDecision(fd, sort, source));
  }

  /** The source address in an IP_PKTINFO or IPV6_PKTINFO; undefined for all else. */
  function sourceOf(level: number, type: number, data: number, size: number): Ip | undefined {
    const ip = newIp();
    if (level === c.IPPROTO_IP && type === c.IP_PKTINFO && size === 12) {
      ip.words[3] = controlView.getUint32(data + 4);
      return ip;
    }
    if (level === c.IPPROTO_IPV6 && type === c.IPV6_PKTINFO && size === 20) {
      ip.v4 = false;
      for (let i = 0; i < 4; i++) ip.words[i] = controlView.getUint32(data + 4 * i);
      unmap(ip);
      return ip;
    }
    return undefined;
  }

  /** Sending from an address is as binding to it, with the port that the socket has. */
  function sourceDecision(fd: number, sort: Sort, source: Ip): Decision {
    // The address in the block is the destination, which is judged later.
    const saved = block.slice();
    const named = readName(fd, sort) >= 0 && address.kind === "ip" ? address.port : 0;
    block.set(saved);
    return judge.source(sort, source, named);
  }

  /** What a received descriptor is; undefined for what the guest may not have. */
  function receivable(fd: number): { sort: Sort; known: Description | undefined } | undefined {
    const kind = kindOf(fd);
    if (kind === undefined) return undefined;
    const key = cookieOf(fd);
    if (key === undefined || table.refused.has(key)) return undefined;
    const known = table.sent.get(key);
    if (known?.refused) return undefined;
    const sort = known?.sort ?? sortOf(...kind);
    const may = judge.socket(sort);
    return granted("recvmsg", sort.family === UNIX && !may.granted ? judge.pair(sort) : may)
      ? { sort, known }
      : undefined;
  }

  /** All descriptors of one message become the guest's, or all are closed. */
  function receive(fds: readonly number[]): boolean {
    const may = word("recvmsg", "rights") && table.size + fds.length <= limits.descriptors;
    const found = may ? fds.map(receivable) : [];
    if (found.length < fds.length || found.includes(undefined) || table.disposed) {
      for (const fd of fds) table.closeAtOnce(fd);
      return false;
    }
    for (const [i, fd] of fds.entries()) {
      const { sort, known } = found[i]!;
      if (known === undefined) table.add(fd, sort);
      else table.alias(fd, known);
      table.keep(fd);
    }
    return true;
  }

  /** Whether a message, so many bytes before where it was read, may come in; else its descriptors are closed. */
  function mayCome(message: ControlMessage, shift: number): boolean {
    if (isRights(message)) return receive(descriptorsIn(message, shift));
    if (message.level !== c.SOL_SOCKET || message.type !== SCM_PIDFD) return true;
    for (const fd of descriptorsIn(message, shift)) table.closeAtOnce(fd);
    return false;
  }

  /**
   * Goes through control messages that came in, in the guard's own memory. Descriptors that the guest
   * may not have are closed and their message taken out. Returns the length of what is left, negative
   * minus one if something was taken out.
   */
  function incoming(at: number, length: number): number {
    const messages = controlReader.read(controlView, at, length) ?? [];
    let left = length;
    let shift = 0;
    for (const message of messages) {
      if (mayCome(message, shift)) continue;
      const { from, to } = message;
      control.copyWithin(from - shift, to - shift, at + left);
      left -= to - from;
      shift += to - from;
    }
    return shift > 0 ? -1 - left : left;
  }

  return { room, outgoing, incoming };
}
