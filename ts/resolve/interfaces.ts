// Network interfaces by name and index: if_nametoindex(3), if_indextoname(3), if_nameindex(3).
import type { Host } from "../../shim/contract.js";
import type { Interfaces } from "../codec/address.js";
import { int } from "../base/check.js";
import type { Core } from "../context.js";
import type { Errors } from "../base/error.js";
import { systemBytes } from "./host-names.js";
import { decodeByteString } from "../base/surrogate-escape.js";
import type { HostName } from "../base/types.js";

/** What the families need of them. */
export function interfacesOf(host: Host, errors: Errors): Interfaces {
  return {
    index(name, call) {
      const index = host.if_nametoindex(systemBytes(`${call}: interface`, name));
      if (index < 0) throw errors.system(-index, call, name);
      return index;
    },
    name(index) {
      const name = host.if_indextoname(index);
      return typeof name === "string" ? decodeByteString(name) : "";
    },
  };
}

export function bindInterfaces({ host, errors }: Core) {
  return {
    /** `if_nameindex(3)`: every network interface. */
    if_nameindex(): [index: number, name: string][] {
      const list = host.if_nameindex();
      if (typeof list === "number") throw errors.system(-list, "if_nameindex");
      return list.map(([index, name]) => [index, decodeByteString(name)]);
    },

    /**
     * `if_nametoindex(3)`.
     * @throws ENODEV, with the name.
     */
    if_nametoindex(name: HostName): number {
      const index = host.if_nametoindex(systemBytes("if_nametoindex: name", name));
      if (index < 0) throw errors.system(-index, "if_nametoindex", name);
      return index;
    },

    /**
     * `if_indextoname(3)`, index 0..2^32-1.
     * @throws ENXIO.
     */
    if_indextoname(index: number): string {
      const name = host.if_indextoname(int("if_indextoname: index", index, 0, 0xffffffff));
      if (typeof name === "number") throw errors.system(-name, "if_indextoname", index);
      return decodeByteString(name);
    },
  };
}
