// The face: what an editor shows of the built .d.ts. Each exported name of the three entries, and
// each public member of what can be reached from them, has a text.
import { relative, resolve } from "node:path";
import ts from "typescript-compiler-api";
import type { Rule } from "../check.js";

/** Where texts are ours to write: a Duplex' own methods are Node's. */
const OURS = /\/dist\/(ts|shim)\//;

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  types: ["node"],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
};

/** What socketModule() makes for another host is what the entries export: it is judged there. */
const SAME_AS_EXPORTS = new Set(["socketModule"]);

/** `_private`, `#private`; a key that is a symbol begins with __@. */
const isHidden = (name: string) => /^[_#]/.test(name) && !name.startsWith("__@");

/** What the texts of one set of entries lack: `path:line: name`, each declaration once. */
export class Face {
  readonly #checker: ts.TypeChecker;
  readonly #files: readonly string[];
  readonly #program: ts.Program;
  readonly #seen = new Set<ts.Type>();
  readonly #lacking = new Map<ts.Declaration, string>();
  names = 0;
  members = 0;

  constructor(files: readonly string[], host?: ts.CompilerHost) {
    this.#files = files;
    this.#program = ts.createProgram([...files], options, host);
    this.#checker = this.#program.getTypeChecker();
  }

  lacking(): string[] {
    for (const file of this.#files) {
      const source = this.#program.getSourceFile(file);
      const module = source && this.#checker.getSymbolAtLocation(source);
      if (!module) throw new Error(`${file} is no module`);
      for (const name of this.#checker.getExportsOfModule(module)) this.#exported(name);
    }
    return [...this.#lacking].map(([declaration, name]) => `${placeOf(declaration)}: ${name}`).sort();
  }

  #exported(name: ts.Symbol): void {
    const symbol = name.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(name) : name;
    this.names++;
    this.#judge(symbol, name.name);
    if (symbol.flags & (ts.SymbolFlags.Type | ts.SymbolFlags.TypeAlias))
      this.#walk(this.#checker.getDeclaredTypeOfSymbol(symbol), name.name);
    if (symbol.flags & ts.SymbolFlags.Value) this.#walk(this.#checker.getTypeOfSymbol(symbol), name.name);
  }

  /** Notes a symbol of ours that has no text. */
  #judge(symbol: ts.Symbol, name: string): void {
    const [declaration] = symbol.declarations ?? [];
    if (!declaration || !isOurs(declaration)) return;
    if (symbol.getDocumentationComment(this.#checker).length === 0) this.#lacking.set(declaration, name);
  }

  /** The members of a type, and of the types that it names. */
  #walk(type: ts.Type, path: string): void {
    if (this.#seen.has(type)) return;
    this.#seen.add(type);
    for (const argument of type.aliasTypeArguments ?? []) this.#walk(argument, path);
    if (type.isUnionOrIntersection()) {
      for (const part of type.types) this.#walk(part, path);
      return;
    }
    if (!(type.flags & ts.TypeFlags.Object)) return;
    const generic = type as ts.TypeReference;
    if (generic.target) {
      for (const argument of this.#checker.getTypeArguments(generic)) this.#walk(argument, path);
      if (generic.target !== type) this.#walk(generic.target, path);
    }
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()])
      this.#signature(signature, path);
    for (const base of type.getBaseTypes() ?? []) this.#walk(base, path);
    const owner = type.symbol?.declarations?.[0];
    if (owner && !isOurs(owner)) return;
    if (owner && (ts.isInterfaceDeclaration(owner) || ts.isClassDeclaration(owner)))
      this.#judge(type.symbol, path === type.symbol.name ? path : `${path}: ${type.symbol.name}`);
    for (const member of type.getProperties()) this.#member(member, path, owner);
  }

  #signature(signature: ts.Signature, path: string): void {
    const declaration = signature.getDeclaration() as ts.SignatureDeclaration | undefined;
    // What is shown while arguments are written: the text of the overload that is being called.
    if (declaration !== undefined && isOurs(declaration) && !/[()]/.test(path) && isCallable(declaration))
      if (!this.#lacking.has(declaration) && signature.getDocumentationComment(this.#checker).length === 0)
        this.#lacking.set(declaration, `${path}()`);
    for (const parameter of signature.getParameters())
      this.#walk(this.#checker.getTypeOfSymbol(parameter), `${path}(${parameter.name})`);
    if (!SAME_AS_EXPORTS.has(path)) this.#walk(signature.getReturnType(), `${path}()`);
  }

  #member(member: ts.Symbol, path: string, owner: ts.Declaration | undefined): void {
    const [declaration] = member.declarations ?? [];
    if (isHidden(member.name) || member.name === "prototype") return;
    const name = `${path}.${member.name.replace(/^__@(\w+)@\d+$/, "[Symbol.$1]")}`;
    if (!declaration) {
      // A mapped type made it of a name alone: no text can reach it.
      if (owner && ts.isMappedTypeNode(owner)) this.#lacking.set(owner, name);
      return;
    }
    if (!isOurs(declaration) || isPrivate(declaration)) return;
    if (ts.isTypeElement(declaration) || ts.isClassElement(declaration)) {
      this.members++;
      this.#judge(member, name);
    }
    this.#walk(this.#checker.getTypeOfSymbol(member), name);
  }
}

/** Functions and methods; a constructor's text is its class's, a callback's that of its parameter. */
function isCallable(declaration: ts.SignatureDeclaration): boolean {
  return (
    ts.isFunctionDeclaration(declaration) ||
    ts.isMethodDeclaration(declaration) ||
    ts.isMethodSignature(declaration) ||
    ts.isCallSignatureDeclaration(declaration)
  );
}

function isOurs(declaration: ts.Declaration): boolean {
  return OURS.test(declaration.getSourceFile().fileName);
}

/** Private and protected members, brands, and the prototype, which has no declaration of its own. */
function isPrivate(declaration: ts.Declaration): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  if (ts.getCombinedModifierFlags(declaration) & hidden) return true;
  const name = ts.getNameOfDeclaration(declaration);
  return name !== undefined && ts.isComputedPropertyName(name) && ts.isIdentifier(name.expression);
}

function placeOf(declaration: ts.Declaration): string {
  const source = declaration.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(declaration.getStart());
  return `${relative(process.cwd(), source.fileName)}:${line + 1}`;
}

const entries = [
  "dist/ts/index.d.ts",
  "dist/ts/promises/index.d.ts",
  "dist/ts/codec.d.ts",
  "dist/shim/emscripten/index.d.ts",
  "dist/shim/jco/index.d.ts",
];

export const rules: Rule[] = [
  [
    "the .d.ts of each entry: every exported name and public member has its text",
    () => new Face(entries.map(path => resolve(path))).lacking(),
  ],
];
