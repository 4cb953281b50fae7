// A socket's own address by us and by CPython: as a tuple, and as the bytes that getsockname(2)
// gives CPython's process.
import type { AddressOf, FamilyName } from "../../ts/registry.js";
import type { Socket } from "../../ts/index.js";
import { equal, is } from "../suite.js";
import { ask } from "../python.js";
import { bytes, codec, hex } from "../vectors.js";

const TELL = `
import ctypes
def tell(s):
    libc, room, length = ctypes.CDLL(None), ctypes.create_string_buffer(256), ctypes.c_uint(256)
    assert libc.getsockname(s.fileno(), room, ctypes.byref(length)) == 0
    print(json.dumps([s.getsockname(), room.raw[:length.value].hex()]))
`;
type Told = [tuple: unknown, image: string];

/** What a socket's address is, for us, for CPython and in bytes, is the same. Returns it. */
export function sameName<F extends FamilyName>(s: Socket, family: F): AddressOf<F> {
  const script = `${TELL}s = socket.socket(data[0], data[1], data[2], fileno=3)\ntell(s)\ns.detach()`;
  const [tuple, image] = ask<Told>(script, [s.family, s.type, s.proto], undefined, [s.fileno()]);
  const own = s.getsockname();
  equal(own, tuple);
  same(family, own, image);
  return own;
}

/** The same of a socket that CPython binds to an address of ours, which it reports as `bound`. */
export function pythonBinds<F extends FamilyName>(
  family: F,
  [domain, type, proto]: readonly [number, number, number],
  address: AddressOf<F>,
  bound = address,
): void {
  const [tuple, image] = ask<Told>(
    `${TELL}s = socket.socket(data[0], data[1], data[2])\ns.bind(tuple(data[3]))\ntell(s)`,
    [domain, type, proto, address],
  );
  equal(tuple, bound);
  same(family, bound, image);
}

function same<F extends FamilyName>(family: F, address: AddressOf<F>, image: string): void {
  const linux = codec.target("linux64");
  is(hex(linux.encodeAddress(family as number & F, address)), image);
  equal(linux.decodeAddress(bytes(image), family).address, address);
}
