// Addresses of the WIT to the bytes of a target, and back, by the families' own files.
import { ADDRESS, ADDRESS_SIZE, CELLS, CELL_SIZE, TEXT, cell } from "../memory";
import { layout_decode, layout_encode, layout_field, layout_size } from "../layout";
import { ntop4, ntop6, pton4, pton6 } from "../numeric-address";
import * as registry from "../registry";
import { setHead, sockaddr_data, sockaddr_encode, sockaddr_family } from "../sockaddr";
import { BAD_TEXT, TOO_LONG, TOO_SHORT, UNSUPPORTED } from "../status";
import { sockaddr_alg } from "../family/alg";
import { sockaddr_hci, sockaddr_iso, sockaddr_l2, sockaddr_rc, sockaddr_sco } from "../family/bluetooth";
import * as can from "../family/can";
import { sockaddr_hv } from "../family/hyperv";
import { sockaddr_in } from "../family/inet";
import { sockaddr_in6 } from "../family/inet6";
import { link_data, link_decode, link_encode } from "../family/link";
import { netlink_decode, netlink_encode } from "../family/netlink";
import { packet_addr, packet_decode, packet_encode } from "../family/packet";
import { qipcrtr_decode, qipcrtr_encode } from "../family/qipcrtr";
import { sockaddr_ctl } from "../family/system";
import { tipc_decode, tipc_encode } from "../family/tipc";
import { unix_decode, unix_encode, unix_path } from "../family/unix";
import { vsock_decode, vsock_encode } from "../family/vsock";
import { xdp_decode, xdp_encode } from "../family/xdp";
import * as slots from "./slots";
import {
  OUT_OF_RANGE,
  begin,
  checkRanges,
  kind,
  put,
  putList,
  slot,
  takeBytes,
  takeText,
  wide,
} from "./slots";
import { bdaddr_encode, bdaddr_text, uuid_encode, uuid_text } from "./text";

// Protocols whose addresses are not those of their family, in the order of the WIT.
export const DEFAULT: i32 = 0;
const ISOTP: i32 = 1;
const J1939: i32 = 2;
const RFCOMM: i32 = 4;
const HCI: i32 = 5;
const SCO: i32 = 6;
const ISO: i32 = 7;
export const PROTOCOLS: i32 = 8;

/** The same in the order of wasm/registry.ts's rows, where RFCOMM comes after HCI and SCO. */
const rows: usize = memory.data<u8>([1, 2, 3, 5, 6, 4, 7]);
const FIRST_OF_BLUETOOTH: i32 = 2;
const ROWS: i32 = 7;

/** sizeof(struct sockaddr): what stands for no address. */
const NO_ADDRESS: i32 = 16;
const FLOW_INFO_MAX: u32 = 0xfffff;
const NO_PGN: u32 = 0x40000;
const EFF_FLAG: u32 = 0x80000000;
const EFF_MASK: u32 = 0x1fffffff;
const SFF_MASK: u32 = 0x7ff;
/** XDP_SHARED_UMEM: the address then holds a descriptor, by number. */
const SHARED_UMEM: u32 = 1;
const AF_SYS_CONTROL: u64 = 2;
const TIPC_TYPES: u32 = 3;
const MAX_HALEN: u32 = 8;
const MAX_LINK_DATA: u32 = 247;

// Fields by their numbers in the tables (wasm/layout.ts).
const INET_PORT: i32 = 2;
const INET_ADDR: i32 = 3;
const INET6_PORT: i32 = 2;
const INET6_FLOW: i32 = 3;
const INET6_ADDR: i32 = 4;
const INET6_SCOPE: i32 = 5;
const L2_PSM: i32 = 1;
const L2_BDADDR: i32 = 2;
const L2_CID: i32 = 3;
const L2_TYPE: i32 = 4;
const HCI_DEVICE: i32 = 1;
const HCI_CHANNEL: i32 = 2;
const RC_BDADDR: i32 = 1;
const RC_LAST: i32 = 2;
const ALG_TYPE: i32 = 1;
const ALG_NAME: i32 = 2;
const ALG_FEAT: i32 = 3;
const ALG_MASK: i32 = 4;
const CTL_SYSADDR: i32 = 2;
const CTL_ID: i32 = 3;
const CTL_UNIT: i32 = 4;
const HV_VM: i32 = 1;
const HV_SERVICE: i32 = 2;

