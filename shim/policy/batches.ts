// Batches of messages: recvmmsg(2) and sendmmsg(2), each slot judged.
import { lengthOf, part } from "../../ts/base/views.js";
import type { Host } from "../contract.js";
import { AddressReader, ROOM } from "./address.js";
import { isWhole, type Gate } from "./gate.js";
import type { Sort } from "./judge.js";
import { MAX_CONTROL, type Passing } from "./passing.js";
import { closePath } from "./paths.js";
import type { Places } from "./places.js";

/** Words of a slot of a batch (shim/contract.ts). */
const LENGTH = 0;
const NAME = 1;
const CONTROL = 2;
const FLAGS = 3;
const WORDS = 4;
const MAX_MESSAGES = 1024;
/** Room for an address in a batch: more than that none of them has. */
const NAME_SIZE = 128;

/** A batch that is sent. */
interface Outgoing {
  readonly fd: number;
  readonly sort: Sort;
  /** The guest's memory, and the slot in it that comes first. */
  readonly first: number;
  readonly names: Uint8Array;
  readonly control: Uint8Array;
  /** Bytes that each slot has there: for its data, its name and its control messages. */
  readonly size: number;
  readonly nameSize: number;
  readonly controlSize: number;
  /** The guard's copies: the words, and control messages with `room` bytes for each slot. */
  readonly words: Int32Array;
  readonly ownControl: Uint8Array;
  readonly room: number;
  /** What the paths in it led to, to be closed when it is sent. */
  readonly targets: number[];
  /** Bytes that the call may still move. */
  left: number;
}

/** Bytes that each of `total` slots has of a batch's memory. */
function slotSize(memory: Uint8Array, total: number): number {
  return total === 0 ? 0 : Math.floor(lengthOf(memory) / total);
}

