// shim/jco/interfaces.ts says what the WIT files say.
import * as interfaces from "../../shim/jco/interfaces.js";
import type { Type } from "../../shim/jco/types.js";
import { equal, ok, test } from "../suite.js";
import { interfacesOf } from "./wit.js";

/** A type spelled out as tests/wit/wit.ts does. */
function text(type: Type | undefined): string {
  if (type === undefined) return "_";
  const named = type.parts.map(([name, part]) => (part === undefined ? name : `${name}: ${text(part)}`));
  switch (type.form) {
    case "list":
    case "tuple":
      return `${type.form}<${type.parts.map(([, part]) => text(part)).join(", ")}>`;
    case "option":
      return `option<${text(type.parts[1]![1])}>`;
    case "result":
      return `result<${type.parts.map(([, part]) => text(part)).join(", ")}>`;
    case "own":
    case "borrow":
      return `${type.form} ${type.name.replace(/^borrow<(.*)>$/, "$1")}`;
    case "record":
    case "variant":
    case "enum":
      return `${type.form} ${type.name} { ${named.join(", ")} }`;
    default:
      return type.name;
  }
}

for (const name of ["codec", "syscalls", "sockets", "names"] as const)
  test(`${name}: the table of the glue is the WIT's`, () => {
    const wit = interfacesOf().get(name)!;
    ok(wit.size > 5);
    const ours = Object.entries(interfaces[name]).map(
      ([key, { params, result }]) => [key, `(${params.map(text).join(", ")}) -> ${text(result)}`] as const,
    );
    equal(Object.fromEntries(ours), Object.fromEntries(wit));
  });
