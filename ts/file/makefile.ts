// makefile(): a socket as a file, in the modes of Python's socket.makefile. The files are in file/.
import { int, MAX_INT, show } from "../base/check.js";
import { DEFAULT_BUFFER_SIZE, type FileSocket } from "./base.js";
import { BufferedRWPair } from "./rw-pair.js";
import { SocketIO } from "./raw.js";
import { BufferedReader } from "./reader.js";
import { TextFormat, TextIOWrapper, type AnyFile, type Buffered, type TextOptions } from "./text-io.js";
import { BufferedWriter } from "./writer.js";
import { named } from "../base/named.js";

named({ BufferedReader, BufferedRWPair, BufferedWriter, SocketIO, TextIOWrapper });
export { BufferedReader, BufferedRWPair, BufferedWriter, SocketIO, TextIOWrapper };
export type { AnyFile, Buffered, TextOptions };
/** Options of text files; others ignore them. */
export type FileOptions = Omit<TextOptions, "lineBuffering">;

type BufferedOf<Mode extends string, B extends Uint8Array> = Mode extends `${string}w${string}`
  ? Mode extends `${string}r${string}`
    ? BufferedRWPair<B>
    : BufferedWriter<B>
  : BufferedReader<B>;
/** The file of a mode and a buffering, as far as the compiler knows them. */
export type FileOf<Mode extends string, Buffering, B extends Uint8Array = Uint8Array> = string extends Mode
  ? AnyFile<B>
  : Mode extends `${string}b${string}`
    ? Buffering extends 0
      ? SocketIO<B>
      : number extends Buffering
        ? SocketIO<B> | BufferedOf<Mode, B>
        : BufferedOf<Mode, B>
    : TextIOWrapper<B>;

type Letters = "r" | "w" | "rw";
const buffered: Readonly<Record<Letters, (raw: SocketIO, size: number) => Buffered>> = {
  r: (raw, size) => new BufferedReader(raw, size),
  w: (raw, size) => new BufferedWriter(raw, size),
  rw: (raw, size) => new BufferedRWPair(raw, raw, size),
};

export function makefile(
  socket: FileSocket,
  mode: string,
  buffering: number | null | undefined,
  options: FileOptions,
): AnyFile {
  if (typeof mode !== "string") throw new TypeError(`mode must be a string, got ${show(mode)}`);
  if (!/^[rwb]*$/.test(mode))
    throw new RangeError(`mode must be made of the letters r, w and b, got ${show(mode)}`);
  const writes = mode.includes("w");
  const reads = mode.includes("r");
  let letters: Letters = "r";
  if (writes) letters = reads ? "rw" : "w";
  const binary = mode.includes("b");
  const wanted =
    buffering === undefined || buffering === null ? -1 : int("buffering", buffering, -MAX_INT, MAX_INT);
  if (wanted === 0 && !binary)
    throw new RangeError("buffering must not be 0 in text mode: unbuffered files are binary");
  // In text mode 1 means line buffering, as in Python's open(), to which makefile's page refers
  // (CPython's own makefile ignores it).
  const byLine = wanted === 1 && !binary;
  const size = wanted < 0 || byLine ? DEFAULT_BUFFER_SIZE : wanted;
  const format = binary ? undefined : new TextFormat({ ...options, lineBuffering: byLine }, writes);
  const raw = new SocketIO(socket, letters);
  if (wanted === 0) return raw;
  try {
    const buffer = buffered[letters](raw, size);
    return format ? new TextIOWrapper(buffer, format, mode) : buffer;
  } catch (error) {
    raw.close();
    throw error;
  }
}