export function batchesOf(
  gate: Gate,
  { destination, takeTarget }: Places,
  passing: Passing,
): Pick<Host, "recvmmsg" | "sendmmsg"> {
  const { inner, judge, limits, little, ownPath, stopped, socketOf, waiting } = gate;
  const { EACCES, EINVAL, EMSGSIZE } = gate.errors;
  const c = judge.constants;
  const { outgoing, incoming } = passing;
  let names = new Uint8Array(0);
  let namesReader = new AddressReader(names, little);

  /** Copies message `i` out of the guest's memory and judges it: 0 or -errno. */
  function takeMessage(batch: Outgoing, i: number): number {
    const { fd, sort, words, nameSize, controlSize, room } = batch;
    const at = i * WORDS;
    const slot = batch.first + i;
    const nameLength = Math.max(0, Math.min(words[at + NAME]!, nameSize));
    const controlLength = Math.max(0, Math.min(words[at + CONTROL]!, room));
    const bytes = Math.min(words[at + LENGTH]!, batch.size);
    if (bytes < 0) return -EINVAL;
    if (bytes > batch.left) return -EMSGSIZE;
    if (nameLength > ROOM) return -EACCES;
    names.set(part(batch.names, slot * nameSize, slot * nameSize + nameLength), i * ROOM);
    const control = part(batch.control, slot * controlSize, slot * controlSize + controlLength);
    batch.ownControl.set(control, i * room);
    const failed = controlLength > 0 ? outgoing(fd, sort, i * room, controlLength) : 0;
    if (failed < 0) return failed;
    let length = 0;
    if (nameLength > 0) {
      length = destination("sendmmsg", sort, namesReader, i * ROOM, nameLength);
      const target = takeTarget();
      if (target >= 0) batch.targets.push(target);
      if (length < 0) return length;
    }
    batch.left -= bytes;
    words[at + LENGTH] = bytes;
    words[at + NAME] = length;
    words[at + CONTROL] = controlLength;
    return 0;
  }

  return {
    recvmmsg(fd, data, guestNames, guestControl, words, count, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const total = Math.floor(words.length / WORDS);
      if (!isWhole(count) || count > Math.min(MAX_MESSAGES, total)) return -EINVAL;
      if (count === 0) return inner.recvmmsg(fd, data, guestNames, guestControl, words.slice(), 0, flags);
      const size = slotSize(data, total);
      const guestName = slotSize(guestNames, total);
      const guestRoom = slotSize(guestControl, total);
      const nameSize = Math.min(guestName, NAME_SIZE);
      const room = Math.min(guestRoom, MAX_CONTROL);
      // Fewer than asked for are legal: that bounds what is allocated.
      const most = Math.max(
        1,
        Math.floor(Math.min(limits.bytes / Math.max(1, size), (4 * MAX_CONTROL) / Math.max(1, room))),
      );
      const n = Math.min(count, most);
      const ownNames = new Uint8Array(nameSize * n);
      const ownWords = new Int32Array(WORDS * n);
      const control = passing.room(room * n);
      const got = waiting("recvmmsg", fd, () =>
        inner.recvmmsg(
          fd,
          part(data, 0, Math.min(size * n, limits.bytes)),
          ownNames,
          control.subarray(0, room * n),
          ownWords,
          n,
          flags,
        ),
      );
      for (let i = 0; i < got; i++) {
        const at = i * WORDS;
        const left = incoming(i * room, Math.min(ownWords[at + CONTROL]!, room));
        ownWords[at + CONTROL] = left < 0 ? -1 - left : left;
        if (left < 0) ownWords[at + FLAGS] = ownWords[at + FLAGS]! | c.MSG_CTRUNC;
        guestControl.set(control.subarray(i * room, i * room + ownWords[at + CONTROL]!), i * guestRoom);
        const slot = ownNames.subarray(i * nameSize, (i + 1) * nameSize);
        const path = ownPath(slot, 0, Math.min(ownWords[at + NAME]!, nameSize));
        if (path !== undefined) {
          slot.fill(0, 2);
          slot.set(path.subarray(0, nameSize - 2), 2);
          ownWords[at + NAME] = path.length + 3;
        }
        guestNames.set(slot, i * guestName);
        words.set(ownWords.subarray(at, at + WORDS), at);
      }
      return got;
    },
    sendmmsg(fd, data, guestNames, guestControl, words, first, count, flags) {
      const description = socketOf(fd);
      if (typeof description === "number") return description;
      const total = Math.floor(words.length / WORDS);
      if (!isWhole(first) || !isWhole(count) || count > MAX_MESSAGES || first + count > total) return -EINVAL;
      const size = slotSize(data, total);
      const controlSize = slotSize(guestControl, total);
      const room = Math.min(controlSize, MAX_CONTROL);
      const n = Math.min(count, Math.max(1, Math.floor((4 * MAX_CONTROL) / Math.max(1, room))));
      const ownWords = words.slice(first * WORDS, (first + n) * WORDS);
      const control = passing.room(room * n);
      if (names.length < n * ROOM) {
        names = new Uint8Array(n * ROOM);
        namesReader = new AddressReader(names, little);
      }
      const batch: Outgoing = {
        fd,
        sort: description.sort,
        first,
        names: guestNames,
        control: guestControl,
        size,
        nameSize: slotSize(guestNames, total),
        controlSize,
        words: ownWords,
        ownControl: control,
        room,
        targets: [],
        left: limits.bytes,
      };
      let ready = 0;
      let failed = 0;
      try {
        while (ready < n && failed === 0) {
          failed = takeMessage(batch, ready);
          if (failed === 0) ready++;
        }
        // As the kernel: what comes before a message that can't be sent goes, and the next call says why.
        if (ready === 0 && failed < 0) return failed;
        return waiting("sendmmsg", fd, () =>
          inner.sendmmsg(
            fd,
            part(data, first * size, (first + ready) * size),
            names.subarray(0, ready * ROOM),
            control.subarray(0, ready * room),
            ownWords.subarray(0, ready * WORDS),
            0,
            ready,
            flags,
          ),
        );
      } finally {
        for (const target of batch.targets) closePath(target);
      }
    },
  };
}
