// AF_BLUETOOTH: struct sockaddr_l2, sockaddr_hci, sockaddr_sco, sockaddr_rc, sockaddr_iso (Linux
// include/net/bluetooth/{l2cap,hci_sock,sco,rfcomm,iso}.h).
//
//   0           2             4          8          10     12          14
//   +-----------+-------------+---------------------+------+------+----+
//   | l2_family | l2_psm      | l2_bdaddr           | l2_cid | type | 0|   BTPROTO_L2CAP
//   +-----------+-------------+---------------------+------+------+----+
//   | hci_family| hci_dev     | hci_channel |                              BTPROTO_HCI
//   +-----------+-------------+-------------+
//   | sco_family| sco_bdaddr               |                               BTPROTO_SCO
//   +-----------+--------------------------+-------------+---+
//   | rc_family | rc_bdaddr                | rc_channel  | 0 |             BTPROTO_RFCOMM
//   +-----------+--------------------------+-------------+---+
//   | iso_family| iso_bdaddr               | type        | 0 |             BTPROTO_ISO
//   +-----------+--------------------------+-------------+---+
//   PSM and channel id are little-endian everywhere; a device's address has its last byte first.
//   What a broadcast has after sockaddr_iso is left out.
import { ON_LINUX } from "../abi";
import { BDADDR, BYTES, END, FAMILY, LE16, NUMBER, SA_FAMILY, U16, U8 } from "../layout";

const l2: usize = memory.data<u8>([
  SA_FAMILY, FAMILY, 0, LE16, NUMBER, 0, BYTES, BDADDR, 6, LE16, NUMBER, 0, U8, NUMBER, 0, END,
]);
export const sockaddr_l2: usize = memory.data<usize>([ON_LINUX, l2, 0]);
const hci: usize = memory.data<u8>([SA_FAMILY, FAMILY, 0, U16, NUMBER, 0, U16, NUMBER, 0, END]);
export const sockaddr_hci: usize = memory.data<usize>([ON_LINUX, hci, 0]);
const sco: usize = memory.data<u8>([SA_FAMILY, FAMILY, 0, BYTES, BDADDR, 6, END]);
export const sockaddr_sco: usize = memory.data<usize>([ON_LINUX, sco, 0]);
const rc: usize = memory.data<u8>([SA_FAMILY, FAMILY, 0, BYTES, BDADDR, 6, U8, NUMBER, 0, END]);
export const sockaddr_rc: usize = memory.data<usize>([ON_LINUX, rc, 0]);
export const sockaddr_iso: usize = memory.data<usize>([ON_LINUX, rc, 0]);
