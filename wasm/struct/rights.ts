// SCM_RIGHTS: descriptors, one int each (unix(7)). This is one of them; ts/ has the array.
import { ON_POSIX } from "../abi";
import { DESCRIPTOR, END, I32 } from "../layout";

const fields: usize = memory.data<u8>([I32, DESCRIPTOR, 0, END]);
export const rights: usize = memory.data<usize>([ON_POSIX, fields, 0]);
