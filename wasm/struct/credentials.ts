// struct ucred (SCM_CREDENTIALS, SO_PEERCRED: unix(7)).
import { ON_LINUX } from "../abi";
import { END, I32, NUMBER, U32 } from "../layout";

const fields: usize = memory.data<u8>([I32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const ucred: usize = memory.data<usize>([ON_LINUX, fields, 0]);
