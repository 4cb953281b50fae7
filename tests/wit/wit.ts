// The WIT files read as types, to hold shim/jco/interfaces.ts to them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FILES = ["types", "codec", "syscalls", "sockets", "names", "worlds"];
const folder = new URL("../../../wasm/wit/", import.meta.url);

/** The package as one text, the file with its name first. */
export const witSource = FILES.map(name =>
  readFileSync(fileURLToPath(new URL(`${name}.wit`, folder)), "utf8"),
).join("\n");

const bare = witSource.replace(/\/\/.*$/gm, "");

/** The text between the brace at `open` and the one that closes it. */
function block(text: string, open: number): string {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return text.slice(open + 1, i);
  }
  throw new Error("a brace is not closed");
}

/** What commas part that stand in no brackets. */
function parts(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (c !== undefined && "<({".includes(c)) depth++;
    else if (c !== undefined && ">)}".includes(c) && !(c === ">" && text[i - 1] === "-")) depth--;
    else if ((c === "," && depth === 0) || c === undefined) {
      const part = text.slice(from, i).trim();
      if (part !== "") found.push(part);
      from = i + 1;
    }
  }
  return found;
}

const unescaped = (name: string) => name.replace(/^%/, "");

class Scope {
  readonly #types = new Map<string, string>();
  readonly #resources = new Set<string>();

  constructor(outer?: Scope) {
    if (outer !== undefined) for (const [name, text] of outer.#types) this.#types.set(name, text);
  }

  define(name: string, text: string): void {
    this.#types.set(name, text);
  }
  resource(name: string): void {
    this.#resources.add(name);
  }

  /** A type spelled out. */
  expand(type: string): string {
    const text = type.trim();
    if (text === "_") return "_";
    const [, outer, inner] = /^(\w+)<(.*)>$/s.exec(text) ?? [];
    if (outer === "borrow") return `borrow ${inner!.trim()}`;
    if (outer !== undefined)
      return `${outer}<${parts(inner!)
        .map(part => this.expand(part))
        .join(", ")}>`;
    if (this.#resources.has(text)) return `own ${text}`;
    const known = this.#types.get(text);
    return known ?? text;
  }
}

/** `name: type` pairs, each type spelled out. */
const fields = (scope: Scope, text: string) =>
  parts(text).map(part => {
    const at = part.indexOf(":");
    return `${unescaped(part.slice(0, at).trim())}: ${scope.expand(part.slice(at + 1))}`;
  });

function signature(scope: Scope, text: string, self: string | undefined): string {
  const open = text.indexOf("(");
  let depth = 0;
  let close = open;
  for (; close < text.length; close++) {
    if (text[close] === "(") depth++;
    else if (text[close] === ")" && --depth === 0) break;
  }
  const params = parts(text.slice(open + 1, close)).map(part =>
    scope.expand(part.slice(part.indexOf(":") + 1)),
  );
  const result = text.slice(close + 1).replace("->", "");
  return `(${[...(self === undefined ? [] : [self]), ...params].join(", ")}) -> ${scope.expand(result)}`;
}

/** Defines the records, variants, enums and names of an interface. */
function define(scope: Scope, body: string): void {
  for (const match of body.matchAll(
    /\b(record|variant|enum)\s+([\w-]+)\s*\{|\btype\s+([\w-]+)\s*=\s*([^;]+);/g,
  )) {
    const [whole, kind, name, alias, of] = match;
    if (alias !== undefined) {
      scope.define(alias, scope.expand(of!));
      continue;
    }
    const inner = block(body, match.index! + whole.length - 1);
    const text =
      kind === "record"
        ? fields(scope, inner)
        : parts(inner).map(part => {
            const [, tag, held] = /^%?([\w-]+)(?:\((.*)\))?$/s.exec(part)!;
            return held === undefined ? tag! : `${tag}: ${scope.expand(held)}`;
          });
    scope.define(name!, `${kind} ${name} { ${text.join(", ")} }`);
  }
}

/** Each interface's functions by their core names, with all types spelled out. */
export function interfacesOf(): Map<string, Map<string, string>> {
  const types = new Scope();
  const found = new Map<string, Map<string, string>>();
  for (const match of bare.matchAll(/\binterface\s+([\w-]+)\s*\{/g)) {
    const name = match[1]!;
    const body = block(bare, match.index! + match[0].length - 1);
    const scope = name === "types" ? types : new Scope(types);
    const functions = new Map<string, string>();
    let rest = body;
    for (const one of body.matchAll(/\bresource\s+([\w-]+)\s*\{/g)) {
      const resource = one[1]!;
      scope.resource(resource);
      const inner = block(body, one.index! + one[0].length - 1);
      rest = rest.replace(inner, "");
    }
    define(scope, rest);
    for (const one of body.matchAll(/\bresource\s+([\w-]+)\s*\{/g)) {
      const resource = one[1]!;
      for (const [, method, isStatic, text] of block(body, one.index! + one[0].length - 1).matchAll(
        /([\w-]+):\s*(static\s+)?func([^;]*);/g,
      )) {
        const kind = isStatic === undefined ? "method" : "static";
        const self = isStatic === undefined ? `borrow ${resource}` : undefined;
        functions.set(`[${kind}]${resource}.${method}`, signature(scope, text!, self));
      }
    }
    for (const [, method, text] of rest.matchAll(/([\w-]+):\s*func([^;]*);/g))
      functions.set(method!, signature(scope, text!, undefined));
    found.set(name, functions);
  }
  return found;
}
