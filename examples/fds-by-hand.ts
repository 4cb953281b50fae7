// The Python page's recv_fds and send_fds, written out with recvmsg and sendmsg (unix(7):
// SCM_RIGHTS). The library has them as recvFds and sendFds.
import { closeSync, openSync, readSync } from "node:fs";
import { devNull } from "node:os";
import { CMSG_LEN, SCM_RIGHTS, SOL_SOCKET, type Data, type Socket, socketpair } from "berkeley-sockets";

const INT = Int32Array.BYTES_PER_ELEMENT;

function sendDescriptors(s: Socket, message: Data, fds: readonly number[]): number {
  return s.sendmsg([message], [[SOL_SOCKET, SCM_RIGHTS, Int32Array.from(fds)]]);
}

function receiveDescriptors(s: Socket, bufsize: number, maxfds: number): [message: Buffer, fds: number[]] {
  const [message, ancdata] = s.recvmsg(bufsize, CMSG_LEN(maxfds * INT));
  const fds: number[] = [];
  for (const [level, type, data] of ancdata) {
    if (level !== SOL_SOCKET || type !== SCM_RIGHTS) continue;
    // A truncated number at the end is left out.
    const whole = data.slice(0, data.length - (data.length % INT));
    fds.push(...new Int32Array(Uint8Array.from(whole).buffer));
  }
  return [message, fds];
}

const [a, b] = socketpair();
using _a = a;
using _b = b;
const sent = openSync(devNull, "r");
sendDescriptors(a, "one descriptor", [sent]);
const [message, [received]] = receiveDescriptors(b, 1024, 1);
if (received === undefined) throw new Error("no descriptor came");
console.log(`Sent ${sent}, received ${received} with ${JSON.stringify(message.toString())}`);
console.log(`Read ${readSync(received, Buffer.alloc(1))} bytes from it`);
closeSync(sent);
closeSync(received);
