// ./build.sh wit: the components in jco, with the cases that our own glue has; and their size.
import { readFileSync } from "node:fs";
import { adapter as ours, imports } from "../../shim/jco/index.js";
import { createConnection } from "../../ts/index.js";
import { is, ok, test } from "../suite.js";
import { cases } from "./echo.js";
import { echoSystem } from "./echo-system.js";
import { adapterComponent, codecComponent, componentBytes, guestComponent, MAX_BYTES } from "./jco.js";
import { realCases } from "./real.js";

const [, , work] = process.argv;
if (work === undefined) throw new Error("usage: node dist/tests/wit/components.js WORK");
const adapter = adapterComponent(work);
const codec = codecComponent(work);
const guest = guestComponent(
  readFileSync(new URL("../../guest-echo.core.wasm", import.meta.url)),
  readFileSync(new URL("../../../examples/guests/echo/guest.wit", import.meta.url), "utf8"),
  "echo",
  work,
);

test(
  "jco: transpiles the components",
  async () => {
    await adapter;
    await codec;
    await guest;
  },
  { seconds: 120, leaks: true },
);

test("sockets.component.wasm: small enough", () => {
  ok(componentBytes() <= MAX_BYTES, `${componentBytes()} bytes`);
});

for (const [name, body] of cases)
  test(`jco: ${name}`, async () => {
    const system = echoSystem("linux64");
    body((await adapter)(system.syscalls), system);
  });

test("jco: codec.component.wasm imports nothing, and does what the adapter's codec does", async () => {
  const system = echoSystem("linux64");
  const door = { ...(await adapter)(system.syscalls), codec: await codec };
  for (const [name, body] of cases) if (name.startsWith("codec")) body(door, system);
});

for (const { name, skip, body } of realCases)
  test(
    `jco: ${name}`,
    async () => {
      const make = await adapter;
      body(policy => {
        const guest = imports({ policy });
        return { ...make(guest.syscalls), dispose: () => guest.dispose() };
      });
    },
    { skip },
  );

interface EchoGuest {
  listen(port: number): number;
  serve(): number;
}

/** The echo guest over an interface `sockets` of any making. */
async function echoes(sockets: object): Promise<void> {
  const echo = (await guest)({
    "berkeley:sockets/sockets": sockets,
    "berkeley:sockets/types": {},
  }) as EchoGuest;
  const port = echo.listen(0);
  ok(port > 0);
  using client = createConnection(["127.0.0.1", port]);
  client.sendall("over jco");
  client.shutdown(1);
  is(echo.serve(), 8);
  is(client.recv(100).toString(), "over jco");
}

const policy = ["tcp-listen:127.0.0.1:*"];

test("jco: the echo guest over the adapter component", async () => {
  using system = imports({ policy });
  await echoes((await adapter)(system.syscalls).sockets);
});

test("jco: the echo guest over our own glue's adapter", async () => {
  using door = ours({ policy });
  await echoes(door.sockets);
});

test("jco: what the policy refuses, the guest is refused", async () => {
  using door = ours({ policy: [] });
  const echo = (await guest)({ "berkeley:sockets/sockets": door.sockets }) as EchoGuest;
  is(echo.listen(0), -1);
});
