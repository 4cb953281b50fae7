// attachFilter(): classic packet filters (socket(7), linux/filter.h), from instructions or from the output of `tcpdump -ddd`.
import { int, show } from "./check.js";
import type { Core } from "./core.js";
import type { SockFilter } from "./struct/filter.js";

/** Instructions in turn, or the text that `tcpdump -ddd` prints: their count, then a line "code jt jf k" each. */
export type PacketFilter = Iterable<Readonly<SockFilter>> | string;

/** BPF_MAXINSNS. */
const MOST = 4096;

/** The classes of instructions (BPF_CLASS) and the operations of jumps. */
const CLASS = 0x07, JUMP = 0x05, RETURN = 0x06, OPERATION = 0xf0, ALWAYS = 0x00;

function parsed(text: string): SockFilter[] {
  const [count, ...lines] = text.trim().split(/\s*\n\s*/);
  const instructions = lines.map((line, i) => {
    const numbers = line.split(/\s+/).map(word => /^\d+$/.test(word) ? Number(word) : NaN);
    if (numbers.length !== 4 || numbers.some(Number.isNaN)) throw new RangeError(`attachFilter: line ${i + 2} must be "code jt jf k", got ${show(line)}`);
    const [code, jt, jf, k] = numbers as [number, number, number, number];
    return { code, jt, jf, k };
  });
  if (count !== String(instructions.length)) {
    throw new RangeError(`attachFilter: the first line must be how many follow, ${instructions.length}, got ${show(count)}`);
  }
  return instructions;
}

/** The bytes of a filter, whose jumps stay in it and which ends with a return. */
function packed(core: Core, filter: PacketFilter): Uint8Array {
  const { sock_filter } = core.structs;
  const list = typeof filter === "string" ? parsed(filter) : Array.from(filter, ({ code, jt, jf, k }) => ({ code, jt, jf, k }));
  int("attachFilter: how many instructions", list.length, 1, MOST);
  const bytes = new Uint8Array(list.length * sock_filter.size);
  list.forEach((instruction, i) => {
    bytes.set(sock_filter.pack(instruction), i * sock_filter.size);
    const { code, jt, jf, k } = instruction;
    if ((code & CLASS) !== JUMP) return;
    const farthest = (code & OPERATION) === ALWAYS ? k : Math.max(jt, jf);
    if (i + 1 + farthest >= list.length) throw new RangeError(`attachFilter: instruction ${i} jumps behind the last, ${list.length - 1}`);
  });
  if ((list.at(-1)!.code & CLASS) !== RETURN) throw new RangeError(`attachFilter: the last instruction must return (BPF_RET), got code ${list.at(-1)!.code}`);
  return bytes;
}

/** `name` is one of the options that take a struct sock_fprog, which the host makes. */
export function attachFilter(core: Core, fd: number, filter: PacketFilter, name: "SO_ATTACH_FILTER" | "SO_ATTACH_REUSEPORT_CBPF"): void {
  if (typeof filter !== "string" && (typeof filter !== "object" || filter === null || !(Symbol.iterator in filter))) {
    throw new TypeError(`filter must be instructions or the text of tcpdump -ddd, got ${show(filter)}`);
  }
  const option = core.constants[name];
  if (Number.isNaN(option)) throw new RangeError(`attachFilter: this system lacks ${name}`);
  const result = core.host.attachFilter(fd, option, packed(core, filter));
  if (result < 0) throw core.errors.system(-result, "setsockopt");
}
