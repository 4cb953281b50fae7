// struct af_alg_iv (linux/if_alg.h): ALG_SET_IV. Its value is the initialization vector.
import { show } from "../check.js";
import { Layout, type Bindable } from "../layout.js";

const NAME = "af_alg_iv", FIELDS = ["ivlen", "iv"];

/** The size is that of the length alone; the bytes come after it. */
export const af_alg_iv: Bindable<Uint8Array> = context => {
  const { wire } = context, layout = (length: number) => new Layout(context, NAME, FIELDS, length);
  const iv = {
    get size() { return layout(0).size; },
    pack(value: Uint8Array) {
      if (!(value instanceof Uint8Array)) throw new TypeError(`${NAME} must be a Uint8Array, got ${show(value)}`);
      const most = wire.imageSize - iv.size;
      if (value.length > most) throw new RangeError(`${NAME} must be at most ${most} bytes, got ${value.length}`);
      return wire.take(wire.image, layout(iv.size + value.length).write(wire.image, [value.length, value], NAME));
    },
    unpack(bytes: Uint8Array) {
      if (!(bytes instanceof Uint8Array)) throw new TypeError(`${NAME} must be a Uint8Array, got ${show(bytes)}`);
      if (bytes.length > wire.imageSize) throw new RangeError(`${NAME} must be at most ${wire.imageSize} bytes, got ${bytes.length}: too many`);
      wire.bytes.set(bytes, wire.image);
      const [length, value] = layout(bytes.length).read(wire.image, bytes.length) as [number | undefined, Uint8Array | undefined];
      if (length === undefined || value === undefined || length !== value.length) {
        throw new RangeError(`${NAME} is its length and as many bytes, got ${bytes.length} bytes: too ${length === undefined || bytes.length - iv.size < length ? "few" : "many"}`);
      }
      return value;
    },
    annotate: (bytes: Uint8Array) => layout(bytes.length).annotate(bytes),
  };
  return iv;
};
