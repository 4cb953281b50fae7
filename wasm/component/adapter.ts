// sockets.core.wasm and sockets.component.wasm: the world `adapter`, typed sockets over a host's system
// calls, with the codec inside.
export * from "./codec-only";
export * from "./sockets";
