// File names as text: UTF-8 with surrogateescape (PEP 383), so that any bytes come out and go back
// in.

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a name; U+DC80..U+DCFF stand for the bytes 80..ff. */
export function encodePath(text: string, what: string): Uint8Array {
  if (!/[\ud800-\udfff]/.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00);
    else if (code >= 0xd800 && code <= 0xdfff)
      throw new RangeError(`${what} holds a lone surrogate, U+${code.toString(16)}`);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

/** The text of a name that a host gave: one character a byte (shim/contract.ts). */
export function decodeByteString(name: string): string {
  return /^[\x00-\x7f]*$/.test(name) ? name : decodePath(Uint8Array.from(name, c => c.charCodeAt(0)));
}

/** How many bytes the UTF-8 sequence has that begins with `lead`. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** The text of a name's bytes. */
export function decodePath(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    /* not UTF-8: below, byte by byte where it must be */
  }
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i]!;
    const length = sequenceLength(lead);
    try {
      if (i + length > bytes.length) throw new RangeError("cut off");
      text += utf8.decode(bytes.subarray(i, i + length));
      i += length;
    } catch {
      text += String.fromCharCode(0xdc00 + lead);
      i++;
    }
  }
  return text;
}
