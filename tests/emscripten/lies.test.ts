// Pointers and lengths that lie, to each call through each door: EFAULT or another error to the guest
// alone, and nothing of the call is done.
import { equal, is, ok, test } from "../suite.js";
import { doors, PAGE_SIZE, start, type Running } from "./guest.js";

const EAI_SYSTEM = -11;
const EBADF = 8;
const EFAULT = 21;
const EINVAL = 28;
const MSG_DONTWAIT = 0x40;
const STREAM = 1;
const DATAGRAM = 2;
const POLICY = ["tcp-listen:127.0.0.1:*", "tcp-connect:127.0.0.1:*", "udp-bind:127.0.0.1:*"] as const;
const MORE = [
  "udp-connect:127.0.0.1:*",
  "unix-pair",
  "rights",
  "names:*",
  "reverse:*",
  "services",
  "hostname",
] as const;
const policy = [...POLICY, ...MORE];
/** Behind the memory of two pages, near its end, and as a negative number. */
const BAD = [2 * PAGE_SIZE - 1, 2 * PAGE_SIZE, 0x7fffffff, -0x10000, 0xffff0000];

/** Two datagram sockets, the first of which has the second as its peer. */
function pair(g: Running): [first: number, second: number] {
  const [first, second] = [g.bound(DATAGRAM), g.bound(DATAGRAM)];
  g.good("__syscall_connect", first, g.inet(1024, g.port(second)), 16);
  return [first, second];
}

/** Puts a struct msghdr at 512. */
const message = (
  g: Running,
  name: number,
  nameLength: number,
  parts: number,
  count: number,
  control = 0,
  length = 0,
) => g.words(512, name, nameLength, parts, count, control, length, 0);

