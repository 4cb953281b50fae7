// Constants that are text, the same on every system.

/** Any Bluetooth address (bluetooth/bluetooth.h). */
export const BDADDR_ANY = "00:00:00:00:00:00";
/** This machine's own Bluetooth address. */
export const BDADDR_LOCAL = "00:00:00:FF:FF:FF";

/** No virtual machine; as a wildcard, any (hvsocket.h). */
export const HV_GUID_ZERO = "00000000-0000-0000-0000-000000000000";
/** Any virtual machine (hvsocket.h). */
export const HV_GUID_WILDCARD = HV_GUID_ZERO;
/** Every virtual machine (hvsocket.h). */
export const HV_GUID_BROADCAST = "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF";
/** Any virtual machine below this one. */
export const HV_GUID_CHILDREN = "90DB8B89-0D35-4F79-8CE9-49EA0AC8B7CD";
/** This machine itself. */
export const HV_GUID_LOOPBACK = "E0E16197-DD56-4A10-9195-5EE7A155A838";
/** The machine that this one runs in. */
export const HV_GUID_PARENT = "A42E7CDA-D03F-480C-9CC2-A4DE20ABB878";
