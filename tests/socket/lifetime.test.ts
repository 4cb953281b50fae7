// Sockets that nobody closes: their descriptors are closed when the objects are collected, in a
// loop that never yields too.
import { fstatSync, openSync, closeSync } from "node:fs";
import { AF_INET, SOCK_DGRAM, Socket, close, socketpair } from "../../ts/index.js";
import { Child, childAnswer } from "../child.js";
import { statOf } from "../elsewhere.js";
import { noProc } from "../have.js";
import { equal, fails, is, match, ok, openDescriptors, test } from "../suite.js";

const options = { skip: noProc, seconds: 30 };

// What the children below have: the count of their descriptors, and their warnings by kind.
const common = `
  import { readdirSync } from "node:fs";
  const count = () => readdirSync("/proc/self/fd").length;
  const warned = {};
  process.removeAllListeners("warning");
  process.on("warning", w => { warned[w.name] = (warned[w.name] ?? 0) + 1; });
  const report = async more => { await new Promise(setImmediate); console.log(JSON.stringify({ ...more, warned })); };
  const { Socket, AF_INET, SOCK_DGRAM, SOCK_STREAM, socketpair } = S;
`;

test(
  "Socket: 1,000 dropped in a loop that never yields leave few descriptors open, each closed with a ResourceWarning",
  async () => {
    const { before, after, most, warned } = await childAnswer(`${common}
    const before = count(); let most = 0;
    for (let i = 0; i < 1000; i++) { new Socket(AF_INET, SOCK_DGRAM); most = Math.max(most, count()); }
    const after = count(); await report({ before, after, most });`);
    ok(most - before <= 300, `${most - before} open at once`);
    ok(
      warned.ResourceWarning >= 1000 - (after - before) && warned.ResourceWarning <= 1000,
      `${warned.ResourceWarning} warnings, ${after - before} open`,
    );
  },
  options,
);

const makers: Record<string, string> = {
  dup: "const s = new Socket(AF_INET, SOCK_DGRAM); const make = () => s.dup();",
  socketpair: "const make = () => socketpair();",
  accept: `const server = new Socket(); server.bind(["127.0.0.1", 0]); server.listen();
    const address = server.getsockname();
    const make = () => { const c = new Socket(); c.connect(address); server.accept(); c.close(); };`,
  fromfd:
    "const s = new Socket(AF_INET, SOCK_DGRAM); const make = () => S.fromfd(s.fileno(), AF_INET, SOCK_DGRAM);",
  fileno:
    "const make = () => new Socket(undefined, undefined, undefined, new Socket(AF_INET, SOCK_DGRAM).detach());",
};
for (const name in makers)
  test(
    `${name}: what it makes is found too`,
    async () => {
      const { opened } = await childAnswer(`${common} ${makers[name]}
    const before = count(); for (let i = 0; i < 2000; i++) make(); await report({ opened: count() - before });`);
      ok(opened <= 600, `${opened} open`);
    },
    options,
  );

test(
  "Socket: those that live keep their descriptors, among those that are dropped",
  async () => {
    const { ports, bad } = await childAnswer(`${common}
    const kept = Array.from({ length: 300 }, () => { const s = new Socket(AF_INET, SOCK_DGRAM);
      s.bind(["127.0.0.1", 0]); return s; });
    const ports = kept.map(s => s.getsockname()[1]);
    for (let i = 0; i < 2000; i++) new Socket(AF_INET, SOCK_DGRAM);
    const bad = kept.filter((s, i) => s.getsockname()[1] !== ports[i]).length;
    await report({ ports: new Set(ports).size, bad });`);
    equal([ports, bad], [300, 0]);
  },
  options,
);

test(
  "Socket: with few descriptors left, dropped ones make room; without any to drop it is EMFILE",
  async () => {
    const { made, kept, code, alive } = await childAnswer(
      `${common}
    let made = 0; for (; made < 1000; made++) new Socket(AF_INET, SOCK_DGRAM);
    const list = []; let code;
    try { for (;;) list.push(new Socket(AF_INET, SOCK_DGRAM)); } catch (e) { code = e.code; }
    const alive = list.filter(s => s.getsockname()[1] === 0).length;
    const kept = list.length; for (const s of list) s.close();
    await report({ made, kept, code, alive });`,
      { descriptors: 64 },
    );
    equal([made, code, alive === kept], [1000, "EMFILE", true]);
    ok(kept > 20 && kept < 64, String(kept));
  },
  options,
);

test(
  "Socket: with no descriptors left, those are found that outlived the collector's quick runs",
  async () => {
    const { made } = await childAnswer(
      `${common}
    let list = Array.from({ length: 30 }, () => new Socket(AF_INET, SOCK_DGRAM));
    gc(); gc(); // they are old now
    list.length = 0; list = null;
    const kept = []; let made = 0;
    for (; made < 30; made++) kept.push(new Socket(AF_INET, SOCK_DGRAM));
    await report({ made });`,
      { descriptors: 64, flags: ["--expose-gc"] },
    );
    is(made, 30);
  },
  options,
);

