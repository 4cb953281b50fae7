// AF_CAN: an interface, and what its protocols add: CAN_ISOTP two ids, CAN_J1939 a name, a
// parameter group and an address (linux/can.h).
import { bits32, show, uint } from "../base/check.js";
import {
  interfaceName,
  interfaceOf,
  wrongShape,
  type AddressContext,
  type AddressFamily,
} from "../codec/address.js";
import type { CanAddress, CanIsotpAddress, CanJ1939Address } from "../base/types.js";

const EFF_FLAG = 0x80000000;
const EFF_MASK = 0x1fffffff;
const SFF_MASK = 0x7ff;
const MAX_NAME = 2n ** 64n - 1n;
const NO_PGN = 0x40000;
const NO_ADDR = 0xff;

/** A CAN id of 11 bits, or of 29 with CAN_EFF_FLAG. */
function canId(name: string, value: unknown): number {
  const bits = bits32(name, value);
  const extended = bits >= EFF_FLAG;
  if (bits - (extended ? EFF_FLAG : 0) > (extended ? EFF_MASK : SFF_MASK)) {
    throw new RangeError(
      `${name} must be an integer 0..${SFF_MASK}, or with CAN_EFF_FLAG 0..${EFF_MASK}, got 0x${bits.toString(16)}`,
    );
  }
  return bits;
}

/** What encoding answers where the target has no such family. */
function checked({ wire }: AddressContext, length: number): number {
  if (length < 0) throw new RangeError(`${wire.name} has no AF_CAN`);
  return length;
}

/** CAN_RAW and CAN_BCM. */
export const can: AddressFamily<CanAddress> = {
  shape: "[interface: string]",
  layout: ["sockaddr_can", "family", "ifindex"],

  encode(context, address, call) {
    if (!Array.isArray(address) || address.length !== 1) throw wrongShape(call, can, address);
    const { calls, target } = context.wire;
    return checked(context, calls.can_encode(target, interfaceOf(context, address[0], call)));
  },

  decode(context, length) {
    const { wire } = context;
    const status = wire.calls.can_decode(wire.target, length);
    return status < 0 ? status : [interfaceName(context, wire.word(0))];
  },
};

/** CAN_ISOTP. */
export const isotp: AddressFamily<CanIsotpAddress> = {
  shape: "[interface: string, rxId: number, txId: number]",
  layout: ["sockaddr_can_isotp", "family", "ifindex", "rxId", "txId"],

  encode(context, address, call) {
    if (!Array.isArray(address) || address.length !== 3) throw wrongShape(call, isotp, address);
    const { calls, target } = context.wire;
    const rx = canId(`${call}: rxId`, address[1]);
    const tx = canId(`${call}: txId`, address[2]);
    return checked(context, calls.can_encode_isotp(target, interfaceOf(context, address[0], call), rx, tx));
  },

  decode(context, length) {
    const { wire } = context;
    const status = wire.calls.can_decode_isotp(wire.target, length);
    if (status < 0) return status;
    const rx = wire.word(1);
    const tx = wire.word(2);
    return [interfaceName(context, wire.word(0)), rx, tx];
  },
};

/** CAN_J1939. J1939_NO_NAME, J1939_NO_PGN and J1939_NO_ADDR stand for none. */
export const j1939: AddressFamily<CanJ1939Address> = {
  shape: "[interface: string, name: bigint, pgn: number, addr: number]",
  layout: ["sockaddr_can_j1939", "family", "ifindex", "name", "pgn", "addr"],

  encode(context, address, call) {
    if (!Array.isArray(address) || address.length !== 4) throw wrongShape(call, j1939, address);
    const { calls, target } = context.wire;
    const given: unknown = address[1];
    if (typeof given !== "bigint" && !Number.isSafeInteger(given))
      throw new TypeError(`${call}: name must be a bigint or a safe integer, got ${show(given)}`);
    const name = BigInt(given as bigint | number);
    if (name < 0n || name > MAX_NAME)
      throw new RangeError(`${call}: name must be an integer 0..${MAX_NAME}, got ${name}`);
    const pgn = uint(call, "pgn", address[2], NO_PGN);
    const addr = uint(call, "addr", address[3], NO_ADDR);
    const index = interfaceOf(context, address[0], call);
    return checked(
      context,
      calls.can_encode_j1939(target, index, Number(name & 0xffffffffn), Number(name >> 32n), pgn, addr),
    );
  },

  decode(context, length) {
    const { wire } = context;
    const status = wire.calls.can_decode_j1939(wire.target, length);
    if (status < 0) return status;
    const name = (BigInt(wire.word(2)) << 32n) | BigInt(wire.word(1));
    const pgn = wire.word(3);
    const addr = wire.word(4);
    return [interfaceName(context, wire.word(0)), name, pgn, addr];
  },
};
