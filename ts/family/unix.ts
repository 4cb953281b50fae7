// AF_UNIX: a path, or the bytes of an abstract name (unix(7)).
import { wrongShape, type AddressFamily } from "../codec/address.js";
import { decodePath, encodePath } from "../base/surrogate-escape.js";
import type { UnixAddress } from "../base/types.js";
import { TOO_LONG, UNSUPPORTED } from "../codec/wire.js";
import { OSError } from "../base/error.js";
import { isBytes, part } from "../base/views.js";

export const unix: AddressFamily<UnixAddress> = {
  shape: "a path: string | Uint8Array",
  layout: ["sockaddr_un", "len", "family", "path"],

  encode({ wire }, address, call) {
    let bytes: Uint8Array;
    if (typeof address === "string") bytes = encodePath(address, `${call}: path`);
    else if (isBytes(address)) bytes = part(address, 0);
    else throw wrongShape(call, unix, address);
    if (bytes.length > 0 && bytes[0] !== 0 && bytes.includes(0))
      throw new TypeError(`${call}: path must not hold a zero byte`);
    let length = TOO_LONG;
    if (bytes.length <= wire.addressSize - 3) {
      wire.bytes.set(bytes, wire.unixPath);
      length = wire.calls.unix_encode(wire.target, bytes.length);
    }
    if (length === UNSUPPORTED)
      throw new RangeError(`${call}: path must not begin with a zero byte on ${wire.name}`);
    if (length < 0) throw new OSError("AF_UNIX path too long", { syscall: call, address });
    return length;
  },

  decode({ wire }, length) {
    const n = wire.calls.unix_decode(wire.target, length);
    if (n < 0) return n;
    const bytes = wire.bytes.subarray(wire.unixPath, wire.unixPath + n);
    return n > 0 && bytes[0] === 0 ? wire.copy(bytes) : decodePath(bytes);
  },
};
