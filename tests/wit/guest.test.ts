// instantiate(): guests that are core modules, honest and lying.
import { readFileSync } from "node:fs";
import { instantiate } from "../../shim/jco/index.js";
import * as interfaces from "../../shim/jco/interfaces.js";
import { trap } from "../../shim/jco/memory.js";
import { wasm } from "../../ts/codec/webassembly.js";
import {
  AF_INET,
  AF_UNIX,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  createConnection,
} from "../../ts/index.js";
import { equal, is, ok, openDescriptors, test, throws } from "../suite.js";
import { everything, moduleOf } from "./guest.js";

const { RuntimeError } = wasm as unknown as { RuntimeError: new () => Error };
const echo = readFileSync(new URL("../../guest-echo.core.wasm", import.meta.url));
const OUT = 64;
const HEAP = 1024;

type Calls = Record<string, (...args: unknown[]) => unknown>;

/** A guest that is driven from outside. */
class Driven {
  readonly #guest;
  readonly #exports: Calls;
  #top = HEAP;
  /** What the next allocation gives, if not memory. */
  lie: number | undefined;

  constructor(policy: readonly string[] | null) {
    const realloc = (_: number, __: number, align: number, size: number): number => {
      const { lie } = this;
      if (lie !== undefined) return lie;
      const at = (this.#top + align - 1) & -align;
      this.#top = at + size;
      return at;
    };
    this.#guest = instantiate(moduleOf(everything()), { policy, imports: { env: { realloc } } });
    this.#exports = this.#guest.exports as Calls;
  }
  [Symbol.dispose](): void {
    this.#guest.dispose();
  }
  get exports(): Calls {
    return this.#exports;
  }
  get bytes(): Uint8Array {
    return new Uint8Array((this.#exports.memory as unknown as { buffer: ArrayBuffer }).buffer);
  }
  get view(): DataView {
    return new DataView(this.bytes.buffer as ArrayBuffer);
  }
  /** Writes bytes; returns where they are, and how many. */
  put(bytes: Uint8Array | string): [number, number] {
    const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    const at = (this.#top + 7) & -8;
    this.#top = at + data.length;
    this.bytes.set(data, at);
    return [at, data.length];
  }
  /** Calls, with the place of the result behind; gives the name of the error, "" if there is none. */
  call(name: string, ...args: unknown[]): string {
    this.#exports[name]!(...args, OUT);
    if (this.bytes[OUT] === 0) return "";
    const { result } = interfaces.sockets[name] as unknown as { result: { payload: number } };
    return interfaces.errorCodes[this.bytes[OUT + result.payload]!]!;
  }
  drop(handle: number): void {
    this.#exports.drop!(handle);
  }
  word(at: number): number {
    return this.view.getInt32(OUT + at, true);
  }
  text(at: number): string {
    const from = this.word(at);
    return Buffer.from(this.bytes.slice(from, from + this.word(at + 4))).toString();
  }
  open(family: number, kind: number, protocol = 0): number {
    is(this.call("[static]socket.open", family, kind, protocol), "");
    return this.word(4);
  }
}
const M = "[method]socket.";
const INET = 1;

test("instantiate: the echo guest serves, and its descriptors go with it", () => {
  const before = openDescriptors();
  const guest = instantiate(echo, { policy: ["tcp-listen:127.0.0.1:*"] });
  const { listen, serve } = guest.exports as { listen(port: number): number; serve(): number };
  const port = listen(0);
  ok(port > 0);
  for (const data of ["one", "x".repeat(100_000)]) {
    using client = createConnection(["127.0.0.1", port]);
    // The server blocks this thread: all has to be there before it is called.
    const sent = client.send(data);
    client.shutdown(1);
    is(serve(), sent);
    let back = 0;
    for (let part = client.recv(1 << 20); part.length > 0; part = client.recv(1 << 20)) back += part.length;
    is(back, sent);
  }
  guest.dispose();
  is(listen(0), -1);
  equal(openDescriptors(), before);
});

test("instantiate: what the policy refuses, the guest is refused", () => {
  using guest = instantiate(new wasm.Module(echo), { policy: ["tcp-connect:127.0.0.1:*"] });
  is((guest.exports.listen as (port: number) => number)(0), -1);
});

test("instantiate: data, addresses, control messages and sockets between a guest's memory and the system", () => {
  using guest = new Driven(null);
  const s = guest.open(AF_INET, SOCK_DGRAM);
  const host = guest.put("127.0.0.1");
  is(guest.call(`${M}bind`, s, INET, host[0], BigInt(host[1]), 0, 0, 0, 0), "");
  is(guest.call(`${M}getsockname`, s), "");
  is(guest.bytes[OUT + 8], INET);
  is(guest.text(16), "127.0.0.1");
  const port = guest.view.getUint16(OUT + 24, true);
  const data = guest.put("datagram");
  is(guest.call(`${M}sendto`, s, ...data, 0, INET, host[0], BigInt(host[1]), port, 0, 0, 0), "");
  is(guest.word(4), 8);
  is(guest.call(`${M}recvfrom`, s, 100, 0), "");
  is(guest.text(8), "datagram");
  is(guest.text(24), "127.0.0.1");
  is(guest.call("[static]socket.pair", AF_UNIX, SOCK_SEQPACKET, 0), "");
  const [a, b] = [guest.word(4), guest.word(8)];
  const rights = guest.put(new Uint8Array(Int32Array.of(s).buffer))[0];
  is(guest.call(`${M}sendmsg`, a, ...data, 0, 0, rights, 1, 0, 0, 0, 0n, 0, 0, 0, 0), "");
  is(guest.call(`${M}recvmsg`, b, 100, 100, 0), "");
  is(guest.text(8), "datagram");
  is(guest.word(28), 1);
  const got = guest.view.getInt32(guest.word(24), true);
  ok(![s, a, b].includes(got));
  is(guest.call(`${M}getsockname`, got), "");
  is(guest.view.getUint16(OUT + 24, true), port);
  for (const one of [s, a, b, got]) guest.drop(one);
  throws(() => guest.drop(s), RuntimeError);
  throws(() => guest.call(`${M}getsockname`, got), RuntimeError);
});

test("instantiate: ports and families that are none are judged in the adapter", () => {
  using guest = new Driven(null);
  const s = guest.open(AF_INET, SOCK_STREAM);
  const host = guest.put("127.0.0.1");
  const calls = (port: number) => guest.call(`${M}connect`, s, INET, host[0], BigInt(host[1]), port, 0, 0, 0);
  is(calls(70000), "einval");
  is(calls(-1), "einval");
  is(calls(1), "econnrefused");
  is(guest.call(`${M}connect`, s, 22, 0x10002, 0n, 0, 0, 0, 0), "einval");
  is(guest.call("[static]socket.open", -1, SOCK_STREAM, 0), "eafnosupport");
  is(guest.call("[static]socket.open", AF_INET, 99, 0), "einval");
  is(guest.call(`${M}close`, s), "");
  is(calls(1), "ebadf");
  is(guest.call(`${M}close`, s), "ebadf");
});

test("instantiate: a guest that lies traps, others and the host go on", () => {
  const before = openDescriptors();
  {
    using guest = new Driven(null);
    using other = new Driven(null);
    const s = guest.open(AF_INET, SOCK_DGRAM);
    const [at, length] = guest.put("127.0.0.1");
    is(guest.call(`${M}bind`, s, INET, at, BigInt(length), 0, 0, 0, 0), "");
    const trapped = (name: string, ...args: unknown[]) => {
      throws(() => guest.call(name, ...args), RuntimeError);
    };
    trapped(`${M}send`, 99, at, 1, 0);
    trapped(`${M}send`, 0, at, 1, 0);
    trapped(`${M}send`, -1, at, 1, 0);
    trapped(`${M}send`, s, -8, 8, 0);
    trapped(`${M}send`, s, at, -1, 0);
    trapped(`${M}send`, s, at, 0x7fffffff, 0);
    trapped(`${M}bind`, s, INET, at, BigInt(2 ** 32 - 1), 80, 0, 0, 0);
    trapped(`${M}bind`, s, 23, 0, 0n, 0, 0, 0, 0);
    trapped(`${M}sendmsg`, s, at, 1, 4, 0x7fffffff, 0, 0, 0, 0, 0, 0n, 0, 0, 0, 0);
    trapped(`${M}sendmsg`, s, at, 1, 0, 0, at, 0x7fffffff, 0, 0, 0, 0n, 0, 0, 0, 0);
    const rights = guest.put(new Uint8Array(Int32Array.of(12345).buffer))[0];
    trapped(`${M}sendmsg`, s, at, 1, 0, 0, rights, 1, 0, 0, 0, 0n, 0, 0, 0, 0);
    trapped("constants", at, 0x7fffffff);
    trapped("poll", 4, 1 << 17, 0);
    trapped("encode-address", 6, 0, 0, 0n, 0, 0, 0, 0);
    trapped("decode-address", 0, 8, at, 4);
    trapped("encode-address", -1, 0, 0, 0n, 0, 0, 0, 0);
    // What the guest's allocator gives is a guest's word too.
    for (const lie of [-8, 0x7ffffff8, 131072 - 4]) {
      guest.lie = lie;
      trapped(`${M}getsockname`, s);
    }
    guest.lie = undefined;
    is(guest.call(`${M}getsockname`, s), "");
    // Lengths are clamped before anything is allocated for them.
    is(guest.call(`${M}getsockopt`, s, 1, 3, 0xffffffff), "");
    is(guest.word(8), 4);
    guest.call(`${M}set-nonblocking`, s, 1);
    is(guest.call(`${M}recv`, s, 0xffffffff, 0), "eagain");
    is(guest.call(`${M}recvmsg`, s, 0xffffffff, 0xffffffff, 0), "eagain");
    is(guest.call(`${M}receive-many`, s, 0xffffffff, 0xffffffff, 0xffffffff, 0), "eagain");
    other.open(AF_INET, SOCK_DGRAM);
  }
  equal(openDescriptors(), before);
});

test("instantiate: names come into the guest's memory, as far as the policy grants them", () => {
  using guest = new Driven(["interfaces"]);
  const { exports } = guest;
  const lo = guest.put("lo");
  exports["if-nametoindex"]!(...lo, OUT);
  is(guest.bytes[OUT], 0);
  const index = guest.word(4);
  exports["if-indextoname"]!(index, OUT);
  is(guest.text(4), "lo");
  exports.gethostname!(OUT);
  is(guest.bytes[OUT], 1);
  is(guest.word(4), 13); // EACCES
  exports.getaddrinfo!(1, ...guest.put("example.org"), 0, 0, 0, AF_INET, 0, 0, 0, OUT);
  equal([guest.bytes[OUT], guest.bytes[OUT + 4]], [1, 0]);
  exports.getservbyname!(...guest.put("http"), 0, 0, 0, OUT);
  is(guest.bytes[OUT], 0);
  const [at] = guest.put(Uint8Array.of(0xff));
  throws(() => exports["if-nametoindex"]!(at, 1, OUT), RuntimeError, "a string is not UTF-8");
});

test("instantiate: a guest has its own sockets and no other's", () => {
  using one = new Driven(null);
  using two = new Driven(null);
  const s = one.open(AF_INET, SOCK_DGRAM);
  throws(() => two.call(`${M}getsockname`, s), RuntimeError);
});

test("instantiate: what a module imports or lacks is told by name", () => {
  const before = openDescriptors();
  const [open] = everything();
  const unknown = moduleOf([{ ...open!, name: "[static]socket.opened" }]);
  throws(
    () => instantiate(unknown, { policy: null }),
    Error,
    "berkeley:sockets/sockets@0.1.0 has no [static]socket.opened",
  );
  throws(
    () => instantiate(moduleOf([open!], false), { policy: null }),
    Error,
    "the guest must export memory and cabi_realloc",
  );
  throws(() => instantiate(Uint8Array.of(1, 2, 3), { policy: null }), Error);
  throws(() => trap("so"), RuntimeError, "so");
  equal(openDescriptors(), before);
});
