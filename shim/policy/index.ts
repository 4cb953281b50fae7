// berkeley-sockets/policy: what a guest may do with sockets, deny by default.
export { guarded, type GuardedHost } from "./guarded.js";
export type { PolicyEvent } from "./gate.js";
export type { Call, Explanation } from "./explain.js";
export { PolicyError, type Kind, type Limits, type Policy, type RuleText, type Spelled } from "./rules.js";
export type * from "../contract.js";
