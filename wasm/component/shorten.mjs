// Makes a component smaller: without its custom sections, which are names for people, and with short names
// between it and its core module, which nobody else sees (component-model, Binary.md).

const HEADER = 8;
const CUSTOM = 0;
// Sections of a component.
const CORE_MODULE = 1;
const CORE_INSTANCE = 2;
const COMPONENT = 4;
const ALIAS = 6;
// Sections of a core module.
const IMPORT = 2;
const EXPORT = 7;

/** Reads one section's bytes, or writes them anew. */
class Section {
  #bytes;
  #at = 0;
  #out = [];

  constructor(bytes) {
    this.#bytes = bytes;
  }
  byte() {
    const byte = this.#bytes[this.#at++];
    this.#out.push(byte);
    return byte;
  }
  /** A number as LEB128. */
  number() {
    const [value, next] = numberAt(this.#bytes, this.#at);
    this.#out.push(...this.#bytes.subarray(this.#at, next));
    this.#at = next;
    return value;
  }
  /** A name, written as `change` says. */
  name(change = name => name) {
    const [length, start] = numberAt(this.#bytes, this.#at);
    this.#at = start + length;
    const name = change(this.#bytes.subarray(start, this.#at).toString());
    this.#out.push(...encoded(name.length), ...Buffer.from(name));
  }
  each(item) {
    const count = this.number();
    for (let i = 0; i < count; i++) item();
  }
  /** What was read and written; the rest stays as it is. */
  result() {
    return Buffer.concat([Buffer.from(this.#out), this.#bytes.subarray(this.#at)]);
  }
}

function numberAt(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return [value >>> 0, at];
  }
}

function encoded(value) {
  const bytes = [];
  let left = value;
  for (; left > 127; left >>>= 7) bytes.push((left & 127) | 128);
  return [...bytes, left];
}

/** Every section but custom ones, as `change` gives it. */
function mapped(bytes, change) {
  const parts = [bytes.subarray(0, HEADER)];
  for (let at = HEADER; at < bytes.length; ) {
    const id = bytes[at];
    const [length, start] = numberAt(bytes, at + 1);
    at = start + length;
    if (id === CUSTOM) continue;
    const content = change(id, bytes.subarray(start, at));
    parts.push(Uint8Array.from([id, ...encoded(content.length)]), content);
  }
  return Buffer.concat(parts);
}

/** Short names, each for one long one that a core module has. */
class Names {
  #short = new Map();
  make = name => {
    const short = this.#short.get(name) ?? this.#short.size.toString(36);
    this.#short.set(name, short);
    return short;
  };
  change = name => this.#short.get(name) ?? name;
}

const isOurs = name => name.includes("berkeley:");

/** The core module with short names for its functions, which are noted. */
function core(bytes, names) {
  return mapped(bytes, (id, content) => {
    const section = new Section(content);
    if (id === IMPORT) {
      section.each(() => {
        section.name(names.make);
        section.name(names.make);
        if (section.byte() !== 0) throw new Error("the core module imports more than functions");
        section.number();
      });
    } else if (id === EXPORT) {
      section.each(() => {
        section.name(name => (isOurs(name) ? names.make(name) : name));
        section.byte();
        section.number();
      });
    }
    return section.result();
  });
}

/** Instances of core modules: what they are given, by name. */
function instances(section, names) {
  section.each(() => {
    const isInline = section.byte() === 1;
    if (!isInline) section.number();
    section.each(() => {
      section.name(names.change);
      section.byte();
      section.number();
    });
  });
}

/** Aliases of a core module's exports: `core sort`, the instance, the name. */
function aliases(section, names) {
  section.each(() => {
    if (section.byte() === 0) section.byte();
    const target = section.byte();
    section.number();
    if (target === 0) section.name();
    else if (target === 1) section.name(names.change);
    else section.number();
  });
}

/** A component that does the same in fewer bytes. */
export function shortened(component) {
  const names = new Names();
  let first = true;
  return mapped(component, (id, content) => {
    if (id === COMPONENT) return mapped(content, (_, inner) => inner);
    if (id === CORE_MODULE && first) {
      first = false;
      return core(content, names);
    }
    const section = new Section(content);
    if (id === CORE_MODULE) return mapped(content, (_, inner) => inner);
    if (id === CORE_INSTANCE) instances(section, names);
    else if (id === ALIAS) aliases(section, names);
    return section.result();
  });
}
