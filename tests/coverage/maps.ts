// Source maps: where each piece of a generated file comes from.

/** A piece begins at `offset` of the generated file; `line` and `column` of `source` begin with 0. */
export interface Piece {
  offset: number;
  source: string;
  line: number;
  column: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base 64 VLQ: five bits a digit, the lowest first, the sixth says that more follow. */
function numbers(text: string): number[] {
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    values.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return values;
}

/** Where each line of a text begins. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The pieces of a generated text, in its order. */
export function pieces(map: { sources: string[]; mappings: string }, generated: string): Piece[] {
  const starts = lineStarts(generated);
  const found: Piece[] = [];
  let source = 0;
  let line = 0;
  let column = 0;
  for (const [row, segments] of map.mappings.split(";").entries()) {
    let at = 0;
    for (const segment of segments.split(",").filter(Boolean)) {
      const [step, sourceStep, lineStep, columnStep] = numbers(segment) as [number, ...number[]];
      at += step;
      if (sourceStep === undefined) continue;
      source += sourceStep;
      line += lineStep!;
      column += columnStep!;
      found.push({ offset: starts[row]! + at, source: map.sources[source]!, line, column });
    }
  }
  return found;
}