/** The cells that the tables of addresses use. */
const USED_CELLS: usize = 8;

/** Which of the WIT's protocols a socket of this family and protocol has. */
export function protocolOf(target: i32, family: i32, protocol: i32): i32 {
  const isCan = family == registry.family_number(target, registry.CAN);
  if (family == 0 || !(isCan || family == registry.family_number(target, registry.BLUETOOTH))) return DEFAULT;
  const end = isCan ? FIRST_OF_BLUETOOTH : ROWS;
  for (let row = isCan ? 0 : FIRST_OF_BLUETOOTH; row < end; row++)
    if (protocol == registry.protocol_number(target, row)) return load<u8>(rows + row);
  return DEFAULT;
}

// Out of the slots.

/** The cells as an address of a table. */
function table(target: i32, chain: usize, family: i32): i32 {
  const size = layout_encode(target, chain, ADDRESS);
  return size < 0 ? size : setHead(target, family, size);
}
function setCell(i: i32, value: u64): void {
  store<u64>(cell(i), value);
}

function inet(target: i32): i32 {
  const length = takeText(0);
  if (length < 0 || pton4(TEXT, length, cell(INET_ADDR)) < 0) return BAD_TEXT;
  setCell(INET_PORT, slot(2));
  return table(target, sockaddr_in, registry.INET);
}

function inet6(target: i32): i32 {
  if (slot(3) > FLOW_INFO_MAX) return OUT_OF_RANGE;
  const length = takeText(0);
  if (length < 0 || pton6(TEXT, length, cell(INET6_ADDR)) < 0) return BAD_TEXT;
  setCell(INET6_PORT, slot(2));
  setCell(INET6_FLOW, slot(3));
  setCell(INET6_SCOPE, slot(4));
  return table(target, sockaddr_in6, registry.INET6);
}

function hasZero(at: usize, length: i32): bool {
  for (let i = 0; i < length; i++) if (load<u8>(at + i) == 0) return true;
  return false;
}

function unix(target: i32): i32 {
  const length = takeBytes(0, unix_path, <u32>ADDRESS_SIZE - 3);
  if (length < 0) return length;
  if (length > 0 && load<u8>(unix_path) != 0 && hasZero(unix_path, length)) return BAD_TEXT;
  return unix_encode(target, length);
}

function packet(target: i32): i32 {
  if (slot(5) > MAX_HALEN) return TOO_LONG;
  const length = packet_encode(target, slot(0), slot(1), slot(3), slot(2), slot(5));
  if (length >= 0) takeBytes(4, packet_addr, MAX_HALEN);
  return length;
}

/** An id of 11 bits, or of 29 with CAN_EFF_FLAG. */
function isCanId(id: u32): bool {
  return (id & ~EFF_FLAG) <= (id & EFF_FLAG ? EFF_MASK : SFF_MASK);
}

function isotp(target: i32): i32 {
  if (!isCanId(slot(1)) || !isCanId(slot(2))) return OUT_OF_RANGE;
  return can.can_encode_isotp(target, slot(0), slot(1), slot(2));
}

function j1939(target: i32): i32 {
  if (slot(2) > NO_PGN) return OUT_OF_RANGE;
  return can.can_encode_j1939(target, slot(0), <u32>wide(1), <u32>(wide(1) >> 32), slot(2), slot(3));
}

function tipc(target: i32): i32 {
  if (slot(0) == 0 || slot(0) > TIPC_TYPES) return OUT_OF_RANGE;
  return tipc_encode(target, slot(0), slot(1), slot(2), slot(3), slot(4));
}

function bdaddr(i: i32): i32 {
  const length = takeText(0);
  return length < 0 ? BAD_TEXT : bdaddr_encode(TEXT, length, cell(i));
}

function l2cap(target: i32): i32 {
  if (bdaddr(L2_BDADDR) < 0) return BAD_TEXT;
  setCell(L2_PSM, slot(2));
  setCell(L2_CID, slot(3));
  setCell(L2_TYPE, slot(4));
  return table(target, sockaddr_l2, registry.BLUETOOTH);
}

function device(target: i32, chain: usize): i32 {
  if (bdaddr(RC_BDADDR) < 0) return BAD_TEXT;
  setCell(RC_LAST, slot(2));
  return table(target, chain, registry.BLUETOOTH);
}

