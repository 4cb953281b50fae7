// TIPC's structs (linux/tipc.h): joining a group, subscriptions to the topology service and its
// events; ranges of names and rejected messages as control messages have them.
import { ON_LINUX } from "../abi";
import { BYTES, END, NUMBER, RAW, U32 } from "../layout";

const two: usize = memory.data<u8>([U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const tipc_errinfo: usize = memory.data<usize>([ON_LINUX, two, 0]);

const three: usize = memory.data<u8>([U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const tipc_service_range: usize = memory.data<usize>([ON_LINUX, three, 0]);

const four: usize = memory.data<u8>([U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const tipc_group_req: usize = memory.data<usize>([ON_LINUX, four, 0]);

const subscription: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, BYTES, RAW, 8, END]);
export const tipc_subscr: usize = memory.data<usize>([ON_LINUX, subscription, 0]);

const event: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, BYTES, RAW, 8, END]);
export const tipc_event: usize = memory.data<usize>([ON_LINUX, event, 0]);
