// The behaviours that are compared: each is run on a net.Socket and on one of our streams, and
// tells what it saw.
import type { Behaviour } from "./behaviour.js";
import { duplex } from "./duplex.js";
import { lifecycle } from "./lifecycle.js";
import { traffic } from "./traffic.js";

export type { Behaviour };
export const behaviours: readonly Behaviour[] = [...lifecycle, ...traffic, ...duplex];
