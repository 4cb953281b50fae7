// The type of service of a stream, which newer Nodes have on net.Socket too.
import { noIPv6 } from "../have.js";
import { equal, is, promiseModule, test, throws } from "../suite.js";

const {
  AF_INET6,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_TCLASS,
  IP_TOS,
  SOCK_STREAM,
  Socket,
  createConnection,
  createServer,
  socketpair,
} = await promiseModule();

test("setTypeOfService: over IPv4 it is IP_TOS, told by the kernel", async () => {
  using server = await createServer(["127.0.0.1", 0]);
  const socket = await createConnection(server.getsockname());
  const duplex = socket.toDuplex();
  is(duplex.getTypeOfService(), 0);
  is(duplex.setTypeOfService(0x10), duplex);
  equal([duplex.getTypeOfService(), socket.getsockopt(IPPROTO_IP, IP_TOS)], [0x10, 0x10]);
  for (const [value, code] of [
    ["16", "ERR_INVALID_ARG_TYPE"],
    [NaN, "ERR_INVALID_ARG_TYPE"],
    [256, "ERR_OUT_OF_RANGE"],
    [-1, "ERR_OUT_OF_RANGE"],
    [1.5, "ERR_OUT_OF_RANGE"],
  ] as const) {
    const error = throws(() => duplex.setTypeOfService(value as number), Error);
    is((error as NodeJS.ErrnoException).code, code, String(value));
  }
  is(duplex.getTypeOfService(), 0x10);
  duplex.destroy();
  is(duplex.getTypeOfService(), 0x10); // what it was told last
});

test(
  "setTypeOfService: over IPv6 it is IPV6_TCLASS",
  () => {
    const socket = new Socket(AF_INET6, SOCK_STREAM);
    const duplex = socket.toDuplex();
    duplex.setTypeOfService(0x20);
    equal([duplex.getTypeOfService(), socket.getsockopt(IPPROTO_IPV6, IPV6_TCLASS)], [0x20, 0x20]);
    duplex.destroy();
  },
  { skip: noIPv6 },
);

test("setTypeOfService: where the family has none it is only kept", () => {
  const [a, b] = socketpair();
  using _b = b;
  const duplex = a.toDuplex();
  is(duplex.getTypeOfService(), 0);
  duplex.setTypeOfService(7);
  is(duplex.getTypeOfService(), 7);
  duplex.destroy();
});
