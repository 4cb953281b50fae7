// The stream families that streams run over, a row each, and connected pairs of them.
import { noIPv6, noMptcp, noSctp, noTipc, noVsock } from "../have.js";
import { promiseModule } from "../suite.js";

const {
  AF_INET,
  AF_INET6,
  AF_TIPC,
  AF_UNIX,
  AF_VSOCK,
  IPPROTO_MPTCP,
  IPPROTO_SCTP,
  SOCK_STREAM,
  Socket,
  TIPC_ADDR_NAME,
  TIPC_ADDR_NAMESEQ,
  TIPC_NODE_SCOPE,
  VMADDR_CID_LOCAL,
  VMADDR_PORT_ANY,
} = await promiseModule();
type Socket<A = any> = import("../../ts/promises/index.js").Socket<A>;

export interface StreamFamily {
  readonly name: string;
  /** What this kernel lacks for it. */
  readonly skip?: string | undefined;
  /** What `new Socket` takes. */
  readonly kind: readonly [family: any, type: number, proto?: number];
  /** An address that nobody has. */
  free(): any;
  /** The peer sees the end when the socket is closed, not before. */
  readonly noHalfClose?: boolean;
  /** Where a listener is reached. */
  reach(listener: Socket): any;
}

const own = (listener: Socket) => listener.getsockname();
/** TIPC's names are numbers that are chosen. */
let name = 20_000 + (process.pid % 10_000) * 100;

export const streamFamilies: readonly StreamFamily[] = [
  { name: "TCP", kind: [AF_INET, SOCK_STREAM], free: () => ["127.0.0.1", 0], reach: own },
  { name: "TCP over IPv6", kind: [AF_INET6, SOCK_STREAM], skip: noIPv6, free: () => ["::1", 0], reach: own },
  {
    name: "MPTCP",
    kind: [AF_INET, SOCK_STREAM, IPPROTO_MPTCP],
    skip: noMptcp,
    free: () => ["127.0.0.1", 0],
    reach: own,
  },
  {
    name: "SCTP",
    kind: [AF_INET, SOCK_STREAM, IPPROTO_SCTP],
    noHalfClose: true,
    skip: noSctp,
    free: () => ["127.0.0.1", 0],
    reach: own,
  },
  { name: "AF_UNIX", kind: [AF_UNIX, SOCK_STREAM], free: () => "", reach: own },
  {
    name: "AF_VSOCK",
    kind: [AF_VSOCK, SOCK_STREAM],
    skip: noVsock,
    free: () => [VMADDR_CID_LOCAL, VMADDR_PORT_ANY],
    reach: own,
  },
  {
    name: "AF_TIPC",
    kind: [AF_TIPC, SOCK_STREAM],
    noHalfClose: true,
    skip: noTipc,
    free: () => [TIPC_ADDR_NAMESEQ, ++name, 1, 1, TIPC_NODE_SCOPE],
    reach: () => [TIPC_ADDR_NAME, name, 1, 0],
  },
];
export const [TCP] = streamFamilies as [StreamFamily];

export const socketOf = ({ kind: [family, type, proto] }: StreamFamily): Socket =>
  new Socket(family, type, proto);

export async function listener(of = TCP, backlog = 128): Promise<Socket> {
  const server = socketOf(of);
  try {
    await server.bind(of.free());
    server.listen(backlog);
    return server;
  } catch (error) {
    server.close();
    throw error;
  }
}

/** A socket that is connected to a listener, and the server's end. */
export async function pair(of = TCP): Promise<[client: Socket, server: Socket]> {
  using server = await listener(of);
  const client = socketOf(of);
  const [[connection]] = await Promise.all([server.accept(), client.connect(of.reach(server))]);
  return [client, connection];
}
