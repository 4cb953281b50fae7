// PF_SYSTEM with SYSPROTO_CONTROL: a kernel control's [id, unit] (XNU bsd/sys/kern_control.h).
import type { AddressFamily } from "../codec/address.js";
import { show } from "../base/check.js";
import { tabled } from "../codec/table-family.js";
import type { SystemAddress } from "../base/types.js";

const AF_SYS_CONTROL = 2;

export const system: AddressFamily<SystemAddress> = tabled<SystemAddress>({
  family: "AF_SYSTEM",
  kind: "SYSTEM",
  shape: "[id: number, unit: number] or the control's name",
  layout: ["sockaddr_ctl", "len", "family", "sysaddr", "id", "unit"],
  toFields(address, call) {
    if (typeof address === "string") {
      throw new RangeError(
        `${call}: kernel control must be given as [id, unit] here, since only its system knows ` +
          `the id of a name (CTLIOCGINFO, struct ctl_info), got ${show(address)}`,
      );
    }
    return Array.isArray(address) && address.length === 2
      ? { sysaddr: AF_SYS_CONTROL, id: address[0], unit: address[1] }
      : undefined;
  },
  fromFields: ({ id, unit }) => [id, unit],
});
