// poll(): several sockets at once.
import { blockingModule, equal, is, ok, test, throws } from "../suite.js";

const { POLLHUP, POLLIN, POLLNVAL, POLLOUT, poll, socketpair } = await blockingModule();

test("poll: tells who is ready for what", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  equal(
    poll(
      [
        [a, POLLIN],
        [b, POLLIN],
      ],
      0,
    ),
    [],
  );
  a.sendall("x");
  equal(
    poll(
      [
        [a, POLLIN],
        [b, POLLIN],
      ],
      0,
    ),
    [[b, POLLIN]],
  );
  equal(
    poll([
      [a, POLLIN | POLLOUT],
      [b.fileno(), POLLIN],
    ]),
    [
      [a, POLLOUT],
      [b.fileno(), POLLIN],
    ],
  );
});

test("poll: waits as long as it is told to", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  const start = performance.now();
  equal(poll([[a, POLLIN]], 0.05), []);
  const took = performance.now() - start;
  ok(took >= 50 && took < 1000, `${took} ms`);
});

test("poll: a hang-up comes unasked, a closed descriptor is POLLNVAL", () => {
  const [a, b] = socketpair();
  using _b = b;
  a.close();
  const ready = poll([[b, 0]], 1);
  is(ready.length, 1);
  ok(ready[0]![1] & POLLHUP);
  equal(poll([[1 << 20, POLLIN]], 1), [[1 << 20, POLLNVAL]]);
  // poll(2) passes over negative descriptors and would wait for ever; CPython raises ValueError.
  throws(() => poll([[a, POLLIN]], 0), RangeError, "poll: the socket is closed");
});

test("poll: bad arguments", () => {
  throws(
    () => poll([["x", 1]] as never),
    TypeError,
    'poll: each entry must begin with a Socket or a descriptor, got "x"',
  );
  throws(() => poll([[0]] as never), TypeError, "poll: each entry must be [socket, events], got [0]");
  throws(() => poll([[0, 0x10000]]), RangeError, /events must be an integer 0\.\.32767/);
  for (const none of [5, null, undefined, "", { length: 0 }])
    throws(() => poll(none as never, 0.01), TypeError, /entries must be an iterable of \[socket, events\]/);
  throws(() => poll([], -1), RangeError, /seconds must be 0\.\./);
});
