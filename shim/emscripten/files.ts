// What the guest does with a socket's descriptor as with any: close, read, write, dup, fcntl, ioctl,
// fstat.
import { closeSync, openSync } from "node:fs";
import { LAST, type Descriptor } from "./descriptors.js";
import { octets } from "./memory.js";
import { guestErrno } from "./errno.js";
import type { DescriptorCall, Guest } from "./guest.js";
import { partsOf } from "./messages.js";
import { translateErrors } from "./netlink.js";

/** Linux's numbers, which are Emscripten's (bits/fcntl.h, bits/ioctl.h). */
const F_DUPFD = 0;
const F_GETFD = 1;
const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const F_DUPFD_CLOEXEC = 1030;
const FD_CLOEXEC = 1;
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const FIONREAD = 0x541b;
const FIONBIO = 0x5421;
const FIONCLEX = 0x5450;
const FIOCLEX = 0x5451;
const TIOCOUTQ = 0x5411;
const SIOCATMARK = 0x8905;
const SIOCGIFNAME = 0x8910;
const SIOCGIFINDEX = 0x8933;
/** struct ifreq: a name of 16 bytes, then an index. */
const IFNAMSIZ = 16;
/** struct stat: where libcs have st_mode, behind st_dev. Older ones have a padding of zeros there first. */
const STAT_MODE = 4;
const STAT_MODE_PADDED = 12;
const S_IFMT = 0o170000;
/** st_mode of a socket. */
const S_IFSOCK = 0o140777;
/** Where the guest has its standard files. */
const STANDARD = [0, 1, 2];
/** struct __wasi_fdstat_t: its size, and a stream socket's file type. */
const FDSTAT_SIZE = 24;
const FILETYPE_SOCKET_STREAM = 6;
const FILETYPE_SOCKET_DGRAM = 5;

/** close(2). */
export function close(guest: Guest, number: number): number {
  const descriptor = guest.descriptors.remove(number)!;
  return guest.host.close(descriptor.fd);
}

/** A duplicate with the lowest free number from `from` on, or at `at`. */
function duplicate(guest: Guest, descriptor: Descriptor, closeOnExec: boolean, from?: number): number {
  const fd = guest.host.dup(descriptor.fd, 1);
  return fd < 0 ? guest.result(fd) : guest.adopt(fd, descriptor.description, closeOnExec, from);
}

/** dup(2). */
function dup(guest: Guest, descriptor: Descriptor): number {
  return duplicate(guest, descriptor, false);
}

/** dup3(2) of a socket to a number of sockets. */
export function dup3(guest: Guest, descriptor: Descriptor, number: number, flags: number): number {
  if (guest.descriptors.get(number) === descriptor) return -guestErrno.EINVAL!;
  const fd = guest.host.dup(descriptor.fd, 1);
  if (fd < 0) return guest.result(fd);
  const before = guest.descriptors.remove(number);
  if (before !== undefined) guest.host.close(before.fd);
  guest.descriptors.put(number, {
    fd,
    description: descriptor.description,
    closeOnExec: (flags & O_CLOEXEC) !== 0,
  });
  return number;
}

/** fcntl(2); `varargs` points at the third argument. */
function fcntl(guest: Guest, descriptor: Descriptor, command: number, varargs: number): number {
  const { description } = descriptor;
  const argument = varargs === 0 ? 0 : guest.memory.int(varargs);
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      if (argument < 0 || argument >= LAST) return -guestErrno.EINVAL!;
      return duplicate(guest, descriptor, command === F_DUPFD_CLOEXEC, argument);
    case F_GETFD:
      return descriptor.closeOnExec ? FD_CLOEXEC : 0;
    case F_SETFD:
      descriptor.closeOnExec = (argument & FD_CLOEXEC) !== 0;
      return 0;
    case F_GETFL:
      return O_RDWR | (description.nonblocking ? O_NONBLOCK : 0);
    case F_SETFL:
      description.nonblocking = (argument & O_NONBLOCK) !== 0;
      return 0;
    default:
      return -guestErrno.EINVAL!;
  }
}