test(
  "accept: with no descriptors left, dropped ones make room",
  async () => {
    const { accepted } = await childAnswer(
      `${common} ${makers.accept}
    let accepted = 0; for (; accepted < 300; accepted++) make(); await report({ accepted });`,
      { descriptors: 64 },
    );
    is(accepted, 300);
  },
  options,
);

/** Runs the loop until `done`, with collections. */
async function collect(done: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !done(); i++) {
    global.gc!();
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

/** Warnings of the process while `body` runs. */
async function warningsOf(body: () => Promise<void>): Promise<Error[]> {
  const warnings: Error[] = [];
  const listeners = process.listeners("warning");
  const note = (warning: Error) => {
    warnings.push(warning);
  };
  process.removeAllListeners("warning");
  process.on("warning", note);
  try {
    await body();
  } finally {
    process.off("warning", note);
    for (const listener of listeners) process.on("warning", listener);
  }
  return warnings;
}

test(
  "Socket: dropped while the loop turns, it is closed with a ResourceWarning that names the descriptor",
  async () => {
    let fd = -1;
    const warnings = await warningsOf(async () => {
      (() => {
        fd = new Socket(AF_INET, SOCK_DGRAM).fileno();
      })();
      await collect(() => !openDescriptors().some(line => line.startsWith(`${fd} -> socket:`)));
    });
    equal(
      warnings.map(w => w.name),
      ["ResourceWarning"],
    );
    match(warnings[0]!.message, new RegExp(`^unclosed socket: descriptor ${fd} `));
  },
  options,
);

test(
  "Socket: closed and detached ones are let go in silence, and a detached descriptor stays open",
  async () => {
    let detached = -1;
    let closed = -1;
    const warnings = await warningsOf(async () => {
      (() => {
        const s = new Socket(AF_INET, SOCK_DGRAM);
        closed = s.fileno();
        s.close();
        detached = new Socket(AF_INET, SOCK_DGRAM).detach();
      })();
      for (let i = 0; i < 5; i++) {
        global.gc!();
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    });
    is(warnings.length, 0);
    ok(statOf(detached).isSocket());
    close(detached);
    ok(closed >= 0);
  },
  options,
);

test(
  "Socket: a descriptor that close() took and a file now has is the file's",
  async () => {
    let fd = -1;
    (() => {
      const s = new Socket(AF_INET, SOCK_DGRAM);
      fd = s.fileno();
      close(fd);
    })();
    const file = openSync("/dev/null", "r");
    is(file, fd);
    for (let i = 0; i < 5; i++) {
      global.gc!();
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    ok(fstatSync(file).isCharacterDevice());
    closeSync(file);
  },
  options,
);

test(
  "Socket: a file made by makefile() and a method that was taken keep it",
  async () => {
    const [a, b] = socketpair();
    using _b = b;
    const held = (() => {
      const s = a.dup();
      return { file: s.makefile("rb"), name: s.getsockname.bind(s), fd: s.fileno() };
    })();
    a.close();
    for (let i = 0; i < 5; i++) {
      global.gc!();
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    b.sendall("line\n");
    is(held.file.readline()!.toString(), "line\n");
    is(held.name(), "");
    held.file.close();
    ok(statOf(held.fd).isSocket());
    close(held.fd);
  },
  options,
);

test(
  "Socket: unclosed ones neither keep a process alive nor delay its end",
  async () => {
    const start = performance.now();
    const { status, stdout } = await new Child(
      `new S.Socket(); globalThis.kept = new S.Socket(); console.log("end");`,
    ).ended;
    equal([status, stdout], [0, "end\n"]);
    ok(performance.now() - start < 10_000);
  },
  options,
);

test(
  "recvInto: a million on one socket leave heap and external memory as they were",
  () => {
    const [a, b] = socketpair();
    using _a = a;
    using _b = b;
    const chunk = Buffer.alloc(65536);
    const message = Buffer.alloc(64);
    const receive = (calls: number) => {
      for (let done = 0; done < calls; ) {
        a.sendall(chunk);
        for (let left = chunk.length; left > 0; done++) left -= b.recvInto(message);
      }
    };
    const used = () => {
      for (let i = 0; i < 3; i++) global.gc!();
      const { heapUsed, external, arrayBuffers } = process.memoryUsage();
      return { heap: heapUsed, external: external + arrayBuffers };
    };
    receive(100_000); // code is compiled
    const before = used();
    receive(1_000_000);
    const after = used();
    ok(after.heap - before.heap < 100_000, `heap grew by ${after.heap - before.heap}`);
    ok(
      after.external - before.external < 10_000,
      `external memory grew by ${after.external - before.external}`,
    );
  },
  { seconds: 60 },
);

test("close: its descriptor is free for the next one", () => {
  const s = new Socket(AF_INET, SOCK_DGRAM);
  const fd = s.fileno();
  s.close();
  using next = new Socket(AF_INET, SOCK_DGRAM);
  is(next.fileno(), fd);
  fails("EBADF", () => s.getsockname());
});
