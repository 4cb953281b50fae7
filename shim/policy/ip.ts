// IP addresses as numbers: four words of an IPv6 address, of which an IPv4 address is the last.
// An IPv4-mapped IPv6 address is the IPv4 address that it stands for, everywhere.

/** An address: `words[3]` alone where it is one of IPv4. */
export interface Ip {
  v4: boolean;
  readonly words: Uint32Array;
}

export function newIp(): Ip {
  return { v4: true, words: new Uint32Array(4) };
}

/** An address block: `v4` null is every address of both families. */
export interface Block {
  readonly v4: boolean | null;
  readonly words: Uint32Array;
  readonly masks: Uint32Array;
}

export const EVERYWHERE: Block = { v4: null, words: new Uint32Array(4), masks: new Uint32Array(4) };

const MAPPED = 0xffff;

/** Makes the IPv4 address of a mapped one. */
export function unmap(ip: Ip): void {
  const { words } = ip;
  if (ip.v4 || words[0] !== 0 || words[1] !== 0 || words[2] !== MAPPED) return;
  ip.v4 = true;
  words[2] = 0;
}

export function contains(block: Block, { v4, words }: Ip): boolean {
  if (block.v4 === null) return true;
  if (block.v4 !== v4) return false;
  const { words: net, masks } = block;
  if (v4) return (words[3]! & masks[3]!) >>> 0 === net[3];
  for (let i = 0; i < 4; i++) if ((words[i]! & masks[i]!) >>> 0 !== net[i]) return false;
  return true;
}

export function isZero({ words }: Pick<Ip, "words">): boolean {
  return (words[0]! | words[1]! | words[2]! | words[3]!) === 0;
}

/** The word of a dotted quad, or null. */
function quad(text: string): number | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let word = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    word = word * 256 + Number(part);
  }
  return word;
}

/** The groups of one side of "::"; a dotted quad is `last` of the whole address. */
function groupsOf(text: string, last: boolean): number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    const word = last && i === parts.length - 1 && part.includes(".") ? quad(part) : undefined;
    if (word === null) return null;
    if (word !== undefined) groups.push(word >>> 16, word & 0xffff);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

/** A numeric address, without brackets; null if it is none. */
export function parseIp(text: string): Ip | null {
  const ip = newIp();
  if (!text.includes(":")) {
    const word = quad(text);
    if (word === null) return null;
    ip.words[3] = word;
    return ip;
  }
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1]!, true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  for (let i = 0; i < 4; i++) ip.words[i] = groups[2 * i]! * 0x10000 + groups[2 * i + 1]!;
  ip.v4 = false;
  return ip;
}

/** The block of a prefix: its masks, and the address without what they leave out. */
export function blockOf({ v4, words }: Ip, prefix: number): Block {
  const masks = new Uint32Array(4);
  const from = v4 ? 96 : 0;
  for (let i = 0; i < 4; i++) {
    const bits = Math.min(32, Math.max(0, from + prefix - 32 * i));
    masks[i] = bits === 0 ? 0 : 0xffffffff << (32 - bits);
  }
  return { v4, words: words.map((word, i) => word & masks[i]!), masks };
}

/** For messages: `10.0.0.1`, `[2001:db8:0:0:0:0:0:1]`. */
export function ipText({ v4, words }: Ip): string {
  if (v4) return [24, 16, 8, 0].map(shift => (words[3]! >>> shift) & 255).join(".");
  return `[${Array.from(words, word => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`).join(":")}]`;
}
