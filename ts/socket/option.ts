// Socket options and ioctl: getsockopt(2), setsockopt(2), ioctl(2).
import { bytesOf, cint, int, MAX_INT, show, writableOf } from "../base/check.js";
import type { Core } from "../context.js";
import type { Data, WritableBytes } from "../base/types.js";
import { lengthOf } from "../base/views.js";

// One value of each width, shared by all modules. Safe: it is written and read within one
// synchronous call, which runs no code of the user's between the two.
const number = new Int32Array(1);
const numberBytes = new Uint8Array(number.buffer);
const wideNumber = new BigUint64Array(1);
const wideBytes = new Uint8Array(wideNumber.buffer);
const MAX_LENGTH = 65536;

/** The options of AF_VSOCK, whose level is the family's number, are 64 bits wide (vsock(7)). */
function isWide({ constants }: Core, level: number): boolean {
  return level === constants.AF_VSOCK;
}

/** The option's number, or with a length its bytes. */
export function getsockopt(
  core: Core,
  fd: number,
  level: number,
  name: number,
  length?: number,
): number | Uint8Array {
  cint("level", level);
  cint("name", name);
  const size = length === undefined ? 0 : int("length", length, 0, MAX_LENGTH);
  const buffer = size === 0 ? numberBytes : core.bytes.zeroed(size);
  if (size === 0 && isWide(core, level)) return getWide(core, fd, level, name);
  if (size === 0) number[0] = 0;
  const result = core.host.getsockopt(fd, level, name, buffer);
  if (result < 0) throw core.errors.system(-result, "getsockopt");
  return size === 0 ? number[0]! : buffer.subarray(0, result);
}

/** SO_ERROR, or with a length its bytes, where the errno is not the kernel's any more. */
export function errorValue(core: Core, errno: number, length?: number): number | Uint8Array {
  const size = length === undefined ? 0 : int("length", length, 0, MAX_LENGTH);
  number[0] = errno;
  return size === 0 ? errno : core.bytes.copy(numberBytes.subarray(0, size));
}

function getWide(core: Core, fd: number, level: number, name: number): number {
  wideNumber[0] = 0n;
  const result = core.host.getsockopt(fd, level, name, wideBytes);
  const value = Number(wideNumber[0]);
  if (result < 0) throw core.errors.system(-result, "getsockopt");
  if (!Number.isSafeInteger(value))
    throw new RangeError(
      `getsockopt: the value is ${wideNumber[0]}, more than a number can hold exactly; ` +
        "with a length of 8 it comes as bytes",
    );
  return value;
}

/** The bytes of an option's value; a number's are overwritten by the next call. */
function valueBytes(core: Core, level: number, value: number | Data): Uint8Array {
  if (typeof value === "number" && isWide(core, level)) {
    wideNumber[0] = BigInt(int("value", value, 0, Number.MAX_SAFE_INTEGER));
    return wideBytes;
  }
  if (typeof value === "number") {
    number[0] = int("value", value, -0x80000000, 0xffffffff);
    return numberBytes;
  }
  if (typeof value === "boolean" || value === undefined)
    throw new TypeError(`value must be a number, a string, a buffer or null, got ${show(value)}`);
  return bytesOf("value", value);
}

export function setsockopt(
  core: Core,
  fd: number,
  level: number,
  name: number,
  value: number | Data | null,
  length?: number,
): void {
  cint("level", level);
  cint("name", name);
  if (value !== null && length !== undefined)
    throw new TypeError("setsockopt: length goes with a null value only");
  const bytes = value === null ? null : valueBytes(core, level, value);
  const size = bytes === null ? int("length", length, 0, MAX_INT) : lengthOf(bytes);
  const result = core.host.setsockopt(fd, level, name, bytes, size);
  if (result < 0) throw core.errors.system(-result, "setsockopt");
}

export function ioctl(core: Core, fd: number, request: number, argument: number | WritableBytes): number {
  int("request", request, 0, 0xffffffff);
  const result =
    typeof argument === "number"
      ? core.host.ioctl(fd, request, null, cint("argument", argument))
      : core.host.ioctl(fd, request, writableOf("argument", argument), 0);
  if (result < 0) throw core.errors.system(-result, "ioctl");
  return result;
}
