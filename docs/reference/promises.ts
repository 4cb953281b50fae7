/**
 * The same names as promises, with the class itself in place of the constant that holds it.
 *
 * @module berkeley-sockets/promises
 */
export * from "../../dist/ts/promises/index.js";
export { Socket, type SocketClass } from "../../dist/ts/promises/socket.js";
export { PromiseEndpoint } from "../../dist/ts/promises/endpoint.js";
export type { DuplexOptions, SocketDuplex } from "../../dist/ts/promises/duplex.js";
export type { KeepAliveOptions, StreamAddress } from "../../dist/ts/promises/duplex-options.js";
export type { WebStreams } from "../../dist/ts/promises/web.js";
