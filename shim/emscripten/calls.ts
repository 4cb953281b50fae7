// The socket calls that Emscripten's libc imports, by their names there. Each takes and gives what the
// kernel does: numbers, pointers, a negative errno of the guest's.
import { descriptionOf, type Descriptor } from "./descriptors.js";
import type { DescriptorCall, Guest } from "./guest.js";
import { Fault } from "./memory.js";
import { recvmsg, sendmsg } from "./messages.js";
import { translateErrors } from "./netlink.js";
import { getsockopt, setsockopt } from "./options.js";

/** The most that one call receives or sends: short counts are legal, and nothing is made on a word. */
const MAX_LENGTH = 1 << 24;

/** socket(2). The host's descriptor never blocks: waiting is the guest's own affair. */
export function socket(guest: Guest, family: number, type: number, protocol: number): number {
  const { host, numbers } = guest;
  const { SOCK_NONBLOCK, SOCK_CLOEXEC } = numbers;
  const kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  const fd = host.socket(family, kind, protocol);
  if (fd < 0) return guest.result(fd);
  const failed = host.setNonblocking(fd, 1);
  if (failed < 0) {
    host.close(fd);
    return guest.result(failed);
  }
  return guest.adopt(
    fd,
    descriptionOf(family, kind, protocol, (type & SOCK_NONBLOCK) !== 0),
    (type & SOCK_CLOEXEC) !== 0,
  );
}

/** socketpair(2): two numbers at `out`. */
export function socketpair(
  guest: Guest,
  family: number,
  type: number,
  protocol: number,
  out: number,
): number {
  const { host, numbers, memory } = guest;
  const { SOCK_NONBLOCK, SOCK_CLOEXEC } = numbers;
  const kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  memory.view(out, 8);
  const fds = new Int32Array(2);
  const failed = host.socketpair(family, kind, protocol, fds);
  if (failed < 0) return guest.result(failed);
  const pair = Array.from(fds, fd => {
    host.setNonblocking(fd, 1);
    return guest.adopt(
      fd,
      descriptionOf(family, kind, protocol, (type & SOCK_NONBLOCK) !== 0),
      (type & SOCK_CLOEXEC) !== 0,
    );
  });
  const bad = pair.find(number => number < 0);
  if (bad !== undefined) {
    for (const number of pair) if (number >= 0) host.close(guest.descriptors.remove(number)!.fd);
    return bad;
  }
  pair.forEach((number, i) => {
    memory.putWord(out + 4 * i, number);
  });
  return 0;
}

function bind(guest: Guest, { fd, description }: Descriptor, at: number, size: number): number {
  const length = guest.putAddress(at, size);
  if (length < 0) return length;
  // The address is in the guest's memory, the block belongs to the host.
  const address = guest.memory.copy(at, length);
  const result = guest.host.bind(fd, length);
  if (result >= 0 && description.family === guest.numbers.AF_UNIX) guest.paths.add(address.subarray(2));
  return result;
}

/** connect(2): a blocking one waits for the connection, as long as SO_SNDTIMEO lets it. */
function connect(guest: Guest, descriptor: Descriptor, at: number, size: number): number {
  const { host, numbers } = guest;
  const { fd, description: shared } = descriptor;
  const { EAGAIN, EINPROGRESS, AF_UNIX } = numbers;
  const deadline = host.now() + shared.sendTimeout;
  for (;;) {
    const length = guest.putAddress(at, size);
    if (length < 0) return length;
    const result = host.connect(fd, length);
    if (shared.nonblocking) return result;
    if (result === -EAGAIN && shared.family === AF_UNIX) {
      // The listener's queue is full, which nothing tells the end of.
      if (host.now() >= deadline) return -EAGAIN;
      guest.wait(new Int32Array(0), Math.min(deadline, host.now() + 10));
      continue;
    }
    if (result !== -EINPROGRESS) return result;
    const ready = guest.waitFor(fd, numbers.POLLOUT, deadline);
    if (ready <= 0) return ready < 0 ? ready : -EINPROGRESS;
    const failed = socketError(guest, fd);
    return failed < 0 ? failed : concluded(guest, fd, at, size);
  }
}

