// The part of the WebAssembly API that is used: neither Node's types nor ES2022's declare it, and
// DOM's would declare a browser.

/** A compiled WebAssembly.Module. */
export interface WasmModule {
  /** What tells it from other objects. */
  readonly [Symbol.toStringTag]?: "WebAssembly.Module";
}
export interface WasmGlobal {
  readonly value: number;
}

interface Api {
  Module: { new (bytes: Uint8Array): WasmModule; exports(module: WasmModule): { readonly name: string }[] };
  Instance: new (module: WasmModule, imports?: object) => { readonly exports: Record<string, unknown> };
  Memory: new (descriptor: object) => { readonly buffer: ArrayBufferLike };
  Global: new (...args: never[]) => WasmGlobal;
  compile(bytes: ArrayBuffer | Uint8Array): Promise<WasmModule>;
}

export const wasm: Api = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;
