// A peer of netlink(7) that says what the kernel seldom does: a socket of NETLINK_USERSOCK in this process.
import {
  AF_NETLINK,
  NETLINK_USERSOCK,
  SOCK_RAW,
  Socket,
  TimeoutError,
  netlink,
  structs,
} from "../../ts/index.js";
import { throws } from "../suite.js";

/** Two sockets, of which the second answers the first; and what the first has asked last. */
export function peers() {
  const asking = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
  const peer = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
  asking.settimeout(0.3);
  peer.settimeout(5);
  asking.bind([0, 0]);
  peer.bind([0, 0]);
  const mine = asking.getsockname();
  const [pid] = peer.getsockname();
  /** A message to `asking`; by default it is that of its own answer. */
  const say = (
    header: { type: number; flags?: number; seq?: number; pid?: number },
    ...parts: Uint8Array[]
  ) => netlink.pack({ pid: mine[0], ...header }, ...parts);
  return {
    asking,
    peer,
    pid,
    say,
    send: (...messages: Uint8Array[]) => peer.sendto(Buffer.concat(messages), mine),
    /** The sequence number that the next request will have. */
    next(): number {
      throws(() => netlink.request(asking, { type: 100 }, { peer: pid }), TimeoutError);
      return netlink.parse(peer.recv(1000)).items[0]!.seq + 1;
    },
    [Symbol.dispose]() {
      asking.close();
      peer.close();
    },
  };
}

/** A number as netlink has it: 32 bits, in the order of the machine. */
export const int = (n: number) => structs.int.pack(n);
