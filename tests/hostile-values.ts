// Values of a caller that lie about themselves, or run code where they are looked at.
import { runInNewContext } from "node:vm";

/** Says any length, and runs code. */
export class Liar extends Uint8Array {
  static ran = 0;
  override get length(): number {
    Liar.ran++;
    return 1 << 20;
  }
  override subarray(): never {
    throw new Error("subarray() ran");
  }
  override slice(): never {
    throw new Error("slice() ran");
  }
  override includes(): never {
    throw new Error("includes() ran");
  }
  override set(): never {
    throw new Error("set() ran");
  }
  static get [Symbol.species](): never {
    throw new Error("a species was asked for");
  }
}
export const liar = (...bytes: number[]): Uint8Array => {
  const view = new Liar(bytes.length);
  bytes.forEach((byte, i) => {
    view[i] = byte;
  });
  return view;
};
export const foreign = (source: string): Uint8Array => runInNewContext(source) as Uint8Array;

/** Tells its length as it is, and runs code for whatever else it is asked. */
class Meddler extends Uint8Array {
  static meddle = (): never => {
    throw new Error("a method of the caller's view ran");
  };
  override subarray(): never {
    return Meddler.meddle();
  }
  override slice(): never {
    return Meddler.meddle();
  }
  override set(): never {
    return Meddler.meddle();
  }
  override includes(): never {
    return Meddler.meddle();
  }
  override [Symbol.iterator](): never {
    return Meddler.meddle();
  }
  static get [Symbol.species](): never {
    return Meddler.meddle();
  }
}
export const meddler = (text: string): Uint8Array => {
  const view = new Meddler(text.length);
  for (let i = 0; i < text.length; i++) view[i] = text.charCodeAt(i);
  return view;
};

/** The same value, each part of which calls `meddle` when it is read. */
export function treacherous(value: unknown, meddle: () => void): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const out = Array.isArray(value) ? new Array(value.length) : {};
  for (const [key, inner] of Object.entries(value)) {
    Object.defineProperty(out, key, {
      enumerable: true,
      configurable: true,
      get: () => {
        meddle();
        return treacherous(inner, meddle);
      },
    });
  }
  return out;
}
