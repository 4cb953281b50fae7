// AF_HYPERV: [vmId, serviceId], two UUIDs (Windows SDK hvsocket.h).
import type { AddressFamily } from "../codec/address.js";
import { tabled } from "../codec/table-family.js";
import type { HypervAddress } from "../base/types.js";

export const hyperv: AddressFamily<HypervAddress> = tabled<HypervAddress>({
  family: "AF_HYPERV",
  kind: "HYPERV",
  shape: "[vmId: string, serviceId: string]",
  layout: ["sockaddr_hv", "family", "vmId", "serviceId"],
  toFields: address =>
    Array.isArray(address) && address.length === 2 ? { vmId: address[0], serviceId: address[1] } : undefined,
  fromFields: ({ vmId, serviceId }) => [vmId, serviceId],
});
