// Who talks on an interface: node packet-sniffer.js [interface] [packets] [seconds]. It needs
// CAP_NET_RAW, and ends by itself (packet(7)).
import {
  AF_INET,
  AF_PACKET,
  ETH_P_ALL,
  PACKET_OUTGOING,
  SOCK_DGRAM,
  SOL_PACKET,
  Socket,
  TimeoutError,
  PACKET_STATISTICS,
  inet_ntop,
  structs,
} from "berkeley-sockets";

const [name = "lo", packets = "10", seconds = "5"] = process.argv.slice(2);
const end = performance.now() + Number(seconds) * 1000;

using socket = new Socket(AF_PACKET, SOCK_DGRAM, 0); // cooked: each packet without its link header
socket.bind([name, ETH_P_ALL]);

for (let seen = 0; seen < Number(packets); ) {
  socket.settimeout(Math.max(end - performance.now(), 1) / 1000);
  try {
    const [data, from] = socket.recvfrom(65536);
    if (from === null) continue;
    const [ifname, proto, pkttype] = from;
    // on the loopback interface everything comes by twice
    if (pkttype === PACKET_OUTGOING) continue;
    const isIP = proto === 0x0800 && data.length >= 20;
    const peers = isIP
      ? `${inet_ntop(AF_INET, data.subarray(12, 16))} > ${inet_ntop(AF_INET, data.subarray(16, 20))} protocol ${data[9]}`
      : `protocol 0x${proto.toString(16).padStart(4, "0")}`;
    console.log(`${ifname} ${data.length} bytes ${peers}`);
    seen++;
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    break;
  }
}
const { packets: all, drops } = structs.tpacket_stats.unpack(
  socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, structs.tpacket_stats.size),
);
console.log(`${all} packets seen, ${drops} dropped`);
