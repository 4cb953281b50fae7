// The rule that every exported name and public member has a text (check/face.ts): what it finds.
import ts from "typescript-compiler-api";
import { equal, test } from "../suite.js";
import { Face } from "./face.js";

const FOLDER = "/package/dist/ts";

/** What the face of these .d.ts lacks, `index.d.ts` the entry: by name, without their places. */
function lacking(files: Readonly<Record<string, string>>): string[] {
  const textOf = (path: string) => files[path.replace(`${FOLDER}/`, "")];
  const host: ts.CompilerHost = {
    fileExists: path => textOf(path) !== undefined,
    readFile: textOf,
    getSourceFile(path, version) {
      const text = textOf(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, version, true);
    },
    directoryExists: () => true,
    getDirectories: () => [],
    getDefaultLibFileName: () => `${FOLDER}/lib.d.ts`,
    getCurrentDirectory: () => FOLDER,
    getCanonicalFileName: path => path,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => undefined,
  };
  return new Face([`${FOLDER}/index.d.ts`], host)
    .lacking()
    .map(line => line.replace(/^.*?: /, ""))
    .sort();
}

test("face: nothing is missing where everything has its text", () => {
  equal(
    lacking({
      "index.d.ts": `
        /** One. */
        export declare const ONE: number;
        /** Options. */
        export interface Options {
          /** A key. */
          key?: string;
        }
        /** A class. */
        export declare class A {
          #private;
          _own: number;
          private hidden: string;
          /** A method. */
          method(options: Options): this;
        }
        /** A function. */
        export declare function make(): A;`,
    }),
    [],
  );
});

test("face: constants, functions, classes, interfaces and types without a text are found", () => {
  equal(
    lacking({
      "index.d.ts": `
        export declare const ONE: number, TWO: number;
        export declare function make(): void;
        export declare class A {}
        export interface I {}
        export type T = string;
        // No text for the editor.
        export declare let last: string;`,
    }),
    ["A", "I", "ONE", "T", "TWO", "last", "make"],
  );
});

test("face: members are found, of interfaces, classes, literals and what they inherit", () => {
  equal(
    lacking({
      "index.d.ts": `
        export {};
        /** */ interface Base { inherited: number; }
        /** I. */ export interface I extends Base { key?: number; method(): void; }
        /** A. */ export declare class A { static made: number; field: string; get got(): number; }
        /** O. */ export declare const O: { inner: { deep: number } };`,
    }),
    ["A.field", "A.got", "A.made", "I.inherited", "I.key", "I.method", "I: Base", "O.inner", "O.inner.deep"],
  );
});

test("face: what an entry re-exports and what its signatures name is looked at too", () => {
  equal(
    lacking({
      "index.d.ts": `
        export * from "./other.js";
        export { hidden as shown } from "./third.js";
        import type { Options } from "./third.js";
        /** F. */ export declare function f(options: Options): import("./third.js").Result;`,
      "other.d.ts": "export declare const OTHER: number;",
      "third.d.ts": `
        export declare const hidden: string;
        /** O. */ export interface Options { key: number; }
        export interface Result { value: number; }
        export declare const unreachable: string;`,
    }),
    ["OTHER", "f().value", "f(): Result", "f(options).key", "shown"],
  );
});

test("face: a member that a mapped type makes of a name alone is found, one of a documented key is not", () => {
  equal(
    lacking({
      "index.d.ts": `
        export {};
        declare const all: {
          /** A. */
          a: number;
          b: number;
        };
        /** Ours. */ export type Ours = { readonly [K in keyof typeof all]: string };
        /** Bare. */ export type Bare = { [K in "x"]: string };`,
    }),
    ["Bare.x", "Ours.b"],
  );
});

test("face: an overload without a text is found, since it is what is shown while it is called", () => {
  equal(
    lacking({
      "index.d.ts": `
        /** A class. */
        export declare class A {
          /** A method. */
          method(one: number): void;
          method(one: string): void;
        }
        /** All. */
        interface Module {
          /** A function. */
          make: {
            (one: number): void;
          };
        }
        /** A function. */
        export declare const make: Module["make"];`,
    }),
    ["A.method()", "Module.make()"],
  );
});
