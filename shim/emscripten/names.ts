// Names and services: the host's resolver in place of the invented addresses that Emscripten gives.
import type { AddrInfoRow, HostEntry, LookupFailure } from "../contract.js";
import { guestErrno } from "./errno.js";
import type { Guest } from "./guest.js";
import { octets } from "./memory.js";

/** struct addrinfo of wasm32: a word a field, in this order. */
const ADDRINFO = 32;
/** struct hostent of wasm32: name, aliases, family, length of an address, addresses; a word each. */
const HOSTENT = 20;
/** EAI_* numbers are the same in glibc and musl. */
export const EAI_SYSTEM = -11;
const EAI_MEMORY = -10;
const EAI_OVERFLOW = -12;

const optional = (guest: Guest, at: number): Uint8Array | null => (at === 0 ? null : guest.memory.string(at));

/** The status of a lookup that failed, errno set where it tells. */
function failure(guest: Guest, { status, errno }: LookupFailure): number {
  if (errno !== 0) guest.setErrno(guest.errno(errno));
  return status === 0 ? EAI_SYSTEM : status;
}

/** getaddrinfo(3). */
export function getaddrinfo(guest: Guest, node: number, service: number, hints: number, out: number): number {
  const { memory, host } = guest;
  const [flags, family, type, protocol] =
    hints === 0
      ? [0, 0, 0, 0]
      : ([0, 4, 8, 12].map(at => memory.int(hints + at)) as [number, number, number, number]);
  const rows = host.getaddrinfo(
    optional(guest, node),
    optional(guest, service),
    family,
    type,
    protocol,
    flags,
  );
  if (!Array.isArray(rows)) return failure(guest, rows);
  const list = chain(guest, rows, flags);
  if (list === 0) return EAI_MEMORY;
  memory.putWord(out, list);
  return 0;
}

/**
 * The list, in two pieces of the guest's memory. Its freeaddrinfo(3) frees the first entry and that
 * entry's address alone, so that everything else lies in the same piece as the first entry.
 */
function chain(guest: Guest, rows: readonly AddrInfoRow[], flags: number): number {
  const { memory } = guest;
  const names = rows.map(([, , , canonical]) => (canonical === "" ? undefined : octets(`${canonical}\0`)));
  const aligned = (size: number) => (size + 7) & ~7;
  let size = rows.length * ADDRINFO;
  rows.forEach(([, , , , address], i) => {
    size += (i > 0 ? aligned(address.length) : 0) + aligned(names[i]?.length ?? 0);
  });
  const list = guest.allocate(size);
  const first = list === 0 ? 0 : guest.allocate(Math.max(1, rows[0]![4].length));
  if (first === 0) {
    if (list !== 0) guest.free(list);
    return 0;
  }
  let free = list + rows.length * ADDRINFO;
  const take = (bytes: Uint8Array) => {
    const at = free;
    memory.put(at, bytes);
    free += aligned(bytes.length);
    return at;
  };
  rows.forEach(([family, type, protocol, , address], i) => {
    if (i === 0) memory.put(first, address);
    const at = list + i * ADDRINFO;
    const name = names[i];
    const fields = [
      flags,
      family,
      type,
      protocol,
      address.length,
      i === 0 ? first : take(address),
      name === undefined ? 0 : take(name),
      i + 1 < rows.length ? at + ADDRINFO : 0,
    ];
    fields.forEach((value, field) => {
      memory.putWord(at + 4 * field, value);
    });
  });
  return list;
}

/** getnameinfo(3). */
export function getnameinfo(
  guest: Guest,
  address: number,
  length: number,
  node: number,
  nodeRoom: number,
  service: number,
  serviceRoom: number,
  flags: number,
): number {
  const { memory, host } = guest;
  const answer = host.getnameinfo(
    memory.copy(address, Math.min(length >>> 0, guest.wire.addressSize)),
    flags,
  );
  if (!Array.isArray(answer)) return failure(guest, answer);
  return putText(guest, answer[0], node, nodeRoom) || putText(guest, answer[1], service, serviceRoom);
}

