// struct timeval and struct timespec (socket(7)): SO_RCVTIMEO, SO_SNDTIMEO, SCM_TIMESTAMP, SCM_TIMESTAMPNS.
import { show } from "../check.js";
import { mapped, struct } from "../layout.js";

/** Seconds, exact to the microsecond. More than nothing never becomes nothing, which as a timeout would mean for ever. */
export const timeval = mapped<{ sec: number; usec: number }, number>(struct("timeval", "sec", "usec"),
  seconds => {
    if (typeof seconds !== "number") throw new TypeError(`timeval must be a number of seconds, got ${show(seconds)}`);
    let sec = Math.floor(seconds), usec = Math.round((seconds - sec) * 1e6);
    if (usec === 1e6) { sec++; usec = 0; }
    if (seconds > 0 && sec === 0 && usec === 0) usec = 1;
    return { sec, usec };
  },
  ({ sec, usec }) => (sec * 1e6 + usec) / 1e6);

/** Nanoseconds. */
export const timespec = mapped<{ sec: number; nsec: number }, bigint>(struct("timespec", "sec", "nsec"),
  nanoseconds => {
    if (typeof nanoseconds !== "bigint") throw new TypeError(`timespec must be a bigint of nanoseconds, got ${show(nanoseconds)}`);
    const nsec = BigInt.asUintN(64, (nanoseconds % SECOND + SECOND) % SECOND);
    return { sec: Number((nanoseconds - nsec) / SECOND), nsec: Number(nsec) };
  },
  ({ sec, nsec }) => BigInt(sec) * SECOND + BigInt(nsec));

const SECOND = 1_000_000_000n;
