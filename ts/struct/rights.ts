// Descriptors in control data (unix(7)): SCM_RIGHTS.
import { array, mapped, struct } from "../codec/layout.js";

export const rights = array(
  "rights",
  mapped<{ fd: number }, number>(
    struct("rights", "fd"),
    fd => ({ fd }),
    ({ fd }) => fd,
  ),
);