/** Writes a text into the guest's room for it, if it wants it. */
function putText({ memory }: Guest, text: string, at: number, room: number): number {
  if (at === 0 || room === 0) return 0;
  if (text.length >= room >>> 0) return EAI_OVERFLOW;
  memory.put(at, octets(`${text}\0`));
  return 0;
}

/** What gethostbyname(3) of the guest's libc asks: an IPv4 address as a word, 0 where there is none. */
export function lookupName(guest: Guest, at: number): number {
  const found = guest.host.gethostbyname(guest.memory.string(at));
  if (!Array.isArray(found)) return 0;
  const address = found[2].find(bytes => bytes.length === 4);
  return address === undefined ? 0 : new DataView(address.buffer, address.byteOffset).getInt32(0, true);
}

/** getprotobyname(3): a struct protoent that the next call overwrites, 0 where there is none. */
export function getprotobyname(guest: Guest): (at: number) => number {
  let entry = 0;
  return at => {
    const name = guest.memory.string(at);
    const number = guest.host.getprotobyname(name);
    if (number < 0) return 0;
    if (entry !== 0) guest.free(entry);
    // Name, aliases and number, then an empty list of aliases and the name itself.
    entry = guest.allocate(16 + name.length + 1);
    if (entry === 0) return 0;
    [entry + 16, entry + 12, number, 0].forEach((value, i) => {
      guest.memory.putWord(entry + 4 * i, value);
    });
    guest.memory.put(entry + 16, Uint8Array.of(...name, 0));
    return entry;
  };
}

const AF_INET = 2;
const AF_INET6 = 10;

/** What a struct hostent points at, for an entry that will lie at `at`: its words, then the rest. */
function hostBytes([name, aliases, addresses]: HostEntry, at: number): Uint8Array {
  const texts = [name, ...aliases].map(text => octets(`${text}\0`));
  const size = addresses[0]?.length ?? 0;
  // The lists of pointers, each ended by a zero, then what they point at.
  const lists = at + HOSTENT;
  let next = lists + 4 * (aliases.length + 1 + addresses.length + 1);
  const places = [...addresses, ...texts].map(bytes => {
    const place = next;
    next += bytes.length;
    return place;
  });
  const addressPlaces = places.slice(0, addresses.length);
  const [namePlace, ...aliasPlaces] = places.slice(addresses.length);
  const words = [
    namePlace!,
    lists,
    size === 16 ? AF_INET6 : AF_INET,
    size,
    lists + 4 * (aliases.length + 1),
    ...aliasPlaces,
    0,
    ...addressPlaces,
    0,
  ];
  const bytes = new Uint8Array(next - at);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  [...addresses, ...texts].forEach((part, i) => {
    bytes.set(part, places[i]! - at);
  });
  return bytes;
}

/**
 * gethostbyname(3), gethostbyaddr(3): a struct hostent that the next call overwrites, 0 where there is
 * none. gethostbyname_r(3): into the guest's room; its result is an errno.
 */
export function hostEntries(guest: Guest): Readonly<Record<string, (...args: number[]) => number>> {
  const { host } = guest;
  let entry = 0;
  const give = (found: HostEntry | LookupFailure): number => {
    if (!Array.isArray(found)) return 0;
    if (entry !== 0) guest.free(entry);
    entry = guest.allocate(hostBytes(found, 0).length);
    if (entry !== 0) guest.memory.put(entry, hostBytes(found, entry));
    return entry;
  };
  return {
    gethostbyname: name => give(host.gethostbyname(guest.memory.string(name!))),
    gethostbyaddr: (at, length, family) =>
      length === 4 || length === 16 ? give(host.gethostbyaddr(guest.memory.copy(at!, length), family!)) : 0,
    gethostbyname_r(name, at, room, size, out, error) {
      const { memory } = guest;
      const found = host.gethostbyname(memory.string(name!));
      memory.putWord(out!, 0);
      if (!Array.isArray(found)) {
        memory.putWord(error!, found.status);
        return 0;
      }
      const bytes = hostBytes(found, room! - HOSTENT);
      if (bytes.length - HOSTENT > size! >>> 0) return guestErrno.ERANGE!;
      memory.put(room!, bytes.subarray(HOSTENT));
      memory.put(at!, bytes.subarray(0, HOSTENT));
      memory.putWord(out!, at!);
      return 0;
    },
  };
}
