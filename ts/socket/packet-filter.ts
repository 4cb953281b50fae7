// attachFilter(): classic packet filters (socket(7), linux/filter.h), from instructions or from the
// output of `tcpdump -ddd`.
import { int, show } from "../base/check.js";
import type { Core } from "../context.js";
import type { SockFilter } from "../struct/filter.js";
import { isBytes, part } from "../base/views.js";

/**
 * Instructions in turn; their bytes, a struct sock_filter each; or text, as `tcpdump -ddd` and
 * bpf_asm(1) print it: their count, then "code jt jf k" each, on lines or between commas.
 */
export type PacketFilter = Iterable<Readonly<SockFilter>> | Uint8Array | string;

/** What attachFilter() and detachFilter() take. */
export interface FilterOptions {
  /** The filter chooses among the sockets that share a port. */
  reusePort?: boolean;
}

/** Whether `reusePort` is asked for. */
export function readsPort(call: string, options: FilterOptions | undefined): boolean {
  if (options === undefined) return false;
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new TypeError(`${call}: options must be an object such as { reusePort }, got ${show(options)}`);
  for (const key of Object.keys(options))
    if (key !== "reusePort") throw new TypeError(`${call}: options has no ${show(key)}: it takes reusePort`);
  const { reusePort = false } = options;
  if (typeof reusePort !== "boolean")
    throw new TypeError(`${call}: reusePort must be a boolean, got ${show(reusePort)}`);
  return reusePort;
}

/** BPF_MAXINSNS. */
const MAX_INSTRUCTIONS = 4096;
const COUNT = "attachFilter: how many instructions";

/** The classes of instructions (BPF_CLASS) and the operations of jumps. */
const CLASS = 0x07;
const JUMP = 0x05;
const RETURN = 0x06;
const OPERATION = 0xf0;
const ALWAYS = 0x00;

function parsed(text: string): SockFilter[] {
  const [count, ...lines] = text
    .trim()
    .replace(/,$/, "")
    .split(/\s*[\n,]\s*/);
  const instructions = lines.map((line, i) => {
    const numbers = line.split(/\s+/).map(word => (/^\d+$/.test(word) ? Number(word) : NaN));
    if (numbers.length !== 4 || numbers.some(Number.isNaN))
      throw new RangeError(`attachFilter: instruction ${i} must be "code jt jf k", got ${show(line)}`);
    const [code, jt, jf, k] = numbers as [number, number, number, number];
    return { code, jt, jf, k };
  });
  if (count !== String(instructions.length)) {
    throw new RangeError(
      `attachFilter: the text must begin with how many follow, ${instructions.length}, got ${show(count)}`,
    );
  }
  return instructions;
}

/** No more than one too many: an iterable may have no end. */
function listed(filter: Iterable<Readonly<SockFilter>>): Readonly<SockFilter>[] {
  const list: Readonly<SockFilter>[] = [];
  for (const instruction of filter) if (list.push(instruction) > MAX_INSTRUCTIONS) break;
  return list;
}

function encoded(
  { structs: { sock_filter } }: Core,
  filter: Iterable<Readonly<SockFilter>> | string,
): Uint8Array {
  const list = typeof filter === "string" ? parsed(filter) : listed(filter);
  const bytes = new Uint8Array(int(COUNT, list.length, 1, MAX_INSTRUCTIONS) * sock_filter.size);
  for (const [i, instruction] of list.entries())
    bytes.set(sock_filter.pack(instruction), i * sock_filter.size);
  return bytes;
}

/**
 * The bytes of a filter, whose jumps stay in it and which ends with a return. They are judged as
 * they are packed, whatever made them.
 */
function packed(core: Core, filter: PacketFilter): Uint8Array {
  const { sock_filter } = core.structs;
  const { size } = sock_filter;
  const bytes = isBytes(filter) ? Uint8Array.from(part(filter, 0)) : encoded(core, filter);
  if (bytes.length % size !== 0)
    throw new RangeError(`attachFilter: filter must be a multiple of ${size} bytes, got ${bytes.length}`);
  const count = int(COUNT, bytes.length / size, 1, MAX_INSTRUCTIONS);
  let last = 0;
  for (let i = 0; i < count; i++) {
    const { code, jt, jf, k } = sock_filter.unpack(
      bytes.subarray(i * size, (i + 1) * size),
    ) as Required<SockFilter>;
    last = code;
    if ((code & CLASS) !== JUMP) continue;
    const farthest = (code & OPERATION) === ALWAYS ? k : Math.max(jt, jf);
    if (i + 1 + farthest >= count)
      throw new RangeError(`attachFilter: instruction ${i} jumps behind the last, ${count - 1}`);
  }
  if ((last & CLASS) !== RETURN)
    throw new RangeError(`attachFilter: the last instruction must return (BPF_RET), got code ${last}`);
  return bytes;
}

/** `name` is one of the options that take a struct sock_fprog, which the host makes. */
export function attachFilter(
  core: Core,
  fd: number,
  filter: PacketFilter,
  name: "SO_ATTACH_FILTER" | "SO_ATTACH_REUSEPORT_CBPF",
): void {
  if (
    typeof filter !== "string" &&
    (typeof filter !== "object" || filter === null || !(Symbol.iterator in filter))
  ) {
    throw new TypeError(`filter must be instructions or the text of tcpdump -ddd, got ${show(filter)}`);
  }
  const option = core.constants[name];
  if (Number.isNaN(option)) throw new RangeError(`attachFilter: this system lacks ${name}`);
  const result = core.host.attachFilter(fd, option, packed(core, filter));
  if (result < 0) throw core.errors.system(-result, "setsockopt");
}
