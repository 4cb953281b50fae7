// One script of file operations, run by CPython and by us on socket pairs of the same kind; the
// answers are compared.
import { AF_UNIX, SHUT_WR, SOCK_SEQPACKET, SOCK_STREAM, socketpair, type Socket } from "../ts/index.js";
import { ask } from "./python.js";

/** A value as both sides write it: bytes and strings tagged, errors by their class. */
export type Value =
  | null
  | boolean
  | number
  | Value[]
  | { b: string }
  | { s: string }
  | { e: string; n?: number };
/**
 * ["send", hex]: the peer sends; ["shut"]: it ends; ["drain"]: what it has got; ["timeout",
 * seconds]: of the socket; ["closeSocket"]; ["detach"]: goes on with the file below; ["into",
 * method, size]: reads into a buffer; ["next"]: the next line of an iteration; ["get", attribute];
 * any other: a method and its arguments.
 */
export type Operation = [name: string, ...rest: (number | string | null | Value[] | { b: string })[]];
export interface Script {
  mode: string;
  buffering?: number;
  encoding?: string;
  errors?: string;
  newline?: string | null;
  /**
   * Whether each send is a packet, which one read takes: so characters and newlines are cut where
   * the script says.
   */
  packets?: boolean;
  operations: Operation[];
}

const python = `
import io
KINDS = ((io.UnsupportedOperation, "UnsupportedOperation"), (ValueError, "RangeError"), (LookupError, "RangeError"))

def value(v):
    if isinstance(v, (bytes, bytearray)): return {"b": bytes(v).hex()}
    if isinstance(v, str): return {"s": v}
    if isinstance(v, (list, tuple)): return [value(x) for x in v]
    return v

def argument(a):
    if isinstance(a, dict): return bytes.fromhex(a["b"])
    if isinstance(a, list): return [argument(x) if isinstance(x, dict) and "b" in x else x["s"] for x in a]
    return a

def drain(peer):
    got = b""
    peer.setblocking(False)
    try:
        while part := peer.recv(1 << 20): got += part
    except BlockingIOError: pass
    except ConnectionResetError: pass
    peer.setblocking(True)
    return {"b": got.hex()}

def run(script):
    s, peer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET if script.get("packets") else socket.SOCK_STREAM)
    s.settimeout(5)
    out, f = [], None
    options = {k: script[k] for k in ("encoding", "errors", "newline") if k in script}
    options.setdefault("encoding", "utf-8")
    try: f = s.makefile(script["mode"], script.get("buffering", -1), **options)
    except Exception as e: return [failure(e)]
    for name, *rest in script["operations"]:
        result = None
        try:
            if name == "send": peer.send(bytes.fromhex(rest[0]))
            elif name == "shut": peer.shutdown(socket.SHUT_WR)
            elif name == "closePeer": peer.close()
            elif name == "drain": result = drain(peer)
            elif name == "timeout": s.settimeout(rest[0])
            elif name == "closeSocket": s.close()
            elif name == "detach": f = f.detach()
            elif name == "into":
                buffer = bytearray(rest[1])
                n = getattr(f, rest[0])(buffer)
                result = [n, value(buffer[:n or 0])]
            elif name == "next": result = value(next(iter(f), None))
            elif name == "get": result = value(getattr(f, rest[0]))
            else: result = value(getattr(f, name)(*map(argument, rest)))
        except Exception as e: result = failure(e)
        out.append(result)
    for end in (f, s, peer):
        try: end.close()
        except Exception: pass
    return out

def failure(e):
    for kind, name in KINDS:
        if isinstance(e, kind): return {"e": name}
    if isinstance(e, BlockingIOError) and hasattr(e, "characters_written"): return {"e": "BlockingIOError", "n": e.characters_written}
    return {"e": type(e).__name__}

print(json.dumps([run(script) for script in data]))
`;

