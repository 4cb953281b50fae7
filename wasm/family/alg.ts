// AF_ALG: struct sockaddr_alg (linux/if_alg.h).
//
//   0             2                  16          20          24                 88
//   +-------------+------------------+-----------+-----------+------------------+
//   | salg_family | salg_type        | salg_feat | salg_mask | salg_name        |
//   +-------------+------------------+-----------+-----------+------------------+
//   Type and name end at a zero byte.
import { ON_LINUX } from "../abi";
import { BYTES, END, FAMILY, FIELD, NUMBER, SA_FAMILY, TEXT, U32 } from "../layout";

const fields: usize = memory.data<u8>([
  SA_FAMILY, FAMILY, 0, BYTES, TEXT, 14, FIELD, 0, 3, U32, NUMBER, 0, U32, NUMBER, 0, FIELD, 0, 2,
  BYTES, TEXT, 64, END,
]);
export const sockaddr_alg: usize = memory.data<usize>([ON_LINUX, fields, 0]);
