// struct ucred (unix(7)): SCM_CREDENTIALS, SO_PEERCRED.
import { struct } from "../codec/layout.js";

/** SCM_CREDENTIALS and SO_PEERCRED (unix(7)): whose process it is. */
export interface Ucred {
  /** The process. */
  pid: number;
  /** Its user. */
  uid: number;
  /** Its group. */
  gid: number;
}

export const ucred = struct<Ucred>("ucred", "pid", "uid", "gid");
