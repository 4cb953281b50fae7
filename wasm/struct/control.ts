// struct ctl_info (XNU bsd/sys/kern_control.h): CTLIOCGINFO, the id of a kernel control by its
// name.
import { ON_DARWIN } from "../abi";
import { BYTES, END, NUMBER, TEXT, U32 } from "../layout";

const fields: usize = memory.data<u8>([U32, NUMBER, 0, BYTES, TEXT, 96, END]);
export const ctl_info: usize = memory.data<usize>([ON_DARWIN, fields, 0]);
