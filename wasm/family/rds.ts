// AF_RDS: struct sockaddr_in, whose family is AF_INET (linux/rds.h, rds(7)). family/inet.ts encodes
// and decodes it.
import { ON_LINUX } from "../abi";
import { addressFields } from "./inet";

export const sockaddr_rds: usize = memory.data<usize>([ON_LINUX, addressFields, 0]);
