// struct timeval and struct timespec (socket(7)): SO_RCVTIMEO, SO_SNDTIMEO, SCM_TIMESTAMP,
// SCM_TIMESTAMPNS; struct scm_timestamping (linux/errqueue.h): SCM_TIMESTAMPING.
import { show } from "../base/check.js";
import { mapped, struct } from "../codec/layout.js";

const SECOND = 1_000_000_000n;

/**
 * The two parts of `seconds`, exact to the microsecond. More than nothing never becomes nothing,
 * which as a timeout would mean for ever.
 */
export function toTimeval(name: string, seconds: unknown): { sec: number; usec: number } {
  if (typeof seconds !== "number")
    throw new TypeError(`${name} must be a number of seconds, got ${show(seconds)}`);
  let sec = Math.floor(seconds);
  let usec = Math.round((seconds - sec) * 1e6);
  if (usec === 1e6) {
    sec++;
    usec = 0;
  }
  if (seconds > 0 && sec === 0 && usec === 0) usec = 1;
  return { sec, usec };
}

export function fromTimeval(sec: number, usec: number): number {
  return (sec * 1e6 + usec) / 1e6;
}

/** The two parts of a time in nanoseconds. */
function toTimespec(name: string, nanoseconds: unknown): { sec: number; nsec: number } {
  if (typeof nanoseconds !== "bigint")
    throw new TypeError(`${name} must be a bigint of nanoseconds, got ${show(nanoseconds)}`);
  const nsec = BigInt.asUintN(64, ((nanoseconds % SECOND) + SECOND) % SECOND);
  return { sec: Number((nanoseconds - nsec) / SECOND), nsec: Number(nsec) };
}

function fromTimespec(sec: number, nsec: number): bigint {
  return BigInt(sec) * SECOND + BigInt(nsec);
}

/** Seconds. */
export const timeval = mapped<{ sec: number; usec: number }, number>(
  struct("timeval", "sec", "usec"),
  seconds => toTimeval("timeval", seconds),
  ({ sec, usec }) => fromTimeval(sec, usec),
);

/** Nanoseconds. */
export const timespec = mapped<{ sec: number; nsec: number }, bigint>(
  struct("timespec", "sec", "nsec"),
  nanoseconds => toTimespec("timespec", nanoseconds),
  ({ sec, nsec }) => fromTimespec(sec, nsec),
);

/** SCM_TIMESTAMPING (linux/errqueue.h): nanoseconds since 1970, 0 where there is none. */
export interface Timestamping {
  /** By the kernel's clock. */
  software: bigint;
  /** By the network card's clock, translated, which drivers no longer do. */
  legacy?: bigint;
  /** By the network card's clock. */
  hardware: bigint;
}

interface Stamps {
  softwareSec: number;
  softwareNsec: number;
  legacySec: number;
  legacyNsec: number;
  hardwareSec: number;
  hardwareNsec: number;
}

export const scm_timestamping = mapped<Stamps, Timestamping>(
  struct(
    "scm_timestamping",
    "softwareSec",
    "softwareNsec",
    "legacySec",
    "legacyNsec",
    "hardwareSec",
    "hardwareNsec",
  ),
  ({ software, legacy = 0n, hardware }) => {
    const s = toTimespec("scm_timestamping: software", software);
    const l = toTimespec("scm_timestamping: legacy", legacy);
    const h = toTimespec("scm_timestamping: hardware", hardware);
    return {
      softwareSec: s.sec,
      softwareNsec: s.nsec,
      legacySec: l.sec,
      legacyNsec: l.nsec,
      hardwareSec: h.sec,
      hardwareNsec: h.nsec,
    };
  },
  s => ({
    software: fromTimespec(s.softwareSec, s.softwareNsec),
    legacy: fromTimespec(s.legacySec, s.legacyNsec),
    hardware: fromTimespec(s.hardwareSec, s.hardwareNsec),
  }),
);
