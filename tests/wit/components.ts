// ./build.sh wit: the components in jco, with the cases that our own glue has; and their size.
import { imports } from "../../shim/jco/index.js";
import { ok, test } from "../suite.js";
import { cases, echoSystem } from "./echo.js";
import { adapterComponent, codecComponent, componentBytes, MAX_BYTES } from "./jco.js";
import { realCases } from "./real.js";

const [, , work] = process.argv;
if (work === undefined) throw new Error("usage: node dist/tests/wit/components.js WORK");
const adapter = adapterComponent(work);
const codec = codecComponent(work);

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