/** A connection that is there: the socket counts as connected once it has been asked for it again. */
function concluded(guest: Guest, fd: number, at: number, size: number): number {
  const length = guest.putAddress(at, size);
  if (length < 0) return length;
  const result = guest.host.connect(fd, length);
  return result === -guest.numbers.EISCONN ? 0 : result;
}

function socketError({ host, numbers }: Guest, fd: number): number {
  const error = new Int32Array(1);
  const got = host.getsockopt(fd, numbers.SOL_SOCKET, numbers.SO_ERROR, new Uint8Array(error.buffer));
  return got < 0 ? got : -error[0]!;
}

function accept4(guest: Guest, descriptor: Descriptor, at: number, lengthAt: number, flags: number): number {
  const { host, numbers } = guest;
  const { SOCK_NONBLOCK, SOCK_CLOEXEC } = numbers;
  const listener = descriptor.description;
  const fd = guest.perform(descriptor, numbers.POLLIN, 0, () => host.accept(descriptor.fd, 1));
  if (fd < 0) return guest.result(fd);
  try {
    guest.giveAddress(at, lengthAt);
  } catch (error) {
    // As in the kernel, a connection whose address can't be given is lost.
    host.close(fd);
    throw error;
  }
  return guest.adopt(
    fd,
    descriptionOf(listener.family, listener.type, listener.protocol, (flags & SOCK_NONBLOCK) !== 0),
    (flags & SOCK_CLOEXEC) !== 0,
  );
}

function recvfrom(
  guest: Guest,
  descriptor: Descriptor,
  at: number,
  size: number,
  flags: number,
  nameAt: number,
  nameLengthAt: number,
): number {
  const { host, numbers, memory } = guest;
  const length = Math.min(size >>> 0, MAX_LENGTH);
  const buffer = memory.view(at, length);
  const count = guest.fill(descriptor, flags, length, (offset, room) =>
    host.recvfrom(descriptor.fd, buffer.subarray(offset), room, flags | numbers.MSG_DONTWAIT),
  );
  translateErrors(guest, descriptor, [buffer], count);
  if (count >= 0) guest.giveAddress(nameAt, nameLengthAt);
  return count;
}

function sendto(
  guest: Guest,
  descriptor: Descriptor,
  at: number,
  size: number,
  flags: number,
  nameAt: number,
  nameLength: number,
): number {
  const { host, numbers, memory } = guest;
  const data = memory.view(at, Math.min(size >>> 0, MAX_LENGTH));
  if (nameAt === 0)
    return guest.sendAll(descriptor, flags, [data], null, rest =>
      host.send(descriptor.fd, rest[0] ?? data.subarray(0, 0), flags | numbers.MSG_DONTWAIT),
    );
  return guest.perform(descriptor, numbers.POLLOUT, flags, () => {
    const length = guest.putAddress(nameAt, nameLength);
    if (length < 0) return length;
    return host.sendto(descriptor.fd, data, flags | numbers.MSG_DONTWAIT, length);
  });
}

const named =
  (name: "getsockname" | "getpeername"): DescriptorCall =>
  (guest, { fd }, at, lengthAt) => {
    const result = guest.host[name](fd);
    if (result < 0) return result;
    if (at === 0 || lengthAt === 0) throw new Fault();
    guest.giveAddress(at!, lengthAt!);
    return 0;
  };

export const shutdown: DescriptorCall = (guest, { fd }, how) => guest.host.shutdown(fd, how!);

/** The calls of one descriptor, by the import's name. Their results are the host's numbers. */
export const descriptorCalls: Readonly<Record<string, DescriptorCall>> = {
  __syscall_bind: bind as DescriptorCall,
  __syscall_connect: connect as DescriptorCall,
  __syscall_listen: (guest, { fd }, backlog) => guest.host.listen(fd, backlog!),
  __syscall_getsockname: named("getsockname"),
  __syscall_getpeername: named("getpeername"),
  __syscall_recvfrom: recvfrom as DescriptorCall,
  __syscall_sendto: sendto as DescriptorCall,
  __syscall_sendmsg: sendmsg as DescriptorCall,
  __syscall_recvmsg: recvmsg as DescriptorCall,
  __syscall_getsockopt: getsockopt as DescriptorCall,
};

/** Those whose results are the guest's already: a new number, or its errno. */
export const numberCalls: Readonly<Record<string, DescriptorCall>> = {
  __syscall_accept4: accept4 as DescriptorCall,
};

export { setsockopt };
