// The Node host against the contract that every host must keep.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeHost } from "../shim/node.js";
import { contract } from "./contract.js";

contract("node", nodeHost(), {
  open() {
    const folder = mkdtempSync(join(tmpdir(), "contract-"));
    const path = join(folder, "file");
    const content = "0123456789";
    writeFileSync(path, content);
    const fd = openSync(path, "r");
    return {
      fd,
      content,
      close() {
        closeSync(fd);
        rmSync(folder, { recursive: true });
      },
    };
  },
});
