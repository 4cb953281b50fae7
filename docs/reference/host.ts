/**
 * The contract between the classes and a system.
 *
 * @module host
 */
export * from "../../dist/shim/contract.js";
