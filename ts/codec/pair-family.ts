// A family whose addresses are two numbers of 32 bits.
import { uint } from "../base/check.js";
import { wrongShape, type AddressFamily } from "./address.js";
import type { CodecCalls } from "./wire.js";

const MAX = 0xffffffff;

export interface PairPlan {
  /** AF_*. */
  readonly family: string;
  /** The two numbers by name, in the tuple's order, which is the codec's. */
  readonly names: readonly [first: string, second: string];
  readonly layout: AddressFamily["layout"];
  readonly encode: keyof CodecCalls;
  readonly decode: keyof CodecCalls;
}

export function pairOf<A extends readonly [number, number]>({
  family,
  names: [first, second],
  layout,
  encode,
  decode,
}: PairPlan): AddressFamily<A> {
  const self: AddressFamily<A> = {
    shape: `[${first}: number, ${second}: number]`,
    layout,

    encode({ wire }, address, call) {
      if (!Array.isArray(address) || address.length !== 2) throw wrongShape(call, self, address);
      const length = wire.calls[encode](
        wire.target,
        uint(call, first, address[0], MAX),
        uint(call, second, address[1], MAX),
      );
      if (length < 0) throw new RangeError(`${wire.name} has no ${family}`);
      return length;
    },

    decode({ wire }, length) {
      const status = wire.calls[decode](wire.target, length);
      return status < 0 ? status : ([wire.word(0), wire.word(1)] as unknown as A);
    },
  };
  return self;
}
