// What a lookup comes to, an answer or an error, here and in CPython: the two must be the same.
import * as ours from "../../ts/index.js";
import { GaiError, HError, OSError } from "../../ts/index.js";
import { ask } from "../python.js";
import { equal } from "../suite.js";

/** Not ASCII: the resolver gets it by IDNA. */
export const UTF8 = "b\u00fccher";
/** Longer than any name in the DNS, so that no server is asked for it. */
export const ENDLESS = Array(6).fill("x".repeat(60)).join(".");

export interface Outcome {
  ok?: unknown;
  error?: string;
  errno?: number | null;
  message?: string;
}

export const PYTHON = `
def plain(v): return bytes(v["bytes"]) if isinstance(v, dict) else tuple(map(plain, v)) if isinstance(v, list) else v
def outcome(name, arguments):
    try: return {"ok": getattr(socket, name)(*map(plain, arguments))}
    except socket.gaierror as e: return {"error": "GaiError", "errno": e.errno, "message": e.strerror}
    except socket.herror as e: return {"error": "HError", "errno": e.errno, "message": e.strerror}
    except OSError as e: return {"error": "OSError", "errno": e.errno}
    except (ValueError, OverflowError) as e: return {"error": "RangeError"}
    except TypeError as e: return {"error": "TypeError"}
print(json.dumps([outcome(*row) for row in data]))`;
const functions = ours as unknown as Record<string, (...args: unknown[]) => unknown>;
const renamed: Record<string, string> = { gethostbynameEx: "gethostbyname_ex" };

export function outcomeOf(call: () => unknown): Outcome {
  try {
    return { ok: call() };
  } catch (error) {
    if (error instanceof GaiError || error instanceof HError)
      return { error: error.name, errno: error.errno!, message: error.message };
    if (error instanceof OSError) return { error: "OSError", errno: error.errno ?? null };
    return { error: (error as Error).name };
  }
}

/** Each row's function and arguments come to the same in CPython and here. */
export function same(rows: [name: string, ...args: unknown[]][]): void {
  const portable = (v: unknown): unknown =>
    v instanceof Uint8Array ? { bytes: [...v] } : Array.isArray(v) ? v.map(portable) : v;
  const theirs = ask<Outcome[]>(
    PYTHON,
    rows.map(([name, ...args]) => [renamed[name] ?? name, args.map(portable)]),
  );
  rows.forEach(([name, ...args], i) => {
    const mine = outcomeOf(() => functions[name]!(...args));
    equal({ call: [name, ...args], ...mine }, { call: [name, ...args], ...theirs[i] });
  });
}
