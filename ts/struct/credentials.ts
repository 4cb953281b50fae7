// struct ucred (unix(7)): SCM_CREDENTIALS, SO_PEERCRED.
import { struct } from "../codec/layout.js";

export interface Ucred {
  pid: number;
  uid: number;
  gid: number;
}

export const ucred = struct<Ucred>("ucred", "pid", "uid", "gid");
