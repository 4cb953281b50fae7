// What a behaviour is, and the forms that most of them have.
import type * as net from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Recording, type Side } from "./sides.js";

export interface Behaviour {
  readonly name: string;
  /** One side at a time: what it measures is the process's. */
  readonly alone?: boolean;
  run(side: Side): Promise<unknown>;
}

setFlagsFromString("--expose-gc");
/** A new context of V8's has it from then on. Bun's has not, where all of this is skipped. */
export const collect = ((globalThis as { gc?: () => void }).gc ??
  runInNewContext("typeof gc === 'function' ? gc : undefined")) as () => void;
export const KiB = 1024,
  MiB = 1024 * KiB;

/** Whatever way a stream is left, the same events follow. */
export function events(
  name: string,
  body: (stream: net.Socket, peer: net.Socket, recording: Recording) => unknown,
  options = {},
): Behaviour {
  return {
    name,
    async run(side) {
      const [stream, peer] = await side.connect(options);
      const recording = new Recording(stream);
      await body(stream, peer, recording);
      const lines = await recording.closed();
      peer.destroy();
      return lines;
    },
  };
}

/** What a stream answers at once. */
export function answers(
  name: string,
  body: (stream: net.Socket, peer: net.Socket) => unknown,
  options = {},
): Behaviour {
  return {
    name,
    async run(side) {
      const [stream, peer] = await side.connect(options);
      stream.on("error", () => {});
      const answer = await body(stream, peer);
      stream.destroy();
      peer.destroy();
      return answer;
    },
  };
}

/** Reset by the peer, where there is such a thing. */
export function reset(peer: net.Socket): void {
  if (peer.remotePort === undefined) peer.destroy();
  else peer.resetAndDestroy();
}
