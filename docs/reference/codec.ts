/**
 * Bytes of addresses, control messages and structs, on any system and in browsers.
 *
 * @module berkeley-sockets/codec
 */
export * from "../../dist/ts/codec.js";
