// struct af_alg_iv (linux/if_alg.h): ALG_SET_IV's control data, a length and as many bytes.
import { ON_LINUX } from "../abi";
import { END, NUMBER, RAW, REST, U32 } from "../layout";

const fields: usize = memory.data<u8>([U32, NUMBER, 0, REST, RAW, 0, END]);
export const af_alg_iv: usize = memory.data<usize>([ON_LINUX, fields, 0]);
