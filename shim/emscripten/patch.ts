// Calls that are no imports: some socket functions of Emscripten's libc end in a stub inside the wasm
// and succeed without effect. The bodies of the exported functions are replaced, before the module is
// compiled, by a call of an import that is there: connect(2)'s, whose last argument says which call is
// meant. No index shifts, so that nothing else of the module changes.

/** The calls that come in through connect(2)'s import, by the mark in its sixth argument. */
export const marks = {
  setsockopt: 0x5e750001,
  shutdown: 0x5e750002,
  socketpair: 0x5e750003,
  gethostname: 0x5e750004,
} as const;
export type Patched = keyof typeof marks;

/** How many arguments each takes, all of them i32. */
const PARAMETERS: Readonly<Record<Patched, number>> = {
  setsockopt: 5,
  shutdown: 2,
  socketpair: 4,
  gethostname: 2,
};
/** The parameters of the import. */
const IMPORT_PARAMETERS = 6;
const I32 = 0x7f;

const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;
const FUNCTION_SECTION = 3;
const EXPORT_SECTION = 7;
const CODE_SECTION = 10;

class Reader {
  at: number;
  constructor(
    readonly bytes: Uint8Array,
    at = 0,
  ) {
    this.at = at;
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw new Error("the module is cut off");
    return this.bytes[this.at++]!;
  }

  /** An unsigned LEB128 number. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.number();
    const from = this.at;
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(from, this.at));
  }

  limits(): void {
    const flags = this.byte();
    this.number();
    if (flags & 1) this.number();
  }
}

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of 32 bits. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low | 0x80);
  }
}

interface Section {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

function sectionsOf(bytes: Uint8Array): Section[] {
  const sections: Section[] = [];
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const start = reader.at;
    const id = reader.byte();
    const size = reader.number();
    sections.push({ id, start, body: reader.at, end: reader.at + size });
    reader.at += size;
  }
  return sections;
}

/** The imported functions: their names in order, and their types. */
function importsOf(bytes: Uint8Array, section: Section): { name: string; type: number }[] {
  const reader = new Reader(bytes, section.body);
  const functions: { name: string; type: number }[] = [];
  for (let left = reader.number(); left > 0; left--) {
    const module = reader.text();
    const name = reader.text();
    const kind = reader.byte();
    if (kind === 0) functions.push({ name: `${module}.${name}`, type: reader.number() });
    else if (kind === 1) {
      reader.byte();
      reader.limits();
    } else if (kind === 2) reader.limits();
    else if (kind === 3) reader.at += 2;
    else {
      reader.byte();
      reader.number();
    }
  }
  return functions;
}

/** The exported functions, by name. */
function exportsOf(bytes: Uint8Array, section: Section): Map<string, number> {
  const reader = new Reader(bytes, section.body);
  const functions = new Map<string, number>();
  for (let left = reader.number(); left > 0; left--) {
    const name = reader.text();
    const kind = reader.byte();
    const index = reader.number();
    if (kind === 0) functions.set(name, index);
  }
  return functions;
}

/** Parameters and results of the types that are functions of i32 alone; undefined for others. */
function typesOf(
  bytes: Uint8Array,
  section: Section,
): ({ parameters: number; results: number } | undefined)[] {
  const reader = new Reader(bytes, section.body);
  return Array.from({ length: reader.number() }, () => {
    if (reader.byte() !== 0x60) throw new Error("the module has types that are no functions");
    const lists = [0, 0].map(() => Array.from({ length: reader.number() }, () => reader.byte()));
    const plain = lists.flat().every(type => type === I32);
    return plain ? { parameters: lists[0]!.length, results: lists[1]!.length } : undefined;
  });
}

function numbersOf(bytes: Uint8Array, section: Section): number[] {
  const reader = new Reader(bytes, section.body);
  return Array.from({ length: reader.number() }, () => reader.number());
}

/**
 * The module with new bodies for those of `names` that it exports; `missing` are the others.
 * @throws Error where the module is not what the patch knows.
 */
export function patch(
  bytes: Uint8Array,
  names: readonly Patched[],
): { bytes: Uint8Array; missing: Patched[] } {
  const sections = sectionsOf(bytes);
  const section = (id: number, what: string) => {
    const found = sections.find(one => one.id === id);
    if (found === undefined) throw new Error(`the module has no ${what}`);
    return found;
  };
  const imports = importsOf(bytes, section(IMPORT_SECTION, "imports"));
  const connect = imports.findIndex(({ name }) => name === "env.__syscall_connect");
  if (connect < 0) throw new Error("the module does not import env.__syscall_connect");
  const types = typesOf(bytes, section(TYPE_SECTION, "types"));
  const signature = types[imports[connect]!.type];
  if (signature?.parameters !== IMPORT_PARAMETERS || signature.results !== 1)
    throw new Error(`env.__syscall_connect is no function of ${IMPORT_PARAMETERS} numbers`);
  const exported = exportsOf(bytes, section(EXPORT_SECTION, "exports"));
  const functionTypes = numbersOf(bytes, section(FUNCTION_SECTION, "functions"));
  const bodies = new Map<number, number[]>();
  const missing: Patched[] = [];
  for (const name of names) {
    const index = exported.get(name);
    if (index === undefined) {
      missing.push(name);
      continue;
    }
    const shared = [...exported].find(([other, at]) => at === index && other !== name);
    if (shared !== undefined) throw new Error(`${name} and ${shared[0]} are one function of this module`);
    const type = types[functionTypes[index - imports.length]!];
    if (type?.parameters !== PARAMETERS[name] || type.results !== 1)
      throw new Error(`${name} of this module takes other arguments`);
    bodies.set(index - imports.length, bodyOf(name, connect));
  }
  return { bytes: withBodies(bytes, section(CODE_SECTION, "code"), bodies), missing };
}

/** A body that calls the import with the function's own arguments, zeros, and the mark. */
function bodyOf(name: Patched, connect: number): number[] {
  const LOCAL_GET = 0x20;
  const I32_CONST = 0x41;
  const CALL = 0x10;
  const END = 0x0b;
  const code = [0];
  for (let i = 0; i < IMPORT_PARAMETERS - 1; i++) {
    if (i < PARAMETERS[name]) code.push(LOCAL_GET, i);
    else code.push(I32_CONST, 0);
  }
  code.push(I32_CONST, ...signed(marks[name]), CALL, ...unsigned(connect), END);
  return code;
}

function withBodies(
  bytes: Uint8Array,
  section: Section,
  bodies: ReadonlyMap<number, readonly number[]>,
): Uint8Array {
  const reader = new Reader(bytes, section.body);
  const count = reader.number();
  const pieces: Uint8Array[] = [];
  let from = section.body;
  for (let i = 0; i < count; i++) {
    const start = reader.at;
    const length = reader.number();
    reader.at += length;
    const body = bodies.get(i);
    if (body === undefined) continue;
    pieces.push(bytes.subarray(from, start), Uint8Array.from([...unsigned(body.length), ...body]));
    from = reader.at;
  }
  pieces.push(bytes.subarray(from, section.end));
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const head = Uint8Array.from([CODE_SECTION, ...unsigned(size)]);
  return joined([bytes.subarray(0, section.start), head, ...pieces, bytes.subarray(section.end)]);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
