// Makes the .gen.ts files that export the module's functions one by one, each with the text that
// stands where it is made: an export by destructuring would lose it on its way to the user's
// editor. --check compares them instead; --declarations puts the texts beside the signatures of the
// compiled declarations, so that they are there while arguments are written.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { read, root, writeOrCompare } from "../host/generated.mjs";

// Methods of the classes have the names of some functions.
const hasFunctions = name =>
  name.endsWith(".ts") && !name.endsWith(".gen.ts") && name !== "socket.ts" && name !== "endpoint.ts";
const sourcesIn = folder =>
  readdirSync(new URL(folder, root))
    .filter(hasFunctions)
    .map(name => read(`${folder}${name}`))
    .join("\n");

/** What may wait, which each entry has in a form of its own. */
const waiting = [
  "socketpair",
  "fromfd",
  "createConnection",
  "createServer",
  "sendFds",
  "recvFds",
  "poll",
  "getaddrinfo",
  "getfqdn",
  "getnameinfo",
  "gethostbyname",
  "gethostbynameEx",
  "gethostbyaddr",
];
/** What never waits, which both entries share (ts/shared.ts). */
const shared = [
  "AddressFamily",
  "SocketKind",
  "MsgFlag",
  "AddressInfo",
  "defined",
  "hasIPv6",
  "hasDualstackIPv6",
  "fromNode",
  "fromshare",
  "dup",
  "close",
  "getdefaulttimeout",
  "setdefaulttimeout",
  "inet_aton",
  "inet_ntoa",
  "inet_pton",
  "inet_ntop",
  "CMSG_LEN",
  "CMSG_SPACE",
  "gethostname",
  "sethostname",
  "getservbyname",
  "getservbyport",
  "getprotobyname",
  "if_nameindex",
  "if_nametoindex",
  "if_indextoname",
];
const blocking = ["ts/base/", "ts/codec/", "ts/resolve/", "ts/socket/"];

const outputs = [
  {
    path: "ts/functions.gen.ts",
    names: waiting,
    folders: blocking,
    module: "bound",
    from: "./node-module.js",
  },
  {
    path: "ts/shared-functions.gen.ts",
    names: shared,
    folders: blocking,
    module: "bound",
    from: "./node-module.js",
  },
  {
    path: "ts/promises/functions.gen.ts",
    names: waiting,
    folders: ["ts/promises/"],
    module: "promises",
    from: "./node-module.js",
  },
];

/** The text before a member or function of that name, without its indentation. */
function docOf(name, sources) {
  const form = new RegExp(
    `^( +)(/\\*\\*(?:(?!\\*/)[^])*\\*/)\\n\\1(?:export )?(?:async )?(?:function )?${name}(?:<[^\\n(]*>)?\\s*[(:,]`,
    "gm",
  );
  const found = Array.from(sources.matchAll(form), match => match[2].replaceAll(`\n${match[1]}`, "\n"));
  if (found.length !== 1) throw new Error(`${name}: ${found.length} texts, not one`);
  return found[0];
}

/** The declarations of what a module is, whose types the compiler writes without texts. */
const declarations = [
  { path: "dist/ts/module.d.ts", names: [...waiting, ...shared], folders: blocking },
  ...["create", "poll", "resolve"].map(name => ({
    path: `dist/ts/promises/${name}.d.ts`,
    names: waiting,
    folders: ["ts/promises/"],
  })),
];
const MARK = "// Texts by ts/functions.mjs.\n";

/**
 * A member's lines with the text above each of its signatures, and as a method: of a property that
 * holds a function, editors show no text while its arguments are written.
 */
function withText(line, doc) {
  const [, indent, rest] = /^( *)(.*)$/.exec(line);
  const arrow = /^(\w+): ((?:<.*?>)?\(.*\)) => (.*);$/.exec(rest);
  const text = doc.split("\n").map(part => indent + part);
  return [...text, arrow ? `${indent}${arrow[1]}${arrow[2]}: ${arrow[3]};` : line];
}

/** Puts texts into a declaration file, and the lines that come with them into its map. */
function describe({ path, names, folders }) {
  const sources = folders.map(sourcesIn).join("\n");
  const docs = new Map(names.map(name => [name, docOf(name, sources)]));
  const pristine = new URL(`${path.replaceAll("/", ".")}`, new URL("dist/signatures/", root));
  const pristineMap = new URL(`${pristine.href}.map`);
  if (!read(path).startsWith(MARK)) {
    mkdirSync(new URL("dist/signatures/", root), { recursive: true });
    writeFileSync(pristine, read(path));
    writeFileSync(pristineMap, read(`${path}.map`));
  }
  const map = JSON.parse(readFileSync(pristineMap, "utf8"));
  const mappings = map.mappings.split(";");
  const lines = [MARK.trimEnd()];
  const mapped = [""];
  let overloaded;
  for (const [i, line] of readFileSync(pristine, "utf8").split("\n").entries()) {
    const name = /^ {4}(\w+)[:<(]/.exec(line)?.[1];
    const opens = / \{$/.test(line);
    let out = [line];
    if (overloaded !== undefined && /^ {8}[<(]/.test(line)) out = withText(line, overloaded);
    else if (name !== undefined && docs.has(name) && !opens) out = withText(line, docs.get(name));
    if (/^ {4}\S/.test(line)) overloaded = opens ? docs.get(name) : undefined;
    lines.push(...out);
    mapped.push(...out.slice(1).map(() => ""), mappings[i] ?? "");
  }
  writeFileSync(new URL(path, root), lines.join("\n"));
  writeFileSync(new URL(`${path}.map`, root), JSON.stringify({ ...map, mappings: mapped.join(";") }));
}

/** A file that exports the names, each with its text. */
function exportsOf({ names, folders, module, from }) {
  const sources = folders.map(sourcesIn).join("\n");
  const lines = names.map(
    name => `${docOf(name, sources)}\nexport const ${name}: typeof ${module}.${name} = ${module}.${name};`,
  );
  return `// Generated by ts/functions.mjs from the texts where the functions are made.\nimport { ${module} } from "${from}";\n\n${lines.join("\n\n")}\n`;
}

const [mode] = process.argv.slice(2);
if (mode === "--declarations") for (const one of declarations) describe(one);
else {
  const texts = outputs.map(output => [output.path, exportsOf(output)]);
  writeOrCompare(mode, Object.fromEntries(texts), "ts/functions.mjs makes");
}
