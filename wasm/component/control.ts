// Control messages of the WIT to a control buffer, and back (wasm/cmsg.ts).
import { cmsg_decode, cmsg_encode, cmsg_len, cmsg_space } from "../cmsg";
import { CELLS } from "../memory";
import { TOO_LONG, TOO_SHORT } from "../status";
import { allocate } from "./arena";

// record control-message { level: s32, kind: s32, data: list<u8> }
const MESSAGE_BYTES: u32 = 16;
const KIND: usize = 4;
const DATA: usize = 8;
const LENGTH: usize = 12;
/** What all of them may have: more than any kernel takes (net.core.optmem_max). */
const MAX_CONTROL: u64 = 0xffff;

/** Where the last result is: a control buffer, or a list of messages. */
export let place: usize = 0;

/** Makes the control buffer of `count` messages; returns its length, or TOO_LONG. */
export function encodeControl(target: i32, list: usize, count: u32): i32 {
  let size: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const length = load<u32>(list + i * MESSAGE_BYTES, LENGTH);
    if (<u64>length > MAX_CONTROL) return TOO_LONG;
    size += cmsg_space(target, length);
    if (size > MAX_CONTROL) return TOO_LONG;
  }
  place = allocate(8, <usize>size);
  memory.fill(place, 0, <usize>size);
  let at = place;
  for (let i: u32 = 0; i < count; i++) {
    const message = list + i * MESSAGE_BYTES;
    const length = load<i32>(message, LENGTH);
    const start = cmsg_encode(target, at, load<i32>(message), load<i32>(message, KIND), length);
    memory.copy(at + start, load<u32>(message, DATA), length);
    at += cmsg_space(target, length);
  }
  return <i32>size;
}

/** Lists the messages of a control buffer, whose data stays where it is; returns how many, or TOO_SHORT. */
export function decodeControl(target: i32, control: usize, length: u32): i32 {
  const least = <u32>cmsg_len(target, 0);
  place = allocate(4, (length / least) * MESSAGE_BYTES);
  let count: u32 = 0;
  let at: u32 = 0;
  // Less than a header at the end is nothing, as for CMSG_NXTHDR(3).
  while (length - at >= least) {
    if (cmsg_decode(target, control + at, <i32>(length - at)) < 0) return TOO_SHORT;
    const message = place + count * MESSAGE_BYTES;
    store<u32>(message, load<u32>(CELLS));
    store<u32>(message, load<u32>(CELLS, 4), KIND);
    store<u32>(message, control + at + load<u32>(CELLS, 8), DATA);
    store<u32>(message, load<u32>(CELLS, 12), LENGTH);
    count++;
    if (!load<u32>(CELLS, 16)) break;
    at = min(at + load<u32>(CELLS, 20), length);
  }
  return <i32>count;
}
