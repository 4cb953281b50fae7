// What this process's event loop holds, and what a module asks of its host.
import type { Host } from "../../shim/contract.js";

interface Handle {
  type: string;
  is_active: boolean;
  is_referenced: boolean;
}

/**
 * How many handles of each kind libuv has, a `*` for those that are active and keep the process
 * alive; and how many timers Node has that do, which share one handle, as immediates do.
 */
export async function handles(): Promise<Record<string, number>> {
  await new Promise(setImmediate); // what ended in this turn is counted still
  Object.assign(process.report, { excludeNetwork: true }); // else it looks up names
  const { libuv } = process.report.getReport() as unknown as { libuv?: Handle[] };
  const counts: Record<string, number> = {};
  counts.timers = process.getActiveResourcesInfo().filter(name => name === "Timeout").length;
  for (const { type, is_active, is_referenced } of libuv ?? []) {
    // Bun and Deno have none
    if (["loop", "timer", "idle"].includes(type)) continue;
    const key = type + (is_active && is_referenced ? "*" : "");
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** The names of the host's functions that are called while `body` runs. */
export async function hostCalls(host: Host, body: () => Promise<unknown>): Promise<string[]> {
  const functions = Object.entries(host).filter(([, value]) => typeof value === "function");
  const called: string[] = [];
  const open = host as unknown as Record<string, unknown>;
  for (const [name, original] of functions) {
    open[name] = (...args: unknown[]) => {
      called.push(name);
      return (original as (...args: unknown[]) => unknown).apply(host, args);
    };
  }
  try {
    await body();
  } finally {
    for (const [name, original] of functions) open[name] = original;
  }
  return called;
}
