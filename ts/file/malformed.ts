// What becomes of bytes that are no text and of text that has no bytes: Python's codec error
// handlers (its codecs page).

/** Text for the bad bytes data[start..end], and where to go on. */
export type DecodeHandler = (
  codec: string,
  data: Uint8Array,
  start: number,
  end: number,
) => [text: string, next: number];
/** Text, or one byte, for a character that can't be encoded. */
export type EncodeHandler = (codec: string, code: number) => string | number;

const hex = (value: number, width: number) => value.toString(16).padStart(width, "0");

const strictDecode: DecodeHandler = (codec, data, start, end) => {
  const bytes = Array.from(data.subarray(start, end), byte => hex(byte, 2)).join(" ");
  throw new RangeError(
    `${codec} can't decode ${bytes}${end === data.length ? " at the end of what was read" : ""}`,
  );
};

const strictEncode: EncodeHandler = (codec, code) => {
  throw new RangeError(`${codec} can't encode U+${hex(code, 4).toUpperCase()}`);
};

/** By the names that `errors` may have. */
export const handlers: Readonly<Record<string, { decode: DecodeHandler; encode: EncodeHandler }>> = {
  strict: { decode: strictDecode, encode: strictEncode },
  ignore: { decode: (_codec, _data, _start, end) => ["", end], encode: () => "" },
  replace: { decode: (_codec, _data, _start, end) => ["\ufffd", end], encode: () => "?" },
  backslashreplace: {
    decode: (_codec, data, start, end) => [
      Array.from(data.subarray(start, end), byte => `\\x${hex(byte, 2)}`).join(""),
      end,
    ],
    encode(_codec, code) {
      if (code < 0x100) return `\\x${hex(code, 2)}`;
      return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
    },
  },
  // Bytes 80..ff become U+DC80..U+DCFF, and go back (PEP 383).
  surrogateescape: {
    decode(codec, data, start, end) {
      let text = "";
      let next = start;
      while (next < end && data[next]! >= 0x80) text += String.fromCharCode(0xdc00 + data[next++]!);
      return next > start ? [text, next] : strictDecode(codec, data, start, end);
    },
    encode: (codec, code) => (code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : strictEncode(codec, code)),
  },
};