function hci(target: i32): i32 {
  setCell(HCI_DEVICE, slot(0));
  setCell(HCI_CHANNEL, slot(1));
  return table(target, sockaddr_hci, registry.BLUETOOTH);
}

/** Where a table's field is in the address, and how many bytes it has. */
function place(target: i32, chain: usize, field: i32): usize {
  layout_field(target, chain, field, 0);
  return ADDRESS + load<u32>(CELLS);
}
function width(): i32 {
  return load<i32>(CELLS, 4);
}

/** Text in a field of fixed length, with a zero byte after it. */
function textField(target: i32, chain: usize, field: i32, from: i32): i32 {
  const at = place(target, chain, field);
  const room = width() - 1;
  if (slot(from + 1) > <u32>room) return TOO_LONG;
  const length = takeBytes(from, at, room);
  return hasZero(at, length) ? BAD_TEXT : length;
}

function alg(target: i32): i32 {
  setCell(ALG_FEAT, slot(4));
  setCell(ALG_MASK, slot(5));
  const size = table(target, sockaddr_alg, registry.ALG);
  if (size < 0) return size;
  const type = textField(target, sockaddr_alg, ALG_TYPE, 0);
  const name = textField(target, sockaddr_alg, ALG_NAME, 2);
  if (type < 0) return type;
  return name < 0 ? name : size;
}

function system(target: i32): i32 {
  setCell(CTL_SYSADDR, AF_SYS_CONTROL);
  setCell(CTL_ID, slot(0));
  setCell(CTL_UNIT, slot(1));
  return table(target, sockaddr_ctl, registry.SYSTEM);
}

function link(target: i32): i32 {
  const name = slot(3);
  const address = slot(5);
  if (<u64>name + address > MAX_LINK_DATA) return TOO_LONG;
  const length = link_encode(target, slot(0), slot(1), name, address);
  if (length < 0) return length;
  takeBytes(2, link_data, MAX_LINK_DATA);
  takeBytes(4, link_data + name, MAX_LINK_DATA);
  return length;
}

function hyperv(target: i32): i32 {
  let length = takeText(0);
  if (length < 0 || uuid_encode(TEXT, length, cell(HV_VM)) < 0) return BAD_TEXT;
  length = takeText(2);
  if (length < 0 || uuid_encode(TEXT, length, cell(HV_SERVICE)) < 0) return BAD_TEXT;
  return table(target, sockaddr_hv, registry.HYPERV);
}

function other(target: i32): i32 {
  const length = takeBytes(1, sockaddr_data, <u32>(ADDRESS_SIZE - (sockaddr_data - ADDRESS)));
  return length < 0 ? length : sockaddr_encode(target, slot(0), length + <i32>(sockaddr_data - ADDRESS));
}

function none(target: i32): i32 {
  memory.fill(ADDRESS, 0, NO_ADDRESS);
  return sockaddr_encode(target, 0, NO_ADDRESS);
}

/** Writes the address in the slots to ADDRESS; returns its length, or what is wrong with it. */
export function encode(target: i32): i32 {
  const wrong = checkRanges();
  if (wrong < 0) return wrong;
  memory.fill(CELLS, 0, CELL_SIZE * USED_CELLS);
  switch (kind) {
    case slots.UNSPECIFIED:
      return none(target);
    case slots.INET:
      return inet(target);
    case slots.INET6:
      return inet6(target);
    case slots.UNIX:
      return unix(target);
    case slots.NETLINK:
      return netlink_encode(target, slot(0), slot(1));
    case slots.PACKET:
      return packet(target);
    case slots.CAN:
      return can.can_encode(target, slot(0));
    case slots.CAN_ISOTP:
      return isotp(target);
    case slots.CAN_J1939:
      return j1939(target);
    case slots.TIPC:
      return tipc(target);
    case slots.VSOCK:
      return vsock_encode(target, slot(0), slot(1));
    case slots.QIPCRTR:
      return qipcrtr_encode(target, slot(0), slot(1));
    case slots.XDP:
      return slot(2) & SHARED_UMEM ? UNSUPPORTED : xdp_encode(target, slot(0), slot(1), slot(2), 0);
    case slots.L2CAP:
      return l2cap(target);
    case slots.RFCOMM:
      return device(target, sockaddr_rc);
    case slots.HCI:
      return hci(target);
    case slots.SCO:
      return device(target, sockaddr_sco);
    case slots.ISO:
      return device(target, sockaddr_iso);
    case slots.ALG:
      return alg(target);
    case slots.SYSTEM:
      return system(target);
    case slots.LINK:
      return link(target);
    case slots.HYPERV:
      return hyperv(target);
    default:
      return other(target);
  }
}

