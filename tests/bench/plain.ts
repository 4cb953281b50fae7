// inet_pton(3) and inet_ntop(3) in plain JavaScript, written to be quick: what the codec is
// compared with.
import { AF_INET } from "berkeley-sockets";

const ZERO = 0x30;
const DOT = 0x2e;
const COLON = 0x3a;

/** Four decimal numbers from `at` to the end of `text` into `out`; false if they aren't there. */
function quad(text: string, at: number, out: Uint8Array, to: number): boolean {
  const end = text.length;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(at++) !== DOT) return false;
    const start = at;
    let value = 0;
    for (; at < end; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) break;
      if (at > start && value === 0) return false;
      value = value * 10 + digit;
      if (value > 255) return false;
    }
    if (at === start) return false;
    out[to + part] = value;
  }
  return at === end;
}

function groups(text: string, out: Uint8Array): boolean {
  const end = text.length;
  let to = 0;
  let gap = -1;
  let at = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return false;
    at = 1;
  }
  while (at < end) {
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return false;
      gap = to;
      at++;
      continue;
    }
    const start = at;
    let value = 0;
    let c = 0;
    for (; at < end; at++) {
      c = text.charCodeAt(at);
      let digit = c - ZERO;
      if (digit < 0 || digit > 9) {
        digit = (c | 32) - 87;
        if (digit < 10 || digit > 15) break;
      }
      value = (value << 4) | digit;
    }
    if (at < end && c === DOT) {
      if (to > 12 || !quad(text, start, out, to)) return false;
      to += 4;
      break;
    }
    if (at === start || at - start > 4 || to > 14) return false;
    out[to++] = value >> 8;
    out[to++] = value;
    if (at === end) break;
    if (c !== COLON || ++at === end) return false;
  }
  if (gap < 0) return to === 16;
  if (to === 16) return false;
  out.copyWithin(16 - (to - gap), gap, to);
  out.fill(0, gap, 16 - (to - gap));
  return true;
}

export function inet_pton(family: number, text: string): Uint8Array {
  const out = new Uint8Array(family === AF_INET ? 4 : 16);
  if (!(family === AF_INET ? quad(text, 0, out, 0) : groups(text, out)))
    throw new Error(`not an address: ${text}`);
  return out;
}

export function inet_ntop(family: number, bytes: Uint8Array): string {
  if (family === AF_INET) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  let best = -1;
  let longest = 1;
  for (let i = 0; i < 8; i++) {
    let run = i;
    while (run < 8 && bytes[2 * run] === 0 && bytes[2 * run + 1] === 0) run++;
    if (run - i > longest) {
      best = i;
      longest = run - i;
    }
    if (run > i) i = run;
  }
  if (best === 0 && (longest === 6 || (longest === 5 && bytes[10] === 255 && bytes[11] === 255))) {
    return `${longest === 6 ? "::" : "::ffff:"}${bytes[12]}.${bytes[13]}.${bytes[14]}.${bytes[15]}`;
  }
  let text = "";
  for (let i = 0; i < 8; i++) {
    if (i === best) {
      text += i === 0 ? "::" : ":";
      i += longest - 1;
      continue;
    }
    text += ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16);
    if (i < 7) text += ":";
  }
  return text;
}