for (const door of doors) {
  test(`${door}: a pointer outside of the memory is EFAULT, to each call`, async () => {
    const g = await start(door, policy);
    const [first, second] = pair(g);
    const listener = g.bound(STREAM);
    g.good("__syscall_listen", listener, 5);
    g.inet(1024, g.port(second));
    g.words(2000, 16);
    g.words(2100, 1500, 4);
    g.put(1500, [1, 2, 3, 4]);
    for (const bad of BAD) {
      const calls: [string, ...number[]][] = [
        ["__syscall_bind", g.good("__syscall_socket", 2, DATAGRAM, 0), bad, 16],
        ["__syscall_connect", first, bad, 16],
        ["__syscall_getsockname", first, bad, 2000],
        ["__syscall_getsockname", first, 1600, bad],
        ["__syscall_getpeername", first, bad, 2000],
        ["__syscall_getpeername", first, 1600, bad],
        ["__syscall_sendto", first, bad, 4, 0, 0, 0],
        ["__syscall_sendto", first, 1500, 4, 0, bad, 16],
        ["__syscall_recvfrom", second, bad, 4, MSG_DONTWAIT, 0, 0],
        ["__syscall_sendmsg", first, bad, 0],
        ["__syscall_recvmsg", second, bad, MSG_DONTWAIT],
        ["__syscall_getsockopt", first, 1, 3, bad, 2000],
        ["__syscall_getsockopt", first, 1, 3, 1600, bad],
        ["__syscall_poll", bad, 1, 0],
        ["__syscall__newselect", 1024, bad, 0, 0, 0],
        ["__syscall_ioctl", first, 0x541b, bad],
        ["__syscall_ioctl", first, 0x541b, g.words(1700, bad)],
        ["__syscall_ioctl", first, 0x5421, g.words(1704, bad)],
        ["__syscall_fcntl64", first, 4, bad],
        ["__syscall_fstat64", first, bad],
      ];
      for (const [name, ...args] of calls) is(g.call(name, ...args), -EFAULT, `${name} ${args}`);
      g.good("fd_close", calls[0]![1]!);
      for (const name of ["fd_read", "fd_write"]) is(g.call(name, first, bad, 1, 1600), EFAULT, name);
      is(g.call("fd_fdstat_get", first, bad), EFAULT);
    }
    // Nothing of all that was done: what is sent now is the first that comes.
    is(g.call("__syscall_recvfrom", second, 1600, 16, MSG_DONTWAIT, 0, 0), -6);
    g.good("__syscall_sendto", first, 1500, 4, 0, 0, 0);
    is(g.call("__syscall_recvfrom", second, 1600, 16, 0, 0, 0), 4);
    g.dispose();
  });

  test(`${door}: a patched libc call says -1, and errno EFAULT`, async () => {
    const g = await start(door, policy);
    const [first] = pair(g);
    // The last byte of the memory holds an empty string.
    for (const bad of BAD.slice(1)) {
      for (const [name, ...args] of [
        ["setsockopt", first, 1, 2, bad, 4],
        ["socketpair", 1, STREAM, 0, bad],
        ["gethostname", bad, 256],
      ] as [string, ...number[]][]) {
        g.words(8, 0);
        is(g.call(name, ...args), -1, `${name} ${args}`);
        is(g.errno(), EFAULT, `${name} ${args}`);
      }
      for (const [name, ...args] of [
        ["getaddrinfo", bad, 0, 0, 1600],
        ["getaddrinfo", 0, bad, 0, 1600],
        ["getaddrinfo", 0, g.put(1700, [56, 48, 0]), bad, 1600],
        ["getaddrinfo", 0, 1700, 0, bad],
        ["getnameinfo", bad, 16, 1600, 64, 0, 0, 0],
        ["getnameinfo", g.inet(1024, 80), 16, bad, 64, 0, 0, 0],
      ] as [string, ...number[]][]) {
        g.words(8, 0);
        is(g.call(name, ...args), EAI_SYSTEM, `${name} ${args}`);
        is(g.errno(), EFAULT, `${name} ${args}`);
      }
      for (const name of ["getprotobyname", "gethostbyname", "_emscripten_lookup_name"])
        is(g.call(name, bad), 0, name);
      is(g.call("gethostbyaddr", bad, 4, 2), 0);
    }
    // The same calls with places that are there.
    is(g.call("setsockopt", first, 1, 2, g.words(1500, 1), 4), 0);
    is(g.call("shutdown", 600, 0), -1);
    is(g.errno(), EBADF);
    is(g.call("socketpair", 1, STREAM, 0, 1600), 0);
    is(g.call("setsockopt", first, 1, 2, 1500, 0xffffffff), -1);
    is(g.errno(), EINVAL);
    g.dispose();
  });

  test(`${door}: what a message's header points at is EFAULT, and the message stays`, async () => {
    const g = await start(door, policy);
    const [first, second] = pair(g);
    g.words(2100, 1500, 4);
    for (const bad of BAD) {
      g.good("__syscall_sendto", first, 1500, 4, 0, 0, 0);
      const places: (() => number)[] = [
        () => message(g, 0, 0, bad, 1),
        () => message(g, 0, 0, g.words(2200, bad, 4), 1),
        () => message(g, 0, 0, g.words(2200, 1500, -1), 1),
        () => message(g, 0, 0, 2100, 1, bad, 64),
        () => message(g, bad, 16, 2100, 1),
      ];
      for (const [i, place] of places.entries()) {
        is(g.call("__syscall_sendmsg", first, place(), 0), -EFAULT, `sendmsg ${i} ${bad}`);
        is(g.call("__syscall_recvmsg", second, place(), MSG_DONTWAIT), -EFAULT, `recvmsg ${i} ${bad}`);
      }
      is(g.call("__syscall_recvfrom", second, 1600, 16, MSG_DONTWAIT, 0, 0), 4, "the message stayed");
      is(g.call("__syscall_recvfrom", second, 1600, 16, MSG_DONTWAIT, 0, 0), -6, "nothing else was sent");
    }
    g.dispose();
  });

  test(`${door}: lengths that lie`, async () => {
    const g = await start(door, policy);
    const [first, second] = pair(g);
    g.words(2100, 1500, 4);
    g.words(2000, -1);
    for (const length of [-1, 0xffffffff, 1000, 0x80000000]) {
      is(g.call("__syscall_bind", g.words(1600, 0) && second, 1024, length), -EINVAL, `bind ${length}`);
      is(g.call("__syscall_connect", first, 1024, length), -EINVAL, `connect ${length}`);
    }
    for (const length of [-1, 0x7fffffff, 2 * PAGE_SIZE]) {
      is(g.call("__syscall_sendto", first, 1500, length, 0, 0, 0), -EFAULT);
      is(g.call("__syscall_recvfrom", second, 1500, length, MSG_DONTWAIT, 0, 0), -EFAULT);
    }
    is(g.call("__syscall_getsockopt", first, 1, 3, 1600, 2000), -EINVAL);
    for (const count of [-1, 1025, 0x7fffffff, 0x20000000]) {
      is(g.call("__syscall_sendmsg", first, message(g, 0, 0, 2100, count), 0), -EINVAL, `parts ${count}`);
      is(g.call("__syscall_recvmsg", second, 512, MSG_DONTWAIT), -EINVAL, `parts ${count}`);
      is(g.call("fd_write", first, 2100, count, 1600), EINVAL);
    }
    is(g.call("__syscall_sendmsg", first, message(g, 0, 0, 2100, 1, 1500, -1), 0), -EINVAL);
    is(g.call("__syscall_recvmsg", second, 512, MSG_DONTWAIT), -EFAULT);
    // Counts whose product with a size is a small number again.
    for (const count of [-1, 0x20000001, 0x10000 + 1])
      is(g.call("__syscall_poll", 1024, count, 0), -EINVAL, `${count}`);
    for (const count of [-1, 1025]) is(g.call("__syscall__newselect", count, 1024, 0, 0, 0), -EINVAL);
    for (const length of [-1, 1 << 20]) {
      is(g.call("setsockopt", first, 1, 2, 1500, length), -1);
      is(g.errno(), EINVAL);
    }
    is(g.call("gethostbyaddr", 1024, -1, 2), 0);
    g.dispose();
  });

  test(`${door}: a connection whose address can't be given is closed, as in the kernel`, async () => {
    const g = await start(door, policy);
    const listener = g.bound(STREAM);
    g.good("__syscall_listen", listener, 5);
    const client = g.good("__syscall_socket", 2, STREAM, 0);
    g.good("__syscall_connect", client, g.inet(1024, g.port(listener)), 16);
    const numbers = g.good("__syscall_socket", 2, STREAM, 0);
    is(g.call("__syscall_accept4", listener, g.inet(1100, 0), BAD[0]!, 0), -EFAULT);
    is(g.call("__syscall_recvfrom", client, 1600, 1, 0, 0, 0), 0, "the peer sees the end");
    is(g.good("__syscall_socket", 2, STREAM, 0), numbers + 1, "no number is lost");
    g.dispose();
  });

  test(`${door}: numbers that are nobody's, and other tables'`, async () => {
    const g = await start(door, policy);
    const [first, second] = pair(g);
    const sockets = [first, second];
    for (const fd of [-1, 3, 511, 600, 1023, 1024, 0x7fffffff, -0x80000000]) {
      for (const name of [
        "bind",
        "connect",
        "listen",
        "accept4",
        "getsockname",
        "sendto",
        "recvfrom",
        "sendmsg",
      ])
        is(g.call(`__syscall_${name}`, fd, 1024, 16, 0, 0, 0), -EBADF, `${name} ${fd}`);
      is(g.call("shutdown", fd, 0), -1);
      is(g.errno(), EBADF);
      is(g.call("fd_close", fd), EBADF);
    }
    for (const fd of [0, 1, 2]) is(g.call("__syscall_bind", fd, 1024, 16), -57, "a file is ENOTSOCK");
    // dup2 and dup3 from one table to the other.
    for (const [from, to] of [
      [first, 1],
      [1, first],
      [first, 3],
      [600, second],
      [first, 1024],
      [first, -1],
    ] as const)
      is(g.call("__syscall_dup3", from, to, 0), -EBADF, `${from} to ${to}`);
    is(g.call("__syscall_dup3", first, first, 0), -EINVAL);
    is(g.call("__syscall_dup3", 1, 2, 0), 2);
    for (const fd of sockets) ok(g.port(fd) > 0, "both are what they were");
    is(g.call("__syscall_dup3", first, 700, 0), 700);
    is(g.port(700), g.port(first));
    is(g.call("__syscall_dup3", first, second, 0), second);
    is(g.port(second), g.port(first));
    equal([g.call("fd_close", first), g.call("fd_close", second), g.call("fd_close", second)], [0, 0, EBADF]);
    g.dispose();
  });
}
