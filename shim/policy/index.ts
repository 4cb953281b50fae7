// berkeley-sockets/policy: what a guest may do with sockets, deny by default.
export { guarded, type GuardedHost } from "./guarded.js";
export type { PolicyEvent } from "./gate.js";
export type { Call, Explanation } from "./explain.js";
export type { Kind, RuleText, Spelled } from "./rule-forms.js";
export { PolicyError, type Limits, type Policy } from "./rules.js";
export type * from "../contract.js";
