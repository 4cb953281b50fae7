// Names on their way to the resolver and the databases: which text is one, and its bytes. Zero
// bytes would end it early: TypeError.
import { show } from "../base/check.js";
import type { Host } from "../../shim/contract.js";
import type { HostName } from "../base/types.js";
import { encodePath } from "../base/surrogate-escape.js";
import { honest, isBytes } from "../base/views.js";

function whole(what: string, bytes: Uint8Array): Uint8Array {
  if (bytes.includes(0)) throw new TypeError(`${what} must not hold a zero byte`);
  return bytes;
}

/** Text as UTF-8, which has no lone surrogates. */
export function textBytes(what: string, text: unknown): Uint8Array {
  if (typeof text !== "string") throw new TypeError(`${what} must be a string, got ${show(text)}`);
  if (/[\ud800-\udfff]/u.test(text))
    throw new RangeError(`${what} must be text without lone surrogates, got ${show(text)}`);
  return whole(what, Buffer.from(text));
}

/** The same, or bytes as they are. */
export function textOrBytes(what: string, name: unknown): Uint8Array {
  if (isBytes(name)) return whole(what, honest(name));
  if (typeof name !== "string")
    throw new TypeError(`${what} must be a string or a Uint8Array, got ${show(name)}`);
  return textBytes(what, name);
}

/** A name that is in the system's own encoding: UTF-8 with surrogateescape, or bytes. */
export function systemBytes(what: string, name: HostName): Uint8Array {
  if (isBytes(name)) return whole(what, honest(name));
  if (typeof name !== "string")
    throw new TypeError(`${what} must be a string or a Uint8Array, got ${show(name)}`);
  return whole(what, encodePath(name, what));
}

/** A host name, text by IDNA if it isn't ASCII, or bytes. */
export function hostBytes(host: Host, what: string, name: unknown): Uint8Array {
  if (typeof name !== "string" || /^[\x00-\x7f]*$/.test(name)) return textOrBytes(what, name);
  if (name.includes("\0")) throw new TypeError(`${what} must not hold a zero byte`);
  const ascii = host.idna(name);
  if (ascii === "") throw new RangeError(`${what} must be a host name, got ${show(name)}`);
  return labelled(what, Buffer.from(ascii), name);
}

/**
 * The same, with each label of text, but an empty last one, 1..63 bytes long: so Python's functions
 * have it, while the hosts of its addresses go to the resolver unseen.
 */
export function checkedHostBytes(host: Host, what: string, name: unknown): Uint8Array {
  const bytes = hostBytes(host, what, name);
  return typeof name === "string" ? labelled(what, bytes, name) : bytes;
}

function labelled(what: string, bytes: Uint8Array, name: string): Uint8Array {
  let length = 0;
  for (let i = 0; i <= bytes.length; i++) {
    const last = i === bytes.length;
    if (!last && bytes[i] !== DOT) {
      length++;
      continue;
    }
    if (length > 63 || (length === 0 && !last))
      throw new RangeError(`${what} must have labels of 1..63 bytes, got ${show(name)}`);
    length = 0;
  }
  return bytes;
}

const DOT = 0x2e;
