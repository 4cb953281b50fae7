// Addresses of WASI: sockaddr bytes to the fields of an ip-socket-address, and back.
import { LINUX64 } from "../../abi";
import { sockaddr_in } from "../../family/inet";
import { sockaddr_in6 } from "../../family/inet6";
import { layout_decode, layout_encode } from "../../layout";
import { ADDRESS, CELLS, CELL_SIZE, cell } from "../../memory";
import * as registry from "../../registry";
import { setHead, sockaddr_family } from "../../sockaddr";
import { keep } from "../arena";

export const IPV4: i32 = 0;
export const IPV6: i32 = 1;
const FIELDS: i32 = 11;
const INET_LENGTH: i32 = 16;
const INET6_LENGTH: i32 = 28;

// Fields of the tables by number (wasm/family/inet.ts, inet6.ts).
const PORT: i32 = 2;
const HOST: i32 = 3;
const FLOW: i32 = 3;
const HOST6: i32 = 4;
const SCOPE: i32 = 5;
const USED: usize = 8;

const fields: usize = memory.data(44, 4);
export function field(i: i32): i32 {
  return load<i32>(fields + 4 * i);
}
function setField(i: i32, value: u32): void {
  store<u32>(fields + 4 * i, value);
}

/** Reads a sockaddr into the fields; its family, or -1 where it is none of IP's. */
export function take(address: usize, length: i32): i32 {
  memory.copy(ADDRESS, address, min(length, INET6_LENGTH));
  const family = sockaddr_family(LINUX64, length);
  memory.fill(fields, 0, 4 * FIELDS);
  memory.fill(CELLS, 0, CELL_SIZE * USED);
  if (family == registry.family_number(LINUX64, registry.INET) && length >= INET_LENGTH) {
    layout_decode(LINUX64, sockaddr_in, ADDRESS, INET_LENGTH);
    setField(0, load<u16>(cell(PORT)));
    for (let i = 0; i < 4; i++) setField(1 + i, load<u8>(cell(HOST) + i));
    return IPV4;
  }
  if (family != registry.family_number(LINUX64, registry.INET6) || length < INET6_LENGTH) return -1;
  layout_decode(LINUX64, sockaddr_in6, ADDRESS, INET6_LENGTH);
  setField(0, load<u16>(cell(PORT)));
  setField(1, load<u32>(cell(FLOW)));
  for (let i = 0; i < 8; i++) setField(2 + i, bswap<u16>(load<u16>(cell(HOST6) + 2 * i)));
  setField(10, load<u32>(cell(SCOPE)));
  return IPV6;
}

/** The fields of an address that stands for any. */
export function takeAny(): void {
  memory.fill(fields, 0, 4 * FIELDS);
}

// An ip-socket-address in memory: the case, and its record from `RECORD` on.
const RECORD: usize = 4;

/** Writes the address in the fields as WASI has it in memory. */
export function write(family: i32, at: usize): void {
  store<u8>(at, family);
  const record = at + RECORD;
  store<u16>(record, field(0));
  if (family == IPV4) {
    for (let i = 0; i < 4; i++) store<u8>(record + i, field(1 + i), 2);
    return;
  }
  store<u32>(record, field(1), 4);
  for (let i = 0; i < 8; i++) store<u16>(record + 2 * i, field(2 + i), 8);
  store<u32>(record, field(10), 24);
}

/** The length of the sockaddr that give() made last. */
export let given: i32 = 0;

/** The sockaddr of an address that WASI wrote, in the arena. */
export function give(at: usize): usize {
  memory.fill(CELLS, 0, CELL_SIZE * USED);
  const record = at + RECORD;
  store<u64>(cell(PORT), load<u16>(record));
  if (load<u8>(at) == IPV4) {
    store<u32>(cell(HOST), load<u32>(record, 2));
    given = setHead(LINUX64, registry.INET, layout_encode(LINUX64, sockaddr_in, ADDRESS));
  } else {
    store<u64>(cell(FLOW), load<u32>(record, 4));
    for (let i = 0; i < 8; i++) store<u16>(cell(HOST6) + 2 * i, bswap<u16>(load<u16>(record + 2 * i, 8)));
    store<u64>(cell(SCOPE), load<u32>(record, 24));
    given = setHead(LINUX64, registry.INET6, layout_encode(LINUX64, sockaddr_in6, ADDRESS));
  }
  return keep(ADDRESS, given);
}
