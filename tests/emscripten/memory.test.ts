// The guest's memory: what lies outside is a fault, whatever the guest says.
import { Fault, Memory } from "../../shim/emscripten/memory.js";
import { equal, is, test, throws } from "../suite.js";

const PAGE = 65536;

test("memory: pointers and lengths outside are faults; numbers are taken as unsigned", () => {
  const memory = new Memory({ buffer: new ArrayBuffer(PAGE) });
  for (const [at, length] of [
    [PAGE, 1],
    [PAGE - 3, 4],
    [0, PAGE + 1],
    [-1, 1],
    [1, -1],
    [0xffffffff, 0xffffffff],
    [0x80000000, 0],
  ] as const)
    throws(() => memory.view(at, length), Fault);
  is(memory.view(PAGE, 0).length, 0);
  is(memory.view(PAGE - 4, 4).length, 4);
  throws(() => memory.word(PAGE - 3), Fault);
  throws(() => memory.putWide(PAGE - 7, 1n), Fault);
  throws(() => memory.short(PAGE - 1), Fault);
});

test("memory: text ends at a zero, and at the end of memory it is a fault", () => {
  const buffer = new ArrayBuffer(16);
  const memory = new Memory({ buffer });
  new Uint8Array(buffer).fill(65);
  throws(() => memory.string(0), Fault);
  memory.put(3, Uint8Array.of(0));
  equal([...memory.string(1)], [65, 65]);
  throws(() => memory.string(16), Fault);
});

test("memory: it may grow", () => {
  const guest = { buffer: new ArrayBuffer(8) };
  const memory = new Memory(guest);
  throws(() => memory.word(8), Fault);
  guest.buffer = new ArrayBuffer(16);
  memory.putWord(8, 7);
  is(memory.word(8), 7);
});
