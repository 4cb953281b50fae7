// AF_HYPERV: SOCKADDR_HV (Windows SDK hvsocket.h).
//
//   0        2          4          20              36
//   +--------+----------+----------+---------------+
//   | Family | Reserved | VmId     | ServiceId     |
//   +--------+----------+----------+---------------+
import { ON_WINDOWS } from "../abi";
import { BYTES, END, FAMILY, HOLE, SA_FAMILY, UUID } from "../layout";

const fields: usize = memory.data<u8>([
  SA_FAMILY, FAMILY, 0, HOLE, 0, 2, BYTES, UUID, 16, BYTES, UUID, 16, END,
]);
export const sockaddr_hv: usize = memory.data<usize>([ON_WINDOWS, fields, 0]);
