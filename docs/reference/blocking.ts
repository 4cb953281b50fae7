/**
 * What the entry exports, with the classes themselves in place of the constants that hold them. The
 * constants of the system have a page of their own.
 *
 * @module berkeley-sockets
 */
export * from "../../dist/ts/index.js";
export { Socket, type SocketClass } from "../../dist/ts/socket/socket.js";
export { Endpoint, type Adopted } from "../../dist/ts/socket/endpoint.js";
export { Batch, type BatchOptions } from "../../dist/ts/socket/batch.js";
export type { ConnectionOptions, ServerOptions } from "../../dist/ts/socket/create.js";
