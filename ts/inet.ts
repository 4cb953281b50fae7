// Numeric addresses as text and as bytes: inet_aton(3), inet_pton(3) and their ways back, in glibc's forms.
import { bytesOf, int, show } from "./check.js";
import { OSError } from "./error.js";
import { families } from "./registry.js";
import type { Data } from "./types.js";
import type { Wire } from "./wire.js";

/** White space, which ends what inet_aton reads. */
const SPACE = /[ \t-\r]/;

/** `unsupported` makes the error for a family that is neither AF_INET nor AF_INET6. */
export function textForms<B extends Uint8Array = Uint8Array>(wire: Wire, unsupported: (call: string, family: number) => Error) {
  const { calls, target } = wire;
  const number = (name: keyof typeof families) => calls.family_number(target, Object.keys(families).indexOf(name));
  const AF_INET = number("AF_INET"), AF_INET6 = number("AF_INET6");

  function packed(call: string, pton: (text: number, length: number, out: number) => number, text: string): B {
    if (typeof text !== "string") throw new TypeError(`${call}: address must be a string, got ${show(text)}`);
    const length = wire.putText(text);
    const size = length < 0 ? length : pton(wire.text, length, wire.image);
    if (size < 0) throw illegal(call, text);
    return wire.take(wire.image, size) as B;
  }
  function illegal(call: string, text: string): Error {
    if (text.includes("\0")) return new RangeError(`${call}: address must not hold a zero byte`);
    return new OSError(`illegal IP address string passed to ${call}: ${show(text)}`, { syscall: call, address: text });
  }
  function text(ntop: (from: number, text: number) => number, bytes: Uint8Array): string {
    wire.bytes.set(bytes, wire.image);
    return wire.takeText(ntop(wire.image, wire.text));
  }

  return {
    /** `inet_aton(3)`: 4 bytes of one to four numbers, decimal, octal (`017`) or hexadecimal (`0x1f`). Errors: OSError for bad text. */
    inet_aton(address: string): B {
      const end = typeof address === "string" ? address.search(SPACE) : -1;
      return packed("inet_aton", calls.aton, end > 0 ? address.slice(0, end) : address);
    },

    /** `inet_ntoa(3)`: the text of 4 bytes. Errors: OSError for another length. */
    inet_ntoa(bytes: Data): string {
      const data = bytesOf("bytes", bytes);
      if (data.length !== 4) throw new OSError(`inet_ntoa: bytes must be 4 bytes long, got ${data.length}`, { syscall: "inet_ntoa" });
      return text(calls.ntop4, data);
    },

    /** `inet_pton(3)`: 4 or 16 bytes. Errors: OSError for bad text or a family that is neither AF_INET nor AF_INET6 (EAFNOSUPPORT). */
    inet_pton(family: number, address: string): B {
      if (family === AF_INET6) return packed("inet_pton", calls.pton6, address);
      if (family === AF_INET) return packed("inet_pton", calls.pton4, address);
      throw unsupported("inet_pton", int("family", family, 0, 0xffff));
    },

    /** `inet_ntop(3)`: the text of 4 or 16 bytes. Errors: RangeError for another length or family. */
    inet_ntop(family: number, bytes: Data): string {
      const size = family === AF_INET6 ? 16 : family === AF_INET ? 4 : 0, data = bytesOf("bytes", bytes);
      if (size === 0) throw new RangeError(`inet_ntop: family must be AF_INET or AF_INET6, got ${int("family", family, 0, 0xffff)}`);
      if (data.length !== size) throw new RangeError(`inet_ntop: bytes must be ${size} bytes long, got ${data.length}`);
      return text(size === 4 ? calls.ntop4 : calls.ntop6, data);
    },
  };
}
