// The adapter's core module in our own glue, over a system that gives back what it got. tests/wit/jco.ts
// puts the same cases through the component.
import { Adapter } from "../../shim/jco/adapter.js";
import { codecOf, socketsOf } from "../../shim/jco/face.js";
import { test } from "../suite.js";
import { cases } from "./echo.js";
import { echoSystem } from "./echo-system.js";

for (const [name, body] of cases)
  test(name, () => {
    const system = echoSystem("linux64");
    const adapter = new Adapter(system.syscalls);
    body({ sockets: socketsOf(adapter), codec: codecOf(adapter) }, system);
  });
