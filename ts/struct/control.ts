// struct ctl_info: CTLIOCGINFO (XNU bsd/sys/kern_control.h).
import { struct } from "../codec/layout.js";

/**
 * `id`: what the system answers; `name`: of a kernel control, such as com.apple.net.utun_control.
 */
export interface CtlInfo {
  id?: number;
  name: string;
}

export const ctl_info = struct<CtlInfo>("ctl_info", "id?", "name");
