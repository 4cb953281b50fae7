// AF_ALG: the kernel's crypto, [type, name, feat?, mask?] (linux/if_alg.h).
import type { AddressFamily } from "../codec/address.js";
import { tabled } from "../codec/table-family.js";
import type { AlgAddress } from "../base/types.js";

export const alg: AddressFamily<AlgAddress> = tabled<AlgAddress>({
  family: "AF_ALG",
  kind: "ALG",
  shape: "[type: string, name: string, feat?: number, mask?: number]",
  layout: ["sockaddr_alg", "family", "type", "name", "feat", "mask"],
  toFields(address) {
    if (!Array.isArray(address) || address.length < 2 || address.length > 4) return undefined;
    const [type, name, feat = 0, mask = 0] = address;
    return { type, name, feat, mask };
  },
  fromFields: ({ type, name, feat, mask }) => [type, name, feat, mask],
});
