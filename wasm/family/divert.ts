// AF_DIVERT: struct sockaddr_in, whose family is AF_INET (divert(4) of FreeBSD). family/inet.ts
// encodes and decodes it.
import { ON_FREEBSD } from "../abi";
import { addressFields } from "./inet";

export const sockaddr_divert: usize = memory.data<usize>([ON_FREEBSD, addressFields, 0]);
