// IPv4 addresses as text, in inet_pton(3)'s form: with a table of octets that takes less time than
// a call of the codec.

const OCTETS = Array.from({ length: 256 }, (_, octet) => String(octet));
const DOTTED = OCTETS.map(octet => `${octet}.`);

/** The text of the four octets at `at`. */
export function dotted(bytes: Uint8Array, at: number): string {
  return DOTTED[bytes[at]!]! + DOTTED[bytes[at + 1]!]! + DOTTED[bytes[at + 2]!]! + OCTETS[bytes[at + 3]!]!;
}

const ZERO = 0x30;
const DOT = 0x2e;
const NINE = 9;

/**
 * The number of four decimal octets without leading zeros, the first one highest; -1 for any other
 * text.
 */
export function octets(text: string): number {
  const { length } = text;
  if (length > 15) return -1;
  let number = 0;
  let value = -1;
  let dots = 0;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === DOT) {
      if (value < 0) return -1;
      number = (number << 8) | value;
      value = -1;
      dots++;
      continue;
    }
    const digit = c - ZERO;
    if (digit < 0 || digit > NINE || value === 0) return -1;
    value = value < 0 ? digit : value * 10 + digit;
    if (value > 255) return -1;
  }
  return dots === 3 && value >= 0 ? ((number << 8) | value) >>> 0 : -1;
}
