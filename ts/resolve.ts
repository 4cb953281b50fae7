// Names: what the resolver, the hosts and services databases and the interface list answer.
import type { Core } from "./core.js";
import { GaiError } from "./error.js";

/** A host name as bytes for the resolver: IDNA, no zero byte. */
function nameBytes(core: Core, name: string | Uint8Array, what: string): Uint8Array {
  const bytes = typeof name === "string" ? Buffer.from(/^[\x00-\x7f]*$/.test(name) ? name : core.host.idna(name)) : name;
  if (bytes.includes(0)) throw new TypeError(`${what} must not hold a zero byte`);
  return bytes;
}

/** The first numeric address of a host name, as Python resolves the hosts of addresses. */
export function numericHost(core: Core, host: string | Uint8Array, family: number, call: string): string {
  const found = core.host.getaddrinfo(nameBytes(core, host, `${call}: host`), null, family, core.constants.SOCK_DGRAM, 0, 0);
  if (!Array.isArray(found)) {
    throw new GaiError(core.host.gai_strerror(found.status), { errno: found.status, syscall: "getaddrinfo", address: host });
  }
  const bytes = found[0]![4];
  core.wire.bytes.set(bytes, core.wire.address);
  return core.registry.decode(core, bytes.length, core.registry.find(family, 0, 0))[0];
}
