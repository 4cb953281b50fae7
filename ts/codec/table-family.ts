// A family whose field table in the codec (wasm/layout.ts) does all the work: values by the fields'
// names, to bytes and back.
import { wrongShape, type AddressContext, type AddressFamily } from "./address.js";
import { Layout } from "./layout.js";
import { TOO_LONG, TOO_SHORT, UNSUPPORTED, WRONG_FAMILY, type Wire } from "./wire.js";

export interface Plan<A> {
  /** AF_*, and its name in wasm/registry.ts. */
  readonly family: string;
  readonly kind: string;
  readonly shape: string;
  readonly layout: readonly [struct: string, ...fields: string[]];
  /** The fields of an address, without length and family; undefined if it has another form. */
  toFields(address: unknown, call: string): Readonly<Record<string, unknown>> | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: the values are of the types that the codec's table gives
  fromFields(fields: any): A;
}

export function tabled<A>({
  family,
  kind,
  shape,
  layout: [struct, ...names],
  toFields,
  fromFields,
}: Plan<A>): AddressFamily<A> {
  const layouts = new WeakMap<Wire, Layout>();
  function layoutOf(context: AddressContext): Layout {
    const found = layouts.get(context.wire) ?? new Layout(context, struct, names);
    layouts.set(context.wire, found);
    return found;
  }

  const self: AddressFamily<A> = {
    shape,
    layout: [struct, ...names],

    encode(context, address, call) {
      const { wire } = context;
      const number = wire.calls.family_number(wire.target, wire.kind(kind));
      if (number === 0) throw new RangeError(`${wire.name} has no ${family}`);
      const given = toFields(address, call);
      if (given === undefined) throw wrongShape(call, self, address);
      const layout = layoutOf(context);
      const values: Record<string, unknown> = { ...given, len: layout.size, family: number };
      return layout.write(
        wire.address,
        layout.fields.map(field => values[field.name]),
        call,
      );
    },

    decode(context, length) {
      const { wire } = context;
      const { calls, target } = wire;
      const number = calls.sockaddr_family(target, length);
      if (number < 0) return number;
      if (wire.size(struct) === UNSUPPORTED || number !== calls.family_number(target, wire.kind(kind)))
        return WRONG_FAMILY;
      const layout = layoutOf(context);
      if (length > layout.size) return TOO_LONG;
      const values = layout.read(wire.address, length);
      if (values.includes(undefined)) return TOO_SHORT;
      return fromFields(Object.fromEntries(layout.fields.map((field, i) => [field.name, values[i]])));
    },
  };
  return self;
}
