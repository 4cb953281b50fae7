/**
 * The constants of the system, which `berkeley-sockets` and `berkeley-sockets/promises` export.
 *
 * @module constants
 */
export * from "../../dist/ts/exports.gen.js";
export * from "../../dist/ts/base/literals.js";
