// The public surface as a compiler reads it, through the API that TypeScript had until 6: every
// type that a signature names can be imported from the entry that has the signature, and no
// signature is any where nothing says so.

/** The parts of TypeScript's API that are used. */
interface Symbol_ {
  readonly name: string;
  readonly flags: number;
  readonly declarations?: readonly Node_[];
}
interface Node_ {
  readonly kind: number;
  readonly parent: Node_;
  readonly [key: string]: any;
}

const OURS = "node_modules/berkeley-sockets/";

/**
 * What may be any: the address of a socket whose family nobody knows, which is a parameter's
 * default or an argument (`Socket<any>`), and AddressIn of it.
 */
const MAY_BE_ANY = new Set(["AddressIn"]);

/** What SocketModule leaves out of what it is made of. */
const OMITTED = new Set(["core"]);
/** What `export type *` brings along, and nobody can call. */
const TYPES_ONLY = /^bind[A-Z]/;

export interface Surface {
  /** Types of signatures that the entry does not export. */
  readonly hidden: string[];
  /** Signatures that are any. */
  readonly any: string[];
  /** How many declarations were looked at. */
  readonly seen: number;
}

/**
 * Looks at one entry's .d.ts. `ts` is the module typescript. What `beside` exports can be named too:
 * the promise entry has functions that make sockets of the blocking one.
 */
export function surfaceOf(ts: any, entry: string, options: object, beside?: string): Surface {
  const program = ts.createProgram([entry, ...(beside === undefined ? [] : [beside])], options);
  const checker = program.getTypeChecker();
  const { SyntaxKind, SymbolFlags, TypeFlags } = ts;
  const hidden = new Set<string>();
  const any = new Set<string>();
  const seen = new Set<Node_>();

  const resolved = (symbol: Symbol_): Symbol_ =>
    symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const isOurs = (node: Node_): boolean => node.getSourceFile().fileName.includes(OURS);
  const place = (node: Node_): string => {
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    return `${file.fileName.split(OURS)[1] ?? file.fileName}:${line + 1}`;
  };

  const exportsOf = (path: string): Symbol_[] =>
    checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(path))).map(resolved);
  const exports = exportsOf(entry);
  const nameable = new Set([...exports, ...(beside === undefined ? [] : exportsOf(beside))]);
  // `type Socket<A> = SocketOf<A, Buffer>` makes SocketOf nameable too.
  for (const symbol of [...nameable]) {
    for (const declaration of symbol.declarations ?? []) {
      const { type } = declaration;
      if (declaration.kind === SyntaxKind.TypeAliasDeclaration && type.kind === SyntaxKind.TypeReference)
        nameable.add(resolved(checker.getSymbolAtLocation(type.typeName)));
    }
  }

  function refer(node: Node_, name: Node_): void {
    const found = checker.getSymbolAtLocation(name);
    if (found === undefined) return void any.add(`${place(node)}: ${node.getText()} is not there`);
    const symbol = resolved(found);
    const declarations = symbol.declarations ?? [];
    if (symbol.flags & SymbolFlags.TypeParameter || !declarations.some(isOurs)) return;
    if (!nameable.has(symbol) && !isLocal(symbol, node)) hidden.add(`${symbol.name}, in ${place(node)}`);
    for (const declaration of declarations) visit(declaration);
  }

  /** A name that another type's body has for a part of itself, in one file. */
  function isLocal(symbol: Symbol_, node: Node_): boolean {
    const [declaration] = symbol.declarations!;
    const isExported = (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0;
    return !isExported && ts.findAncestor(node, ts.isTypeAliasDeclaration) !== undefined;
  }

  /** Whether a node stands for any by itself, and not as an argument of a class of ours. */
  function judge(node: Node_): void {
    const parent = node.parent;
    const isArgument = parent.kind === SyntaxKind.TypeReference || parent.kind === SyntaxKind.ImportType;
    if (parent.kind === SyntaxKind.TypeParameter || isArgument) return;
    any.add(`${place(node)}: ${parent.getText().split("\n")[0].slice(0, 100)}`);
  }

  function computes(node: Node_): boolean {
    const kinds = [
      SyntaxKind.ConditionalType,
      SyntaxKind.MappedType,
      SyntaxKind.IndexedAccessType,
      SyntaxKind.TypeOperator,
    ];
    return kinds.includes(node.kind) || ts.forEachChild(node, computes) === true;
  }

  function visit(node: Node_): void {
    if (node === undefined || seen.has(node) || !isOurs(node)) return;
    seen.add(node);
    if (ts.isTypeElement(node) && OMITTED.has(node.name?.text)) return;
    // What Node calls of a stream's, as _write().
    if (ts.isClassElement(node) && node.name?.text?.startsWith("_")) return;
    if (ts.canHaveModifiers(node) && ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) return;
    switch (node.kind) {
      case SyntaxKind.TypeAliasDeclaration: {
        // The body of a type that computes is no signature, as that of AddressIn.
        if (MAY_BE_ANY.has(node.name.text) || computes(node.type)) return;
        break;
      }
      case SyntaxKind.TypeParameter:
        return; // a bound is met, not named
      case SyntaxKind.HeritageClause:
        // A base class need not be named; what it has is ours to show.
        for (const base of node.types) {
          const symbol = checker.getSymbolAtLocation(base.expression);
          for (const declaration of symbol ? (resolved(symbol).declarations ?? []) : []) visit(declaration);
        }
        return;
      case SyntaxKind.TypeQuery:
        query(node);
        return;
      case SyntaxKind.TypeReference:
        if (isError(node)) any.add(`${place(node)}: ${node.getText()} can't be resolved`);
        refer(node, node.typeName);
        break;
      case SyntaxKind.ImportType:
        refer(node, node.qualifier);
        break;
      case SyntaxKind.AnyKeyword:
        judge(node);
        return;
    }
    ts.forEachChild(node, visit);
  }

  /** A type reference whose type is any is one that the compiler could not resolve, or an alias of any. */
  function isError(node: Node_): boolean {
    const type = checker.getTypeFromTypeNode(node);
    return (type.flags & TypeFlags.Any) !== 0 && !MAY_BE_ANY.has(node.typeName.getText());
  }

  /** `typeof bound.recvFds`: the signature is where the property is declared. */
  function query(node: Node_): void {
    const symbol = checker.getSymbolAtLocation(node.exprName);
    for (const declaration of symbol ? (resolved(symbol).declarations ?? []) : []) visit(declaration);
  }

  for (const symbol of exports)
    if (!TYPES_ONLY.test(symbol.name))
      for (const declaration of symbol.declarations ?? []) visit(declaration);
  return { hidden: [...hidden].sort(), any: [...any].sort(), seen: seen.size };
}
