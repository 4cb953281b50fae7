// sha256 by the kernel (AF_ALG), of its arguments' text or of "abc": node
// dist/examples/alg-sha256.js TEXT…
import { AF_ALG, OSError, SOCK_SEQPACKET, Socket } from "berkeley-sockets";

const texts = process.argv.length > 2 ? process.argv.slice(2) : ["abc"];

try {
  using algorithm = new Socket(AF_ALG, SOCK_SEQPACKET);
  algorithm.bind(["hash", "sha256"]);
  const [operation] = algorithm.accept();
  using sha256 = operation;
  for (const text of texts) {
    sha256.sendall(text);
    console.log(`${sha256.recv(32).toString("hex")}  ${text}`);
  }
} catch (error) {
  if (!(error instanceof OSError || error instanceof RangeError)) throw error;
  console.error(`no kernel crypto here: ${error.message} (on Linux: modprobe af_alg algif_hash)`);
  process.exitCode = 1;
}
