// Byte order of port numbers and addresses: byteorder(3).
import { int } from "./check.js";

/** Whether this machine keeps the high byte first, as the network does. */
export const bigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

function swap(name: string, x: number, bits: 16 | 32): number {
  int(name, x, 0, bits === 16 ? 0xffff : 0xffffffff);
  if (bigEndian) return x;
  return bits === 16
    ? ((x & 0xff) << 8) | (x >> 8)
    : ((x << 24) | ((x << 8) & 0xff0000) | ((x >>> 8) & 0xff00) | (x >>> 24)) >>> 0;
}

/**
 * `ntohl(3)`: 32 bits from network to host order.
 * @throws RangeError outside 0..2^32-1.
 */
export function ntohl(x: number): number {
  return swap("ntohl: x", x, 32);
}
/**
 * `ntohs(3)`: 16 bits from network to host order.
 * @throws RangeError outside 0..65535.
 */
export function ntohs(x: number): number {
  return swap("ntohs: x", x, 16);
}
/**
 * `htonl(3)`: 32 bits from host to network order.
 * @throws RangeError outside 0..2^32-1.
 */
export function htonl(x: number): number {
  return swap("htonl: x", x, 32);
}
/**
 * `htons(3)`: 16 bits from host to network order.
 * @throws RangeError outside 0..65535.
 */
export function htons(x: number): number {
  return swap("htons: x", x, 16);
}