/** ioctl(2); `varargs` points at the third argument, a pointer. */
function ioctl(guest: Guest, descriptor: Descriptor, request: number, varargs: number): number {
  const { memory, host } = guest;
  const at = varargs === 0 ? 0 : memory.word(varargs);
  switch (request >>> 0) {
    case FIONBIO:
      descriptor.description.nonblocking = memory.word(at) !== 0;
      return 0;
    case FIOCLEX:
    case FIONCLEX:
      descriptor.closeOnExec = request === FIOCLEX;
      return 0;
    case FIONREAD:
    case TIOCOUTQ:
    case SIOCATMARK: {
      const value = new Uint8Array(4);
      const result = host.ioctl(descriptor.fd, request >>> 0, value, 0);
      if (result >= 0) memory.put(at, value);
      return guest.result(result);
    }
    case SIOCGIFINDEX: {
      const name = memory.copy(at, IFNAMSIZ);
      const end = name.indexOf(0);
      const index = host.if_nametoindex(name.subarray(0, end < 0 ? IFNAMSIZ : end));
      if (index < 0) return guest.result(index);
      memory.putWord(at + IFNAMSIZ, index);
      return 0;
    }
    case SIOCGIFNAME: {
      const name = host.if_indextoname(memory.word(at + IFNAMSIZ));
      if (typeof name === "number") return guest.result(name);
      const bytes = new Uint8Array(IFNAMSIZ);
      bytes.set(octets(name).subarray(0, IFNAMSIZ - 1));
      memory.put(at, bytes);
      return 0;
    }
    default:
      return -guestErrno.ENOTTY!;
  }
}

/** The device of vsock(7), and its request: the number of this machine among virtual ones. */
export const VSOCK = "/dev/vsock";
export const IOCTL_VM_SOCKETS_GET_LOCAL_CID = 0x7b9;

/** That request, made of the system's own device; `varargs` points at the third argument, a pointer. */
export function localCid(guest: Guest, varargs: number): number {
  const { host, memory } = guest;
  const value = new Uint8Array(4);
  const fd = openSync(VSOCK, "r");
  try {
    const adopted = host.adopt(fd);
    if (adopted < 0) return guest.result(adopted);
    const result = host.ioctl(fd, IOCTL_VM_SOCKETS_GET_LOCAL_CID, value, 0);
    host.surrender(fd);
    if (result >= 0) memory.put(memory.word(varargs), value);
    return guest.result(result);
  } finally {
    closeSync(fd);
  }
}

/**
 * fstat(2): a socket, and nothing else of note. How long the struct is, and where its mode, is told by
 * the guest's own call, which fills it for a file.
 */
export function fstat(guest: Guest, own: (number: number, at: number) => number, at: number): number {
  const { memory } = guest;
  memory.view(at, STAT_MODE_PADDED + 4);
  if (!STANDARD.some(number => own(number, at) >= 0)) return -guestErrno.ENOSYS!;
  const isMode = (memory.word(at + STAT_MODE) & S_IFMT) !== 0;
  memory.putWord(at + (isMode ? STAT_MODE : STAT_MODE_PADDED), S_IFSOCK);
  return 0;
}

/** readv(2) or writev(2). WASI's functions give a positive errno, and the count at `countAt`. */
function vectored(
  guest: Guest,
  at: number,
  count: number,
  countAt: number,
  move: (parts: Uint8Array[]) => number,
): number {
  const parts = partsOf(guest, at, count);
  if (parts === undefined) return guestErrno.EINVAL!;
  const result = move(parts);
  if (result < 0) return -guest.result(result);
  guest.memory.putWord(countAt, result);
  return 0;
}

const read: DescriptorCall = (guest, descriptor, at, count, countAt) => {
  const { host, numbers } = guest;
  return vectored(guest, at!, count!, countAt!, parts => {
    const got = guest.perform(descriptor, numbers.POLLIN, 0, () =>
      host.recvmsg(descriptor.fd, parts, null, numbers.MSG_DONTWAIT),
    );
    translateErrors(guest, descriptor, parts, got);
    return got;
  });
};

const write: DescriptorCall = (guest, descriptor, at, count, countAt) => {
  const { host, numbers } = guest;
  return vectored(guest, at!, count!, countAt!, parts =>
    guest.sendAll(descriptor, 0, parts, null, rest =>
      host.sendmsg(descriptor.fd, rest, null, numbers.MSG_DONTWAIT, 0),
    ),
  );
};

/** fd_fdstat_get(). */
function fdstat(guest: Guest, { description }: Descriptor, at: number): number {
  const { memory, numbers } = guest;
  const stream = description.type === numbers.SOCK_STREAM;
  memory.clear(at, FDSTAT_SIZE);
  memory.view(at, 1)[0] = stream ? FILETYPE_SOCKET_STREAM : FILETYPE_SOCKET_DGRAM;
  return 0;
}

/** A socket has no position. */
const seek: DescriptorCall = () => guestErrno.ESPIPE!;

/** What a socket's descriptor shares with a file's, by the import's name in `env`. */
export const fileCalls: Readonly<Record<string, DescriptorCall>> = {
  __syscall_fcntl64: fcntl as DescriptorCall,
  __syscall_ioctl: ioctl as DescriptorCall,
  __syscall_dup: dup,
};

/** The same in WASI's module. */
export const wasiCalls: Readonly<Record<string, DescriptorCall>> = {
  fd_read: read,
  fd_write: write,
  fd_fdstat_get: fdstat as DescriptorCall,
  fd_seek: seek,
  fd_pread: seek,
  fd_pwrite: seek,
};
