// Type tests, judged by tsc alone: which overload of Socket and of its makers takes what. Nothing
// here runs.
import {
  AF_CAN,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AF_UNSPEC,
  AddressFamily,
  CAN_ISOTP,
  CAN_RAW,
  IPPROTO_TCP,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  createServer,
  fromfd,
  getaddrinfo,
  socketpair,
} from "../../ts/index.js";
import type {
  AddressIn,
  CanAddress,
  CanIsotpAddress,
  Family,
  Inet6Address,
  InetAddress,
  Protocol,
  UnixAddress,
} from "../../ts/index.js";
import { is } from "./is.js";

export function constructor(number: number): void {
  is<Socket<InetAddress>>()(new Socket());
  is<Socket<InetAddress>>()(new Socket(undefined, SOCK_DGRAM));
  is<Socket<InetAddress>>()(new Socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
  is<Socket<CanAddress>>()(new Socket(AF_CAN, SOCK_DGRAM));
  is<Socket<CanIsotpAddress>>()(new Socket(AF_CAN, SOCK_DGRAM, CAN_ISOTP));
  is<Socket<UnixAddress>>()(new Socket(AF_UNIX, undefined, undefined, number));
  is<Socket<InetAddress>>()(new Socket(AddressFamily.AF_INET));
  is<Socket<any>>()(new Socket(number));
  is<Socket<any>>()(new Socket(2, SOCK_STREAM));
  is<Socket<any>>()(new Socket(undefined, undefined, undefined, number));
  new Socket(number).bind(["anything", 0, "goes", {}]);
  // @ts-expect-error: a type is a number
  new Socket(AF_INET, "stream");
  // @ts-expect-error: a family is a number
  new Socket("inet");
}

export function makers(number: number): void {
  is<[Socket<UnixAddress>, Socket<UnixAddress>]>()(socketpair());
  is<[Socket<InetAddress>, Socket<InetAddress>]>()(socketpair(AF_INET));
  is<[Socket<any>, Socket<any>]>()(socketpair(number));
  is<Socket<Inet6Address>>()(fromfd(number, AF_INET6, SOCK_STREAM));
  is<Socket<CanAddress>>()(fromfd(number, AF_CAN, SOCK_DGRAM, CAN_RAW));
  is<Socket<CanIsotpAddress>>()(fromfd(number, AF_CAN, SOCK_DGRAM, CAN_ISOTP));
  is<Socket<any>>()(fromfd(number, number, SOCK_STREAM));
  is<Socket<InetAddress>>()(createServer(["", 0]));
  is<Socket<Inet6Address>>()(createServer(["", 0], { family: AF_INET6 }));
  is<Inet6Address>()(getaddrinfo("::1", 80, AF_INET6)[0]![4]);
  for (const [family, type, proto, , sockaddr] of getaddrinfo("localhost", 80, AF_UNSPEC)) {
    new Socket(family, type, proto).connect(sockaddr);
    if (family === AF_INET6) new Socket(AF_INET6, type, proto).connect(["::1", 0]);
  }
}

export function subtypes(inet: Socket<InetAddress>, any: Socket): void {
  const anySocket: Socket = inet;
  const fromAny: Socket<InetAddress> = any;
  // @ts-expect-error: another family's socket
  const can: Socket<CanAddress> = inet;
  is<Socket<InetAddress>>()(inet.accept()[0]);
  is<Socket<InetAddress>>()(inet.dup());
  void [anySocket, fromAny, can];
}

export function brands(number: number): void {
  const four: Family<InetAddress> = AF_INET;
  const plain: number = AF_INET6;
  // @ts-expect-error: another family
  const six: Family<Inet6Address> = AF_INET;
  // @ts-expect-error: a plain number is of no family
  const none: Family<InetAddress> = number;
  // @ts-expect-error: a family is no protocol
  const protocol: Protocol<InetAddress> = AF_INET;
  // @ts-expect-error: a protocol is no family
  const family: Family<CanAddress> = CAN_RAW;
  const either: AddressIn<InetAddress | UnixAddress> = Math.random() < 1 ? "/run/x" : ["", 0];
  void [four, plain, six, none, protocol, family, either];
}
