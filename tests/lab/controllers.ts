// A pair of virtual Bluetooth controllers for a test: `await using pair = await controllers()`.
// Needs /dev/vhci (have.ts: noControllers).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Controller {
  /** n of hciN. */
  id: number;
  /** As Bluetooth addresses are written: 00:AA:01:00:00:00. */
  address: string;
}

/** Two controllers, up and scanning, that reach each other until the pair is disposed. */
export async function controllers(): Promise<{ first: Controller; second: Controller } & AsyncDisposable> {
  const program = fileURLToPath(new URL("../../../tests/lab/controllers.py", import.meta.url));
  const child = spawn(process.env.PYTHON ?? "python3", [program], { stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(child, "close");
  const line = await Promise.race([
    once(createInterface(child.stdout), "line"),
    closed.then(([status]) => {
      throw new Error(`controllers.py ended with ${status}`);
    }),
  ]);
  const [, first, firstAddress, second, secondAddress] = String(line[0]).split(" ");
  return {
    first: { id: Number(first), address: firstAddress! },
    second: { id: Number(second), address: secondAddress! },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await closed;
    },
  };
}
