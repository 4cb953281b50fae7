// Option structs of AF_BLUETOOTH (Linux
// include/net/bluetooth/{bluetooth,hci_sock,l2cap,rfcomm,sco}.h). struct hci_filter is the kernel's
// struct hci_ufilter: its event mask is two words, so that 32-bit programs fit a 64-bit kernel.
import { ON_LINUX } from "../abi";
import { BYTES, END, HOLE, LE16, NUMBER, RAW, U16, U32, U8 } from "../layout";

const filter: usize = memory.data<u8>([U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, LE16, NUMBER, 0, END]);
export const hci_filter: usize = memory.data<usize>([ON_LINUX, filter, 0]);

const security: usize = memory.data<u8>([U8, NUMBER, 0, U8, NUMBER, 0, END]);
export const bt_security: usize = memory.data<usize>([ON_LINUX, security, 0]);
const byte: usize = memory.data<u8>([U8, NUMBER, 0, END]);
export const bt_power: usize = memory.data<usize>([ON_LINUX, byte, 0]);
const word: usize = memory.data<u8>([U16, NUMBER, 0, END]);
export const bt_voice: usize = memory.data<usize>([ON_LINUX, word, 0]);
export const sco_options: usize = memory.data<usize>([ON_LINUX, word, 0]);

const l2cap: usize = memory.data<u8>([
  U16, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0,
  U16, NUMBER, 0, END,
]);
export const l2cap_options: usize = memory.data<usize>([ON_LINUX, l2cap, 0]);

const connection: usize = memory.data<u8>([U16, NUMBER, 0, BYTES, RAW, 3, END]);
export const l2cap_conninfo: usize = memory.data<usize>([ON_LINUX, connection, 0]);
export const rfcomm_conninfo: usize = memory.data<usize>([ON_LINUX, connection, 0]);
export const sco_conninfo: usize = memory.data<usize>([ON_LINUX, connection, 0]);

// struct bt_iso_qos is a union; this is its unicast half, whose two directions are alike, and the
// bytes that the other has more.
const iso: usize = memory.data<u8>([
  U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0,
  U32, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0,
  U32, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, HOLE, 0, 28, END]);
export const bt_iso_qos: usize = memory.data<usize>([ON_LINUX, iso, 0]);
