// The Internet checksum (RFC 1071), of IP, ICMP, UDP and TCP.
import { bytesOf } from "./check.js";
import type { Data } from "./types.js";
import { lengthOf } from "./views.js";

/**
 * The Internet checksum (RFC 1071) of these parts, one after another: the complement of the sum of
 * all 16-bit words in network order, a last odd byte followed by a zero. Of a message that holds its
 * own checksum it is 0. ICMPv6, UDP and TCP have a pseudo-header summed before the message
 * (RFC 8200 8.1), as the first part.
 */
export function checksum(...parts: Data[]): number {
  const all = parts.map((data, i) => bytesOf(`part ${i}`, data));
  let sum = 0;
  let odd = false;
  for (const bytes of all) {
    const length = lengthOf(bytes);
    for (let i = 0; i < length; i++) {
      sum += odd ? bytes[i]! : bytes[i]! << 8;
      odd = !odd;
    }
  }
  // A number counts exactly up to 2^53: more than any memory's bytes make.
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
