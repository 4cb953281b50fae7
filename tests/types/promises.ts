// Type tests, judged by tsc alone: the overloads of the promise classes' makers and lookups.
// Nothing here runs.
import {
  AF_CAN,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  CAN_ISOTP,
  CAN_RAW,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  createConnection,
  createServer,
  fromfd,
  getaddrinfo,
  socketpair,
} from "../../ts/promises/index.js";
import type {
  CanAddress,
  CanIsotpAddress,
  Inet6Address,
  InetAddress,
  Listener,
  UnixAddress,
} from "../../ts/promises/index.js";
import { is } from "./is.js";

export function constructor(number: number): void {
  is<Socket<InetAddress>>()(new Socket());
  is<Socket<CanIsotpAddress>>()(new Socket(AF_CAN, SOCK_DGRAM, CAN_ISOTP));
  is<Socket<UnixAddress>>()(new Socket(AF_UNIX, undefined, undefined, number));
  is<Socket<any>>()(new Socket(number));
  is<Socket<any>>()(new Socket(undefined, undefined, undefined, number));
}

export async function makers(number: number, signal: AbortSignal): Promise<void> {
  is<[Socket<UnixAddress>, Socket<UnixAddress>]>()(socketpair());
  is<[Socket<InetAddress>, Socket<InetAddress>]>()(socketpair(AF_INET));
  is<Socket<Inet6Address>>()(fromfd(number, AF_INET6, SOCK_STREAM));
  is<Socket<CanAddress>>()(fromfd(number, AF_CAN, SOCK_DGRAM, CAN_RAW));
  is<Listener<InetAddress>>()(await createServer(["", 0]));
  is<Listener<Inet6Address>>()(await createServer(["", 0], { family: AF_INET6, signal }));
  is<Socket<InetAddress | Inet6Address>>()(
    await createConnection(["", 0], 1, null, { allErrors: true, signal }),
  );
  is<Socket<InetAddress | Inet6Address>>()(await createConnection(["", 0], { signal }));
  // @ts-expect-error: no such option
  void createConnection(["", 0], { family: AF_INET6 });
}

export async function lookups(signal: AbortSignal): Promise<void> {
  is<Inet6Address>()((await getaddrinfo("::1", 80, AF_INET6))[0]![4]);
  is<Inet6Address>()((await getaddrinfo("::1", 80, AF_INET6, SOCK_STREAM, { signal }))[0]![4]);
  is<InetAddress | Inet6Address>()((await getaddrinfo("::1", 80, { signal }))[0]![4]);
  // @ts-expect-error: a type is a number
  void getaddrinfo("::1", 80, AF_INET6, "stream");
}

export async function files(s: Socket, fd: number, signal: AbortSignal): Promise<void> {
  is<number>()(await s.sendfile(fd, { signal }));
  is<number>()(
    await s.sendfile(
      {
        async read(size) {
          return Buffer.alloc(size);
        },
        seek: async () => {},
      },
      0,
      null,
      { signal },
    ),
  );
  // @ts-expect-error: a path is no file
  void s.sendfile("path");
}
