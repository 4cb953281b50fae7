// System calls that open descriptors: how they make room, and how a socket is made of what they give.
import { reclaimDescriptors, sweepIfDue } from "./collected-sockets.js";
import type { Core } from "./context.js";

/** Makes a socket of a descriptor that was just opened, which is closed again if that fails. */
export function adopt<T>(core: Core, fd: number, make: (fd: number) => T): T {
  try {
    return make(fd);
  } catch (error) {
    core.host.close(fd);
    throw error;
  }
}

/**
 * Runs a system call that opens descriptors; sweeps now and then, and when there are none left.
 * Returns its result.
 */
export function tryOpen(core: Core, call: () => number): number {
  core.opened++;
  sweepIfDue(core);
  const result = call();
  const full =
    result < 0 && (result === -core.errors.number("EMFILE") || result === -core.errors.number("ENFILE"));
  return full && reclaimDescriptors(core) > 0 ? call() : result;
}

/** The same; throws what the call says. */
export function open(core: Core, syscall: string, call: () => number, address?: unknown): number {
  const result = tryOpen(core, call);
  if (result < 0) throw core.errors.system(-result, syscall, address);
  return result;
}
