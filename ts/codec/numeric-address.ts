// Numeric addresses as text and as bytes: inet_aton(3), inet_pton(3) and their ways back, in
// glibc's forms.
import { bytesOf, int, show } from "../base/check.js";
import { OSError } from "../base/error.js";
import { dotted, octets } from "./octets.js";
import type { Data } from "../base/types.js";
import { lengthOf } from "../base/views.js";
import type { Wire } from "./wire.js";

/** White space, which ends what inet_aton reads. */
const SPACE = /[ \t-\r]/;

/** `unsupported` makes the error for a family that is neither AF_INET nor AF_INET6. */
export function textForms<B extends Uint8Array = Uint8Array>(
  wire: Wire,
  unsupported: (call: string, family: number) => Error,
) {
  const { calls, target } = wire;
  const AF_INET = calls.family_number(target, wire.kind("INET"));
  const AF_INET6 = calls.family_number(target, wire.kind("INET6"));

  // The calls by themselves: through an object of functions each would cost a look-up.
  const { aton, ntop6, pton6 } = calls;
  const { image, text: place } = wire;

  function put(call: string, text: string): number {
    if (typeof text !== "string") throw new TypeError(`${call}: address must be a string, got ${show(text)}`);
    const length = wire.putText(text);
    if (length < 0) throw illegal(call, text);
    return length;
  }
  /** The bytes of four decimal octets, undefined for other text: most addresses have this form. */
  function four(address: unknown): B | undefined {
    const number = typeof address === "string" ? octets(address) : -1;
    if (number < 0) return undefined;
    wire.view.setUint32(image, number);
    return wire.take(image, 4) as B;
  }
  function illegal(call: string, text: string): Error {
    if (text.includes("\0")) return new RangeError(`${call}: address must not hold a zero byte`);
    return new OSError(`illegal IP address string passed to ${call}: ${show(text)}`, {
      syscall: call,
      address: text,
    });
  }
  return {
    /**
     * `inet_aton(3)`: 4 bytes of one to four numbers, decimal, octal (`017`) or hexadecimal
     * (`0x1f`).
     * @throws OSError for bad text.
     */
    inet_aton(address: string): B {
      const quick = four(address);
      if (quick !== undefined) return quick;
      const end = typeof address === "string" ? address.search(SPACE) : -1;
      const length = put("inet_aton", end > 0 ? address.slice(0, end) : address);
      if (aton(place, length, image) < 0) throw illegal("inet_aton", address);
      return wire.take(image, 4) as B;
    },

    /**
     * `inet_ntoa(3)`: the text of 4 bytes.
     * @throws OSError for another length.
     */
    inet_ntoa(bytes: Data): string {
      const data = bytesOf("bytes", bytes);
      const length = lengthOf(data);
      if (length !== 4)
        throw new OSError(`inet_ntoa: bytes must be 4 bytes long, got ${length}`, { syscall: "inet_ntoa" });
      return dotted(data, 0);
    },

    /**
     * `inet_pton(3)`: 4 or 16 bytes.
     * @throws OSError for bad text or a family that is neither AF_INET nor AF_INET6 (EAFNOSUPPORT).
     */
    inet_pton(family: number, address: string): B {
      if (family !== AF_INET6 && family !== AF_INET)
        throw unsupported("inet_pton", int("family", family, 0, 0xffff));
      const quick = family === AF_INET ? four(address) : undefined;
      if (quick !== undefined) return quick;
      const length = put("inet_pton", address);
      if (family === AF_INET || pton6(place, length, image) < 0) throw illegal("inet_pton", address);
      return wire.take(image, 16) as B;
    },

    /**
     * `inet_ntop(3)`: the text of 4 or 16 bytes.
     * @throws RangeError for another length or family.
     */
    inet_ntop(family: number, bytes: Data): string {
      let size = 0;
      if (family === AF_INET) size = 4;
      else if (family === AF_INET6) size = 16;
      const data = bytesOf("bytes", bytes);
      if (size === 0)
        throw new RangeError(
          `inet_ntop: family must be AF_INET or AF_INET6, got ${int("family", family, 0, 0xffff)}`,
        );
      const length = lengthOf(data);
      if (length !== size) throw new RangeError(`inet_ntop: bytes must be ${size} bytes long, got ${length}`);
      if (size === 4) return dotted(data, 0);
      // One by one: set() takes longer for so few.
      for (let i = 0; i < 16; i++) wire.bytes[image + i] = data[i]!;
      return wire.takeText(ntop6(image, place));
    },
  };
}
