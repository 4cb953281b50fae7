// ss: the sockets of this network namespace, as ss(8) lists them, by NETLINK_SOCK_DIAG
// (sock_diag(7)). ss [-l] [tcp] [udp] [unix]: all of the three by default; -l: those that listen.
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  INET_DIAG_INFO,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NETLINK_SOCK_DIAG,
  SOCK_DIAG_BY_FAMILY,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  Socket,
  TCP_CLOSE,
  TCP_LISTEN,
  UDIAG_SHOW_NAME,
  UDIAG_SHOW_PEER,
  UDIAG_SHOW_RQLEN,
  netlink,
  structs,
} from "berkeley-sockets";

const STATES = [
  ...["?", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSE"],
  ...["CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING", "NEW-SYN-RECV"],
];
const ALL = 0xfff;
const words = process.argv.slice(2);
const listening = words.includes("-l");
const wanted = words.filter(word => word !== "-l");
const wants = (word: string) => wanted.length === 0 || wanted.includes(word);

using socket = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
socket.settimeout(5);

function line(...columns: unknown[]): void {
  const widths = [5, 12, 7, 7, 30, 30];
  console.log(
    columns
      .map((column, i) => String(column).padEnd(widths[i] ?? 0))
      .join(" ")
      .trimEnd(),
  );
}

/** The sockets of IPv4 and IPv6 that a protocol has. A UDP socket that is not connected is "closed". */
function inet(title: string, protocol: number): void {
  const states = listening ? 1 << (protocol === IPPROTO_TCP ? TCP_LISTEN : TCP_CLOSE) : ALL;
  for (const family of [AF_INET, AF_INET6]) {
    const data = structs.inet_diag_req_v2.pack({ family, protocol, states, ext: 1 << (INET_DIAG_INFO - 1) });
    for (const message of netlink.dump(socket, { type: SOCK_DIAG_BY_FAMILY, data })) {
      const { state, rqueue, wqueue, id, attributes } = netlink.inetDiag.unpack(message.data);
      const host = (address: string) => (family === AF_INET6 ? `[${address}]` : address);
      // Of TCP, microseconds.
      const rtt = attributes.info === undefined ? 0 : structs.tcp_info.unpack(attributes.info).rtt;
      line(
        title,
        STATES[state] ?? state,
        rqueue,
        wqueue,
        `${host(id.src)}:${id.sport}`,
        `${host(id.dst)}:${id.dport || "*"}`,
        rtt > 0 ? `rtt ${rtt / 1000} ms` : "",
      );
    }
  }
}

function unix(): void {
  const data = structs.unix_diag_req.pack({
    family: AF_UNIX,
    states: listening ? 1 << TCP_LISTEN : ALL,
    show: UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN,
  });
  const kinds: Readonly<Record<number, string>> = { [SOCK_STREAM]: "u_str", [SOCK_DGRAM]: "u_dgr" };
  for (const message of netlink.dump(socket, { type: SOCK_DIAG_BY_FAMILY, data })) {
    const { type, state, ino, attributes } = netlink.unixDiag.unpack(message.data);
    const { name = "*", peer = "*", rqlen } = attributes;
    // An abstract name is bytes with a zero before them, which ss(8) shows as @.
    const shown =
      typeof name === "string" ? name : Buffer.from(name).toString("latin1").replaceAll("\0", "@");
    line(
      kinds[type] ?? "u_seq",
      STATES[state] ?? state,
      rqlen?.rqueue ?? 0,
      rqlen?.wqueue ?? 0,
      `${shown} ${ino}`,
      `* ${peer}`,
    );
  }
}

line("Netid", "State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port");
if (wants("tcp")) inet("tcp", IPPROTO_TCP);
if (wants("udp")) inet("udp", IPPROTO_UDP);
if (wants("unix")) unix();
