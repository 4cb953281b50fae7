// ICMP by raw sockets and by ping sockets, IP headers of one's own: raw(7), icmp(7), ip(7), RFC
// 792, RFC 4443.
import {
  AF_INET,
  AF_INET6,
  ICMP6_ECHO_REPLY,
  ICMP6_ECHO_REQUEST,
  ICMP6_FILTER,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FILTER,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_RAW,
  IPV6_RECVHOPLIMIT,
  IP_HDRINCL,
  IP_RECVTTL,
  IP_TTL,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_RAW,
  Socket,
  ancillary,
  structs,
} from "../../ts/index.js";
import { noIPv6, noPing, noPing6, noRaw } from "../have.js";
import { equal, fails, is, ok, test } from "../suite.js";

const HEADER = 20;
const TRIES = 100;

/** The Internet checksum (RFC 1071). */
function checksum(data: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += 2) sum += (data[i]! << 8) | (data[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An echo request: type, code, checksum, identifier, sequence, data. */
function echo(type: number, id: number, sequence: number, data: string): Buffer {
  const packet = Buffer.concat([Buffer.alloc(8), Buffer.from(data)]);
  packet[0] = type;
  packet.writeUInt16BE(id, 4);
  packet.writeUInt16BE(sequence, 6);
  packet.writeUInt16BE(checksum(packet), 2);
  return packet;
}

function open(family: number, type: number, protocol: number): Socket {
  const s = new Socket(family, type, protocol);
  s.settimeout(5);
  return s;
}

/** The first packet that `wanted` knows: raw sockets get what other programs caused, too. */
function until(s: Socket, wanted: (packet: Buffer) => boolean): Buffer {
  for (let i = 0; i < TRIES; i++) {
    const packet = s.recv(2048);
    if (wanted(packet)) return packet;
  }
  throw new Error(`none of ${TRIES} packets was the one`);
}

const id = process.pid & 0xffff;

test(
  "raw ICMP: an echo and its reply, with its IP header",
  () => {
    using s = open(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    s.setsockopt(SOL_RAW, ICMP_FILTER, structs.icmp_filter.pack([ICMP_ECHOREPLY]));
    equal(structs.icmp_filter.unpack(s.getsockopt(SOL_RAW, ICMP_FILTER, structs.icmp_filter.size)), [
      ICMP_ECHOREPLY,
    ]);
    s.sendto(echo(ICMP_ECHO, id, 7, "are you there?"), ["127.0.0.1", 0]);
    const packet = until(s, p => p.readUInt16BE(HEADER + 4) === id && p.readUInt16BE(HEADER + 6) === 7);
    const reply = packet.subarray(HEADER);
    is(packet[0], 0x45);
    is(packet[9], IPPROTO_ICMP);
    is(reply[0], ICMP_ECHOREPLY, "the filter keeps out the request, which loopback brings back too");
    is(checksum(reply), 0);
    is(reply.subarray(8).toString(), "are you there?");
  },
  { skip: noRaw },
);

test(
  "raw ICMP: without a filter the request comes back as well",
  () => {
    using s = open(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    s.sendto(echo(ICMP_ECHO, id, 8, "x"), ["127.0.0.1", 0]);
    const types = [ICMP_ECHO, ICMP_ECHOREPLY].map(
      type =>
        until(
          s,
          p => p[HEADER] === type && p.readUInt16BE(HEADER + 4) === id && p.readUInt16BE(HEADER + 6) === 8,
        )[HEADER],
    );
    equal(types, [ICMP_ECHO, ICMP_ECHOREPLY]);
    s.setsockopt(SOL_RAW, ICMP_FILTER, structs.icmp_filter.pack([]));
    s.settimeout(0.2);
    s.sendto(echo(ICMP_ECHO, id, 9, "x"), ["127.0.0.1", 0]);
    let caught: unknown;
    try {
      until(s, p => p.readUInt16BE(HEADER + 6) === 9);
    } catch (error) {
      caught = error;
    }
    is((caught as { code?: string }).code, "ETIMEDOUT", "nothing passes");
  },
  { skip: noRaw },
);

test(
  "raw ICMPv6: the kernel makes the checksum, the filter lets replies in",
  () => {
    using s = open(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
    s.setsockopt(IPPROTO_ICMPV6, ICMP6_FILTER, structs.icmp6_filter.pack([ICMP6_ECHO_REPLY]));
    equal(
      structs.icmp6_filter.unpack(s.getsockopt(IPPROTO_ICMPV6, ICMP6_FILTER, structs.icmp6_filter.size)),
      [ICMP6_ECHO_REPLY],
    );
    s.setsockopt(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
    const request = echo(ICMP6_ECHO_REQUEST, id, 7, "six");
    s.sendto(request, ["::1", 0]);
    const reply = until(s, p => p.readUInt16BE(4) === id);
    is(reply[0], ICMP6_ECHO_REPLY);
    is(reply.subarray(8).toString(), "six");
    s.sendto(request, ["::1", 0]);
    const [, items, , from] = s.recvmsg(100, 256);
    equal(from, ["::1", 0, 0, 0]);
    equal(
      items.map(item => ancillary.decode(item)),
      [{ name: "hoplimit", value: 64 }],
    );
  },
  { skip: noRaw ?? noIPv6 },
);

for (const [name, family, protocol, host, request, reply, skip] of [
  ["ping socket", AF_INET, IPPROTO_ICMP, "127.0.0.1", ICMP_ECHO, ICMP_ECHOREPLY, noPing],
  ["IPv6 ping socket", AF_INET6, IPPROTO_ICMPV6, "::1", ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY, noPing6],
] as const) {
  test(
    `${name}: an echo without privileges; the port is the identifier`,
    () => {
      using s = open(family, SOCK_DGRAM, protocol);
      if (family === AF_INET) {
        s.setsockopt(IPPROTO_IP, IP_RECVTTL, 1);
        s.setsockopt(IPPROTO_IP, IP_TTL, 33);
      } else s.setsockopt(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
      s.bind([host, 0]);
      const [, port] = s.getsockname();
      ok(port > 0);
      s.sendto(echo(request, 0, 3, "ping"), [host, 0]);
      const [data, items, , from] = s.recvmsg(100, 256);
      is(data[0], reply);
      equal([data.readUInt16BE(4), data.readUInt16BE(6), data.subarray(8).toString()], [port, 3, "ping"]);
      is(from[0], host);
      equal(
        items.map(item => ancillary.decode(item)),
        [family === AF_INET ? { name: "ttl", value: 64 } : { name: "hoplimit", value: 64 }],
      );
      fails("EINVAL", () => s.sendto(echo(reply, 0, 3, "no request"), [host, 0]));
    },
    { skip },
  );
}

test(
  "IP_HDRINCL: a UDP datagram with an IP header of one's own",
  () => {
    using receiver = open(AF_INET, SOCK_DGRAM, 0);
    using raw = open(AF_INET, SOCK_RAW, IPPROTO_RAW);
    is(raw.getsockopt(IPPROTO_IP, IP_HDRINCL), 1, "IPPROTO_RAW implies it");
    receiver.bind(["127.0.0.1", 0]);
    receiver.setsockopt(IPPROTO_IP, IP_RECVTTL, 1);
    const text = Buffer.from("by hand");
    const packet = Buffer.alloc(HEADER + 8 + text.length);
    const UDP = 17;
    const TTL = 77;
    const PORT = 4242;
    packet[0] = 0x45;
    packet[8] = TTL;
    packet[9] = UDP;
    packet.set([127, 0, 0, 3], 12);
    packet.set([127, 0, 0, 1], 16);
    packet.writeUInt16BE(PORT, HEADER);
    packet.writeUInt16BE(receiver.getsockname()[1], HEADER + 2);
    packet.writeUInt16BE(8 + text.length, HEADER + 4);
    packet.set(text, HEADER + 8);
    raw.sendto(packet, ["127.0.0.1", 0]);
    const [data, items, , from] = receiver.recvmsg(100, 256);
    is(data.toString(), "by hand");
    equal(from, ["127.0.0.3", PORT]);
    equal(
      items.map(item => ancillary.decode(item)),
      [{ name: "ttl", value: TTL }],
    );
    using plain = open(AF_INET, SOCK_RAW, UDP);
    is(plain.getsockopt(IPPROTO_IP, IP_HDRINCL), 0);
    plain.setsockopt(IPPROTO_IP, IP_HDRINCL, 1);
    is(plain.getsockopt(IPPROTO_IP, IP_HDRINCL), 1);
    fails("EINVAL", () => raw.sendto(packet.subarray(0, 10), ["127.0.0.1", 0]));
  },
  { skip: noRaw },
);
