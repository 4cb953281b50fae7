// dhcp-listen: who asks for an address on the local network (RFC 2131): DHCP clients broadcast from
// 0.0.0.0 port 68 to port 67, and this listens there, answering nothing. Port 67 needs root.
// dhcp-listen [INTERFACE [COUNT]]: on one interface; ends after so many messages.
import {
  AF_INET,
  IPPROTO_IP,
  IP_PKTINFO,
  SOCK_DGRAM,
  SOL_SOCKET,
  SO_BINDTODEVICE,
  SO_REUSEADDR,
  Socket,
  ancillary,
  if_indextoname,
  inet_ntop,
} from "berkeley-sockets/promises";

const INTERFACE = process.argv[2];
const COUNT = Number(process.argv[3] ?? Infinity);
const SERVER_PORT = 67;

/** Where things are in a message (RFC 2131 2): the options follow a magic cookie. */
const YOUR_ADDRESS = 16;
const HARDWARE_ADDRESS = 28;
const COOKIE = 236;
const OPTIONS = COOKIE + 4;
const MAGIC = 0x63825363;
const KINDS = ["", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM"];
const OPTION = { pad: 0, hostName: 12, requestedAddress: 50, messageType: 53, end: 255 };

/** The options by number (RFC 2132): each a number, a length and so many bytes. */
function optionsOf(message: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = OPTIONS; at < message.length && message[at] !== OPTION.end; ) {
    if (message[at] === OPTION.pad) {
      at++;
      continue;
    }
    const length = message[at + 1] ?? 0;
    options.set(message[at]!, message.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}

/** What a message says in a line, undefined for what is none of DHCP. */
function told(message: Buffer): string | undefined {
  if (message.length < OPTIONS || message.readUInt32BE(COOKIE) !== MAGIC) return undefined;
  const options = optionsOf(message);
  const kind = KINDS[options.get(OPTION.messageType)?.[0] ?? 0] || "BOOTP";
  // The address's length is the third byte; it is an Ethernet's but for rare hardware.
  const length = Math.min(message[2]!, 16);
  const hardware = message
    .subarray(HARDWARE_ADDRESS, HARDWARE_ADDRESS + length)
    .toString("hex")
    .replace(/..(?=.)/g, "$&:");
  const name = options.get(OPTION.hostName);
  const requested = options.get(OPTION.requestedAddress);
  const yours = message.subarray(YOUR_ADDRESS, YOUR_ADDRESS + 4);
  return [
    `${kind} of ${hardware}`,
    name === undefined ? "" : `"${name.toString("latin1")}"`,
    requested?.length === 4 ? `wants ${inet_ntop(AF_INET, requested)}` : "",
    yours.every(byte => byte === 0) ? "" : `gets ${inet_ntop(AF_INET, yours)}`,
  ]
    .filter(text => text !== "")
    .join(" ");
}

await using socket = new Socket(AF_INET, SOCK_DGRAM);
// A DHCP server of this machine may have the port, too.
socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
if (INTERFACE !== undefined) socket.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(INTERFACE));
socket.setsockopt(IPPROTO_IP, IP_PKTINFO, 1);
await socket.bind(["", SERVER_PORT]);
console.log(`Listening on ${JSON.stringify(socket.getsockname())}`);

for (let count = 0; count < COUNT; ) {
  const [data, items, , address] = await socket.recvmsg(1500, ancillary.space("pktinfo"));
  const text = told(data);
  if (text === undefined) continue;
  count++;
  const info = items.map(item => ancillary.decode(item)).find(({ name }) => name === "pktinfo");
  const from = info?.name === "pktinfo" ? if_indextoname(info.value.ifindex!) : "?";
  console.log(`${from} ${address?.[0]}: ${text}`);
}
