// The lab's kernel has what the family tests need: every family opens, every module is there, the
// interfaces are up. Numbers: linux/include/linux/socket.h, net.h, uapi/linux/in.h, can.h,
// uapi/linux/netlink.h, net/bluetooth/bluetooth.h.
import { readFileSync } from "node:fs";
import { Socket } from "../../ts/index.js";
import { is, ok, test } from "../suite.js";
import { controllers } from "./controllers.js";

const STREAM = 1;
const DGRAM = 2;
const RAW = 3;
const RDM = 4;
const SEQPACKET = 5;
const DCCP = 6;
const families: readonly [name: string, family: number, type: number, protocol: number][] = [
  ["UNIX stream", 1, STREAM, 0],
  ["UNIX dgram", 1, DGRAM, 0],
  ["UNIX seqpacket", 1, SEQPACKET, 0],
  ["INET tcp", 2, STREAM, 0],
  ["INET udp", 2, DGRAM, 0],
  ["INET raw icmp", 2, RAW, 1],
  ["INET ping", 2, DGRAM, 1],
  ["INET udplite", 2, DGRAM, 136],
  ["INET sctp", 2, STREAM, 132],
  ["INET sctp one-to-many", 2, SEQPACKET, 132],
  ["INET dccp", 2, DCCP, 33],
  ["INET mptcp", 2, STREAM, 262],
  ["INET6 tcp", 10, STREAM, 0],
  ["INET6 udp", 10, DGRAM, 0],
  ["INET6 raw icmp", 10, RAW, 58],
  ["INET6 ping", 10, DGRAM, 58],
  ["INET6 udplite", 10, DGRAM, 136],
  ["INET6 sctp", 10, STREAM, 132],
  ["INET6 dccp", 10, DCCP, 33],
  ["INET6 mptcp", 10, STREAM, 262],
  ["KEY", 15, RAW, 2],
  ["NETLINK route", 16, RAW, 0],
  ["NETLINK usersock", 16, RAW, 2],
  ["NETLINK sock_diag", 16, RAW, 4],
  ["NETLINK xfrm", 16, RAW, 6],
  ["NETLINK netfilter", 16, RAW, 12],
  ["NETLINK uevent", 16, RAW, 15],
  ["NETLINK generic", 16, RAW, 16],
  ["NETLINK crypto", 16, RAW, 21],
  ["PACKET raw", 17, RAW, 0],
  ["PACKET dgram", 17, DGRAM, 0],
  ["RDS", 21, SEQPACKET, 0],
  ["CAN raw", 29, RAW, 1],
  ["CAN bcm", 29, DGRAM, 2],
  ["CAN isotp", 29, DGRAM, 6],
  ["CAN j1939", 29, DGRAM, 7],
  ["TIPC stream", 30, STREAM, 0],
  ["TIPC dgram", 30, DGRAM, 0],
  ["TIPC rdm", 30, RDM, 0],
  ["TIPC seqpacket", 30, SEQPACKET, 0],
  ["BLUETOOTH l2cap", 31, SEQPACKET, 0],
  ["BLUETOOTH hci", 31, RAW, 1],
  ["BLUETOOTH sco", 31, SEQPACKET, 2],
  ["BLUETOOTH rfcomm", 31, STREAM, 3],
  ["ALG", 38, SEQPACKET, 0],
  ["VSOCK stream", 40, STREAM, 0],
  ["VSOCK seqpacket", 40, SEQPACKET, 0],
  ["QIPCRTR", 42, DGRAM, 0],
  ["SMC", 43, STREAM, 0],
  ["SMC over IPv6", 43, STREAM, 1],
  ["XDP", 44, RAW, 0],
];

for (const [name, family, type, protocol] of families) {
  test(`socket: ${name} opens`, () => {
    using s = new Socket(family, type, protocol);
    is(s.family, family);
    is(s.type, type);
    is(s.proto, protocol);
  });
}

test("modules.txt: what it loads is loaded", () => {
  const list = readFileSync(new URL("../../../tests/lab/modules.txt", import.meta.url), "utf8");
  const names = [...list.matchAll(/^load (.*)$/gm)].flatMap(line => line[1]!.trim().split(/\s+/));
  const loaded = readFileSync("/proc/modules", "utf8")
    .split("\n")
    .map(line => line.split(" ")[0]);
  ok(names.length > 20);
  is(names.filter(name => !loaded.includes(name.replaceAll("-", "_"))).join(), "");
});

const IFF_UP = 1;
for (const [name, mtu] of [
  ["lo", 65536],
  ["vcan0", 72],
  ["vcan1", 72],
  ["veth0", 1500],
  ["veth1", 1500],
  ["dummy0", 1500],
] as const) {
  test(`init.sh: ${name} is up`, () => {
    const folder = `/sys/class/net/${name}`;
    is(Number(readFileSync(`${folder}/mtu`, "utf8")), mtu);
    is(Number(readFileSync(`${folder}/flags`, "utf8")) & IFF_UP, IFF_UP);
  });
}

const HCIGETDEVINFO = 0x800448d3;
const HCI_DEV_INFO = { size: 92, address: 10, flags: 16 };
const HCI_UP = 1;

test("controllers: two are up, under the addresses they told", async () => {
  await using pair = await controllers();
  for (const { id, address } of [pair.first, pair.second]) {
    using s = new Socket(31, RAW, 1);
    const info = Buffer.alloc(HCI_DEV_INFO.size);
    info.writeUInt16LE(id);
    s.ioctl(HCIGETDEVINFO, info);
    is(info.readUInt32LE(HCI_DEV_INFO.flags) & HCI_UP, HCI_UP);
    is(
      info
        .subarray(HCI_DEV_INFO.address, HCI_DEV_INFO.address + 6)
        .reverse()
        .toString("hex")
        .toUpperCase(),
      address.replaceAll(":", ""),
    );
  }
});
