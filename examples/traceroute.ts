// traceroute: the routers on the way to a host, without root: UDP datagrams whose TTL is too small,
// and what the error queue tells of each (ip(7), IP_RECVERR). traceroute [HOST [HOPS]], by default
// 127.0.0.1 and 30.
import {
  AF_INET6,
  AF_UNSPEC,
  ICMP6_DST_UNREACH,
  ICMP_DEST_UNREACH,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVERR,
  IPV6_UNICAST_HOPS,
  IP_RECVERR,
  IP_TTL,
  MSG_ERRQUEUE,
  OSError,
  POLLERR,
  SOCK_DGRAM,
  Socket,
  ancillary,
  getaddrinfo,
  poll,
} from "berkeley-sockets";

const HOST = process.argv[2] ?? "127.0.0.1";
const HOPS = Math.min(Number(process.argv[3] ?? 30), 255);
/** A port that nobody listens on: the host itself says so, and that is the end of the way. */
const PORT = 33434;
const TRIES = 3;
const SECONDS = 1;

const [family, , , , address] = getaddrinfo(HOST, PORT, AF_UNSPEC, SOCK_DGRAM)[0]!;
const six = family === AF_INET6;
using socket = new Socket(family, SOCK_DGRAM);
socket.setsockopt(six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_RECVERR : IP_RECVERR, 1);

interface Answer {
  /** Who sent the ICMP error. */
  from: string;
  arrived: boolean;
  milliseconds: number;
}

/** Sends one datagram that may pass `ttl` hops; undefined if nobody answers. */
function probe(ttl: number): Answer | undefined {
  if (six) socket.setsockopt(IPPROTO_IPV6, IPV6_UNICAST_HOPS, ttl);
  else socket.setsockopt(IPPROTO_IP, IP_TTL, ttl);
  const start = performance.now();
  try {
    socket.sendto(`hop ${ttl}`, address);
  } catch (error) {
    // An ICMP error for the datagram before: it is in the queue, too.
    if (!(error instanceof OSError)) throw error;
  }
  if (poll([[socket, POLLERR]], SECONDS).length === 0) return undefined;
  const milliseconds = performance.now() - start;
  const [, items] = socket.recvmsg(512, ancillary.space("ipError", "ipv6Error"), MSG_ERRQUEUE);
  for (const item of items) {
    const told = ancillary.decode(item);
    if (told.name !== "ipError" && told.name !== "ipv6Error") continue;
    const { type, offender } = told.value;
    const from = Array.isArray(offender) ? String(offender[0]) : "this host";
    return { from, arrived: type === (six ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH), milliseconds };
  }
  return undefined;
}

console.log(`traceroute to ${HOST} (${address[0]}), ${HOPS} hops at most`);
let arrived = false;
for (let ttl = 1; ttl <= HOPS && !arrived; ttl++) {
  const answers = Array.from({ length: TRIES }, () => probe(ttl));
  const from = [...new Set(answers.flatMap(answer => answer?.from ?? []))].join(", ");
  const times = answers.map(answer => (answer ? `${answer.milliseconds.toFixed(3)} ms` : "*")).join("  ");
  console.log(`${String(ttl).padStart(2)}  ${from}  ${times}`);
  arrived = answers.some(answer => answer?.arrived);
}
process.exitCode = arrived ? 0 : 1;