// Into the slots.

/** The address of a table in the cells, `least` bytes of it or more; 0, or what is wrong. */
function cells(target: i32, chain: usize, least: i32, length: i32): i32 {
  const size = layout_size(target, chain);
  if (size < 0) return UNSUPPORTED;
  if (length < least) return TOO_SHORT;
  if (length > size) return TOO_LONG;
  memory.fill(CELLS, 0, CELL_SIZE * USED_CELLS);
  const read = layout_decode(target, chain, ADDRESS, length);
  return read < 0 ? read : 0;
}
function word(i: i32): u32 {
  return load<u32>(CELLS + 4 * i);
}
function cellWord(i: i32): u64 {
  return load<u64>(cell(i));
}

function inetOf(target: i32, length: i32): i32 {
  const status = cells(target, sockaddr_in, 16, length);
  if (status < 0) return status;
  begin(slots.INET);
  putList(0, TEXT, ntop4(cell(INET_ADDR), TEXT));
  put(2, cellWord(INET_PORT));
  return 0;
}

function inet6Of(target: i32, length: i32): i32 {
  const status = cells(target, sockaddr_in6, 28, length);
  if (status < 0) return status;
  begin(slots.INET6);
  putList(0, TEXT, ntop6(cell(INET6_ADDR), TEXT));
  put(2, cellWord(INET6_PORT));
  put(3, cellWord(INET6_FLOW));
  put(4, cellWord(INET6_SCOPE));
  return 0;
}

function unixOf(target: i32, length: i32): i32 {
  const size = unix_decode(target, length);
  if (size < 0) return size;
  begin(slots.UNIX);
  putList(0, unix_path, size);
  return 0;
}

/** The words that a decoder wrote, in turn. */
function words(status: i32, which: i32, count: i32): i32 {
  if (status < 0) return status;
  begin(which);
  for (let i = 0; i < count; i++) put(i, word(i));
  return 0;
}

function packetOf(target: i32, length: i32): i32 {
  const status = packet_decode(target, length);
  if (status < 0) return status;
  begin(slots.PACKET);
  put(0, word(0));
  put(1, word(1));
  put(2, word(3));
  put(3, word(2));
  putList(4, packet_addr, word(4));
  return 0;
}

function canOf(target: i32, protocol: i32, length: i32): i32 {
  if (protocol == ISOTP) return words(can.can_decode_isotp(target, length), slots.CAN_ISOTP, 3);
  if (protocol != J1939) return words(can.can_decode(target, length), slots.CAN, 1);
  const status = can.can_decode_j1939(target, length);
  if (status < 0) return status;
  begin(slots.CAN_J1939);
  put(0, word(0));
  put(1, ((<u64>word(2)) << 32) | word(1));
  put(2, word(3));
  put(3, word(4));
  return 0;
}

function putBdaddr(field: i32): void {
  putList(0, TEXT, bdaddr_text(cell(field), TEXT));
}

function deviceOf(target: i32, chain: usize, which: i32, least: i32, length: i32): i32 {
  const status = cells(target, chain, least, length);
  if (status < 0) return status;
  begin(which);
  putBdaddr(RC_BDADDR);
  if (which != slots.SCO) put(2, cellWord(RC_LAST));
  return 0;
}

function bluetoothOf(target: i32, protocol: i32, length: i32): i32 {
  if (protocol == RFCOMM) return deviceOf(target, sockaddr_rc, slots.RFCOMM, 9, length);
  if (protocol == SCO) return deviceOf(target, sockaddr_sco, slots.SCO, 8, length);
  if (protocol == ISO) return deviceOf(target, sockaddr_iso, slots.ISO, 9, length);
  const isHci = protocol == HCI;
  const status = cells(target, isHci ? sockaddr_hci : sockaddr_l2, isHci ? 6 : 13, length);
  if (status < 0) return status;
  if (isHci) {
    begin(slots.HCI);
    put(0, cellWord(HCI_DEVICE));
    put(1, cellWord(HCI_CHANNEL));
    return 0;
  }
  begin(slots.L2CAP);
  putBdaddr(L2_BDADDR);
  put(2, cellWord(L2_PSM));
  put(3, cellWord(L2_CID));
  put(4, cellWord(L2_TYPE));
  return 0;
}

