// struct ctl_info: CTLIOCGINFO (XNU bsd/sys/kern_control.h).
import { struct } from "../codec/layout.js";

/** CTLIOCGINFO of macOS: the number of a kernel control. */
export interface CtlInfo {
  /** What the system answers: the number of the control. */
  id?: number;
  /** The control's name, such as com.apple.net.utun_control. */
  name: string;
}

export const ctl_info = struct<CtlInfo>("ctl_info", "id?", "name");
