// ping: echoes to a host and how long they take. icmp-ping [HOST [COUNT]], by default 127.0.0.1 and
// 3; the host may have an IPv6 address. A ping socket (icmp(7)) needs no privileges but a group in
// net.ipv4.ping_group_range, a raw socket needs CAP_NET_RAW.
import {
  AF_INET6,
  AF_UNSPEC,
  ICMP6_ECHO_REPLY,
  ICMP6_ECHO_REQUEST,
  ICMP6_FILTER,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FILTER,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  PermissionError,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_RAW,
  Socket,
  TimeoutError,
  getaddrinfo,
  structs,
} from "berkeley-sockets";

const HOST = process.argv[2] ?? "127.0.0.1";
const COUNT = Math.min(Number(process.argv[3] ?? 3), 100);
const [family, , , , address] = getaddrinfo(HOST, 0, AF_UNSPEC, SOCK_DGRAM)[0]!;
const six = family === AF_INET6;
const [protocol, request, reply] = six
  ? [IPPROTO_ICMPV6, ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY]
  : [IPPROTO_ICMP, ICMP_ECHO, ICMP_ECHOREPLY];

/**
 * A socket for echoes, and whether it is raw: an IPv4 one gives the IP header, too, and other
 * programs' replies.
 */
function open(): [socket: Socket, raw: boolean] {
  try {
    return [new Socket(family, SOCK_DGRAM, protocol), false];
  } catch (error) {
    if (!(error instanceof PermissionError)) throw error;
  }
  const s = new Socket(family, SOCK_RAW, protocol);
  if (six) s.setsockopt(IPPROTO_ICMPV6, ICMP6_FILTER, structs.icmp6_filter.pack([reply]));
  else s.setsockopt(SOL_RAW, ICMP_FILTER, structs.icmp_filter.pack([reply]));
  return [s, true];
}

/** An echo; the kernel makes the checksum of IPv6 and of ping sockets, icmphdr that of IPv4. */
const header = six ? structs.icmp6_hdr : structs.icmphdr;
const echo = (id: number, sequence: number) =>
  header.pack({ type: request, id, sequence, data: new Uint8Array(8) });

const [s, raw] = open();
using _ = s;
const id = process.pid & 0xffff;
console.log(`${raw ? "A raw socket" : "A ping socket"} to ${HOST} (${address[0]})`);
let answered = 0;
for (let sequence = 1; sequence <= COUNT; sequence++) {
  const start = performance.now();
  const end = start + 1000;
  s.sendto(echo(id, sequence), address);
  try {
    for (let left = end - start; left > 0; left = end - performance.now()) {
      s.settimeout(left / 1000);
      const [packet, [from]] = s.recvfrom(2048);
      const bytes = raw && !six ? packet.subarray(4 * (packet[0]! & 15)) : packet;
      const message = header.unpack(bytes);
      if (message.type !== reply || message.sequence !== sequence || (raw && message.id !== id)) continue;
      answered++;
      console.log(
        `${bytes.length} bytes from ${from}: sequence ${sequence}, ${(performance.now() - start).toFixed(3)} ms`,
      );
      break;
    }
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    console.log(`sequence ${sequence}: no answer`);
  }
}
console.log(`${answered} of ${COUNT} answered`);
process.exitCode = answered > 0 ? 0 : 1; // as ping(8)
