// berkeley-sockets: Python's socket module for Node.js.
/// <reference types="node" preserve="true" />
/// <reference lib="esnext.disposable" preserve="true" />
import type { Host } from "../shim/contract.js";
import { nodeBytes } from "./codec/buffer-pool.js";
import type { WasmModule } from "./codec/webassembly.js";
import type { ByteMaker } from "./codec/wire.js";
import * as files from "./file/makefile.js";
import { socketModule as makeModule } from "./module.js";
import { bound } from "./node-module.js";
import type { Socket as SocketOf, SocketClass as SocketClassOf } from "./socket/socket.js";

export * from "./exports.gen.js";
export * from "./shared.js";
export * from "./functions.gen.js";

/** A socket whose addresses are `A`; what it receives are `B`. */
export type Socket<A = any, B extends Uint8Array = Buffer> = SocketOf<A, B>;
export const Socket: typeof bound.Socket = bound.Socket;
export { Socket as SocketType };
/**
 * Netlink messages and attributes, as this system lays them out, and requests to the kernel:
 * `netlink.request(socket, { type: RTM_GETLINK, flags: NLM_F_DUMP, data: netlink.link.pack({ family:
 * AF_UNSPEC, index: 0 }) })`.
 */
export const netlink: typeof bound.netlink = bound.netlink;
export type { Netlink } from "./socket/netlink-request.js";
/** The class itself: what `new Socket(…)` takes. */
export type SocketClass<B extends Uint8Array = Buffer> = SocketClassOf<B>;

/** A socket as an unbuffered file: what `makefile("rb", 0)` gives. */
export type SocketIO<B extends Uint8Array = Buffer> = files.SocketIO<B>;
export const SocketIO: typeof files.SocketIO = files.SocketIO;
/** A file of bytes to read: what `makefile("rb")` gives. */
export type BufferedReader<B extends Uint8Array = Buffer> = files.BufferedReader<B>;
export const BufferedReader: typeof files.BufferedReader = files.BufferedReader;
/** A file of bytes to write: what `makefile("wb")` gives. */
export type BufferedWriter<B extends Uint8Array = Buffer> = files.BufferedWriter<B>;
export const BufferedWriter: typeof files.BufferedWriter = files.BufferedWriter;
/** A file of bytes to read and to write: what `makefile("rwb")` gives. */
export type BufferedRWPair<B extends Uint8Array = Buffer> = files.BufferedRWPair<B>;
export const BufferedRWPair: typeof files.BufferedRWPair = files.BufferedRWPair;
/** A file of text: what `makefile("r")`, `makefile("w")` and `makefile("rw")` give. */
export type TextIOWrapper<B extends Uint8Array = Buffer> = files.TextIOWrapper<B>;
export const TextIOWrapper: typeof files.TextIOWrapper = files.TextIOWrapper;
/** What makefile() can give. */
export type AnyFile<B extends Uint8Array = Buffer> = files.AnyFile<B>;
/** A buffered file: what a TextIOWrapper stands on. */
export type Buffered<B extends Uint8Array = Buffer> = files.Buffered<B>;
/** The file of a mode and a buffering, as far as the compiler knows them. */
export type FileOf<Mode extends string, Buffering, B extends Uint8Array = Buffer> = files.FileOf<
  Mode,
  Buffering,
  B
>;
export type { FileOptions, TextOptions } from "./file/makefile.js";
export type { FileSocket } from "./file/base.js";
export type { ByteSource, FileToSend } from "./socket/sendfile.js";

/** What socketModule() makes for one host: its classes, functions, defaults and constants. */
export type SocketModule<B extends Uint8Array = Buffer> = Omit<ReturnType<typeof makeModule<B>>, "core">;
/**
 * Makes the classes, functions, defaults and constants for a host. `bytes` makes what users
 * receive: Buffers, if it is not given.
 */
export function socketModule<B extends Uint8Array = Buffer>(
  host: Host,
  codec: WasmModule,
  bytes: ByteMaker<B> = nodeBytes as ByteMaker<any>,
): SocketModule<B> {
  return makeModule(host, codec, bytes);
}
export type * from "../shim/contract.js";
export type { WasmModule } from "./codec/webassembly.js";
export type { ByteCopier, ByteMaker } from "./codec/wire.js";
