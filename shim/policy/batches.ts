// Batches of messages: recvmmsg(2) and sendmmsg(2), each slot judged.
import { lengthOf, part } from "../../ts/base/views.js";
import type { Host } from "../contract.js";
import { AddressReader, ROOM } from "./address.js";
import { isWhole, type Gate } from "./gate.js";
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

  return {
    recvmmsg(fd, data, guestNames, guestControl, words, count, flags) {
      const failed = stopped(fd);
      if (failed < 0) return failed;
      const total = Math.floor(words.length / WORDS);
      if (!isWhole(count) || count > Math.min(MAX_MESSAGES, total)) return -EINVAL;
      if (count === 0) return inner.recvmmsg(fd, data, guestNames, guestControl, words.slice(), 0, flags);
      const size = Math.floor(lengthOf(data) / total);
      const guestName = Math.floor(lengthOf(guestNames) / total);
      const guestRoom = Math.floor(lengthOf(guestControl) / total);
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
      const { sort } = description;
      const total = Math.floor(words.length / WORDS);
      if (!isWhole(first) || !isWhole(count) || count > MAX_MESSAGES || first + count > total) return -EINVAL;
      const size = total === 0 ? 0 : Math.floor(lengthOf(data) / total);
      const guestName = total === 0 ? 0 : Math.floor(lengthOf(guestNames) / total);
      const guestRoom = total === 0 ? 0 : Math.floor(lengthOf(guestControl) / total);
      const room = Math.min(guestRoom, MAX_CONTROL);
      const n = Math.min(count, Math.max(1, Math.floor((4 * MAX_CONTROL) / Math.max(1, room))));
      const ownWords = words.slice(first * WORDS, (first + n) * WORDS);
      const control = passing.room(room * n);
      if (names.length < n * ROOM) {
        names = new Uint8Array(n * ROOM);
        namesReader = new AddressReader(names, little);
      }
      const paths: number[] = [];
      let ready = 0;
      let left = limits.bytes;
      let failed = 0;
      try {
        for (; ready < n; ready++) {
          const at = ready * WORDS;
          const slot = first + ready;
          const nameLength = Math.max(0, Math.min(ownWords[at + NAME]!, guestName));
          const controlLength = Math.max(0, Math.min(ownWords[at + CONTROL]!, room));
          const bytes = Math.min(ownWords[at + LENGTH]!, size);
          if (bytes < 0) failed = -EINVAL;
          else if (bytes > left) failed = -EMSGSIZE;
          else if (nameLength > ROOM) failed = -EACCES;
          if (failed < 0) break;
          names.set(part(guestNames, slot * guestName, slot * guestName + nameLength), ready * ROOM);
          control.set(part(guestControl, slot * guestRoom, slot * guestRoom + controlLength), ready * room);
          failed = controlLength > 0 ? outgoing(fd, sort, ready * room, controlLength) : 0;
          if (failed < 0) break;
          const length =
            nameLength === 0 ? 0 : destination("sendmmsg", sort, namesReader, ready * ROOM, nameLength);
          const target = takeTarget();
          if (target >= 0) paths.push(target);
          if (length < 0) {
            failed = length;
            break;
          }
          left -= bytes;
          ownWords[at + LENGTH] = bytes;
          ownWords[at + NAME] = length;
          ownWords[at + CONTROL] = controlLength;
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
        for (const path of paths) closePath(path);
      }
    },
  };
}
