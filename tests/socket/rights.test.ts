// sendFds and recvFds: descriptors through an AF_UNIX socket.
import { closeSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  AF_UNIX,
  MSG_CTRUNC,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  close,
  recvFds,
  sendFds,
  socketpair,
} from "../../ts/index.js";
import { pathOf } from "../elsewhere.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";

const here = fileURLToPath(import.meta.url);

test("sendFds: a file arrives under another number, close-on-exec", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  const fd = openSync(here, "r");
  is(sendFds(a, ["x", "y"], [fd]), 2);
  closeSync(fd);
  const [data, fds, flags, address] = recvFds(b, 10, 5);
  is(data.toString(), "xy");
  is(flags, 0);
  is(address, null);
  is(fds.length, 1);
  equal(readFileSync(pathOf(fds[0]!)), readFileSync(here));
  ok(/^flags:\s+02\d+$/m.test(readFileSync(`/proc/self/fdinfo/${fds[0]}`, "latin1")), "O_CLOEXEC");
  close(fds[0]!);
});

test("sendFds: sockets travel too, over datagrams as well", () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  using _a = a;
  using _b = b;
  const [left, right] = socketpair();
  sendFds(a, ["fds"], [left.fileno(), right.fileno()]);
  left.close();
  right.close();
  const [, fds] = recvFds(b, 10, 2);
  using one = new Socket(AF_UNIX, SOCK_STREAM, 0, fds[0]);
  using two = new Socket(AF_UNIX, SOCK_STREAM, 0, fds[1]);
  one.sendall("through");
  is(two.recv(10).toString(), "through");
});

test("recvFds: what does not fit is closed by the kernel and flagged", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  sendFds(a, ["x"], [0, 0, 0]);
  const [, fds, flags] = recvFds(b, 1, 1);
  ok(flags & MSG_CTRUNC);
  is(fds.length, 1);
  fds.forEach(close);
});

test("sendFds: bad descriptors", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  fails("EBADF", () => sendFds(a, ["x"], [1 << 20]));
  throws(
    () => sendFds(a, ["x"], ["3" as unknown as number]),
    TypeError,
    'descriptor must be a number, got "3"',
  );
  for (const none of [5, null, "", { length: 0 }])
    throws(() => sendFds(a, ["x"], none as never), TypeError, /fds must be an iterable of descriptors/);
  throws(() => recvFds(b, 1, -1), RangeError, /maxfds must be an integer 0\.\.65535/);
});