/** A field's text, up to its zero byte. */
function putTextField(i: i32, target: i32, chain: usize, field: i32): void {
  const at = place(target, chain, field);
  const room = width();
  let length = 0;
  while (length < room && load<u8>(at + length)) length++;
  putList(i, at, length);
}

function algOf(target: i32, length: i32): i32 {
  const status = cells(target, sockaddr_alg, 88, length);
  if (status < 0) return status;
  begin(slots.ALG);
  put(4, cellWord(ALG_FEAT));
  put(5, cellWord(ALG_MASK));
  putTextField(0, target, sockaddr_alg, ALG_TYPE);
  putTextField(2, target, sockaddr_alg, ALG_NAME);
  return 0;
}

function systemOf(target: i32, length: i32): i32 {
  const status = cells(target, sockaddr_ctl, 12, length);
  if (status < 0) return status;
  begin(slots.SYSTEM);
  put(0, cellWord(CTL_ID));
  put(1, cellWord(CTL_UNIT));
  return 0;
}

function linkOf(target: i32, length: i32): i32 {
  const status = link_decode(target, length);
  if (status < 0) return status;
  const name = word(2);
  const address = word(3);
  begin(slots.LINK);
  put(0, word(0));
  put(1, word(1));
  putList(2, link_data, name);
  putList(4, link_data + name, address);
  return 0;
}

function hypervOf(target: i32, length: i32): i32 {
  const status = cells(target, sockaddr_hv, 36, length);
  if (status < 0) return status;
  begin(slots.HYPERV);
  putList(0, TEXT, uuid_text(cell(HV_VM), TEXT));
  putList(2, TEXT, uuid_text(cell(HV_SERVICE), TEXT));
  return 0;
}

function otherOf(family: i32, length: i32): i32 {
  begin(slots.OTHER);
  put(0, family);
  putList(1, sockaddr_data, length - <i32>(sockaddr_data - ADDRESS));
  return 0;
}

function isFamily(target: i32, which: i32, family: i32): bool {
  return registry.family_number(target, which) == family;
}

/** Reads `length` bytes at ADDRESS into the slots: 0, or what is wrong with them. */
export function decode(target: i32, protocol: i32, length: i32): i32 {
  begin(slots.UNSPECIFIED);
  if (length == 0) return 0;
  const family = sockaddr_family(target, length);
  if (family <= 0) return family;
  if (isFamily(target, registry.INET, family)) return inetOf(target, length);
  if (isFamily(target, registry.INET6, family)) return inet6Of(target, length);
  if (isFamily(target, registry.UNIX, family)) return unixOf(target, length);
  if (isFamily(target, registry.NETLINK, family))
    return words(netlink_decode(target, length), slots.NETLINK, 2);
  if (isFamily(target, registry.PACKET, family)) return packetOf(target, length);
  if (isFamily(target, registry.CAN, family)) return canOf(target, protocol, length);
  if (isFamily(target, registry.TIPC, family)) return words(tipc_decode(target, length), slots.TIPC, 5);
  if (isFamily(target, registry.VSOCK, family)) return words(vsock_decode(target, length), slots.VSOCK, 2);
  if (isFamily(target, registry.QIPCRTR, family))
    return words(qipcrtr_decode(target, length), slots.QIPCRTR, 2);
  if (isFamily(target, registry.XDP, family)) return words(xdp_decode(target, length), slots.XDP, 3);
  if (isFamily(target, registry.BLUETOOTH, family)) return bluetoothOf(target, protocol, length);
  if (isFamily(target, registry.ALG, family)) return algOf(target, length);
  if (isFamily(target, registry.SYSTEM, family)) return systemOf(target, length);
  if (isFamily(target, registry.LINK, family)) return linkOf(target, length);
  if (isFamily(target, registry.HYPERV, family)) return hypervOf(target, length);
  return otherOf(family, length);
}

/** The same of what the system gave: what can't be read is bytes of its family. */
export function decodeAny(target: i32, protocol: i32, length: i32): void {
  if (decode(target, protocol, length) >= 0) return;
  const family = sockaddr_family(target, length);
  if (family < 0) begin(slots.UNSPECIFIED);
  else otherOf(family, length);
}