const value = (v: unknown): Value =>
  v instanceof Uint8Array
    ? { b: Buffer.from(v).toString("hex") }
    : typeof v === "string"
      ? { s: v }
      : Array.isArray(v)
        ? v.map(value)
        : v === undefined
          ? null
          : (v as Value);

const argument = (a: unknown): unknown =>
  Array.isArray(a)
    ? a.map(item => ("b" in item ? Buffer.from(item.b, "hex") : item.s))
    : typeof a === "object" && a !== null
      ? Buffer.from((a as { b: string }).b, "hex")
      : a;

const failure = (error: unknown): Value => {
  const {
    constructor: { name },
    charactersWritten: n,
  } = error as Error & { charactersWritten?: number };
  return n === undefined ? { e: name } : { e: name, n };
};

function drain(peer: Socket): Value {
  const parts: Buffer[] = [];
  peer.setblocking(false);
  try {
    for (;;) {
      const part = peer.recv(1 << 20);
      if (part.length === 0) break;
      parts.push(part);
    }
  } catch (error) {
    if (!["EAGAIN", "ECONNRESET"].includes((error as { code: string }).code)) throw error;
  }
  peer.setblocking(true);
  return value(Buffer.concat(parts));
}

function run(script: Script): Value[] {
  const [s, peer] = socketpair(AF_UNIX, script.packets ? SOCK_SEQPACKET : SOCK_STREAM);
  s.settimeout(5);
  const out: Value[] = [];
  let f: any;
  try {
    f = s.makefile(script.mode, script.buffering, script as { newline?: "\n" });
    for (const [name, ...rest] of script.operations) {
      let result: Value = null;
      try {
        if (name === "send") peer.send(Buffer.from(rest[0] as string, "hex"));
        else if (name === "shut") peer.shutdown(SHUT_WR);
        else if (name === "closePeer") peer.close();
        else if (name === "drain") result = drain(peer);
        else if (name === "timeout") s.settimeout(rest[0] as number);
        else if (name === "closeSocket") s.close();
        else if (name === "detach") f = f.detach();
        else if (name === "into") {
          const buffer = Buffer.alloc(rest[1] as number);
          const n = f[rest[0] as string](buffer);
          result = [n, value(buffer.subarray(0, n ?? 0))];
        } else if (name === "next") result = value(f[Symbol.iterator]().next().value);
        else if (name === "get") result = value(f[rest[0] as string]);
        else result = value(f[name](...rest.map(argument)));
      } catch (error) {
        result = failure(error);
      }
      out.push(result);
    }
  } catch (error) {
    out.push(failure(error));
  }
  for (const end of [f, s, peer])
    try {
      end?.close();
    } catch {
      /* the script broke it: what it says then is among the answers where it matters */
    }
  return out;
}

/**
 * Runs scripts on both sides; the first that differs throws, with the operation where it does.
 * Returns our answers.
 */
export function compare(scripts: Script[]): Value[][] {
  const theirs = ask<Value[][]>(python, scripts);
  return scripts.map((script, i) => {
    const ours = run(script);
    const wrong = Array.from({ length: Math.max(ours.length, theirs[i]!.length) }, (_, n) => n).find(
      n => JSON.stringify(ours[n]) !== JSON.stringify(theirs[i]![n]),
    );
    if (wrong !== undefined) {
      const before = script.operations
        .slice(0, wrong + 1)
        .map((operation, n) => `  ${JSON.stringify(operation)} -> ${JSON.stringify(ours[n])}`)
        .join("\n");
      throw new Error(
        `script ${i}, ${JSON.stringify({ ...script, operations: undefined })}\n${before}\nCPython: ${JSON.stringify(theirs[i]![wrong])}`,
      );
    }
    return ours;
  });
}

/** Numbers that look random and are the same in each run. */
export function generator(seed: number): (below: number) => number {
  return below => {
    seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((seed ^ (seed >>> 13)) >>> 0) % below;
  };
}
