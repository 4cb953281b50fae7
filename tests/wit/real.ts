// Sockets of this system through the interface `sockets`, with this package's own sockets at the other
// end: the cases of both doors, our glue and jco.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Policy, RuleText } from "../../shim/policy/index.js";
import type { Address, Socket, Sockets } from "../../shim/jco/values.js";
import * as S from "../../ts/index.js";
import { noIPv6, noNetlink } from "../have.js";
import { equal, is, ok } from "../suite.js";
import type { Door } from "./echo.js";

/** A door for a guest with this policy; what it opens is closed by dispose(). */
export type OpenDoor = (policy: Policy | readonly RuleText[] | null) => Door & { dispose(): void };
export interface RealCase {
  readonly name: string;
  readonly skip?: string | undefined;
  readonly body: (open: OpenDoor) => void;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const inet = (port: number, host = "127.0.0.1"): Address => ({ tag: "inet", val: { host, port } });
const portOf = (address: Address): number => (address as { val: { port: number } }).val.port;
const NONE: Address = { tag: "unspecified" };
const { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, AF_INET, AF_INET6, AF_UNIX, AF_NETLINK } = S;

/** The payload of the error that a call throws. */
export function payload(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return (error as { payload?: unknown }).payload ?? error;
  }
  return "no error";
}

function udp({ Socket }: Sockets): [Socket, Address] {
  const s = Socket.open(AF_INET, SOCK_DGRAM, 0);
  s.bind(inet(0));
  return [s, s.getsockname()];
}

export const realCases: readonly RealCase[] = [
  {
    name: "TCP: connect, send, recv, names, the end of the stream",
    body(open) {
      const door = open(["tcp-connect:127.0.0.1:*"]);
      using server = S.createServer(["127.0.0.1", 0]);
      const [, port] = server.getsockname();
      const s = door.sockets.Socket.open(AF_INET, SOCK_STREAM, 0);
      s.connect(inet(port));
      const [connection, address] = server.accept();
      using _ = connection;
      equal(s.getsockname(), inet(address[1]));
      equal(s.getpeername(), inet(port));
      is(s.send(bytes("to the server"), 0), 13);
      is(connection.recv(100).toString(), "to the server");
      connection.sendall("to the guest");
      is(text(s.recv(100, 0)), "to the guest");
      s.shutdown(1);
      is(connection.recv(1).length, 0);
      connection.close();
      is(s.recv(100, 0).length, 0);
      door.dispose();
    },
  },
  {
    name: "TCP: a server: listen, accept, and what it accepted works",
    body(open) {
      const door = open(["tcp-listen:127.0.0.1:*"]);
      const listener = door.sockets.Socket.open(AF_INET, SOCK_STREAM, 0);
      listener.bind(inet(0));
      listener.listen(5);
      using client = S.createConnection(["127.0.0.1", portOf(listener.getsockname())]);
      const [connection, peer] = listener.accept();
      equal(peer, inet(client.getsockname()[1]));
      client.sendall("echo");
      connection.send(connection.recv(9, 0), 0);
      is(client.recv(9).toString(), "echo");
      connection.close();
      is(client.recv(9).length, 0);
      door.dispose();
    },
  },
  {
    name: "UDP: sendto, recvfrom, sendMany, receiveMany, an ancillary TTL",
    body(open) {
      const door = open(["udp-bind:127.0.0.1:*", "udp-connect:127.0.0.1:*"]);
      const [a, where] = udp(door.sockets);
      const [b, from] = udp(door.sockets);
      const numbers = door.sockets.constants(["IPPROTO_IP", "IP_RECVTTL", "IP_TTL"]).map(Number);
      const [IP, RECVTTL, TTL] = numbers as [number, number, number];
      is(b.sendto(bytes("one"), 0, where), 3);
      equal(a.recvfrom(100, 0), [bytes("one"), from]);
      const send = (data: string) => ({ data: bytes(data), control: [], msgFlags: 0, address: where });
      is(b.sendMany([send("a"), send("bb"), send("")], 0), 3);
      equal(
        a.receiveMany(10, 100, 0, 0).map(({ data, address }) => [text(data), address]),
        [
          ["a", from],
          ["bb", from],
          ["", from],
        ],
      );
      a.setsockopt(IP, RECVTTL, new Uint8Array(Int32Array.of(1).buffer));
      const ttl = { level: IP, kind: TTL, data: new Uint8Array(Int32Array.of(77).buffer) };
      is(b.sendmsg(bytes("x"), [ttl], [], 0, where), 1);
      const message = a.recvmsg(100, 100, 0);
      equal(message.control, [ttl]);
      equal(message.address, from);
      b.sendto(new Uint8Array(100), 0, where);
      const cut = a.recvmsg(10, 0, 0);
      is(cut.data.length, 10);
      ok((cut.msgFlags & S.MSG_TRUNC) !== 0);
      door.dispose();
    },
  },
  {
    name: "UNIX: seqpacket keeps boundaries, and a socket goes with a message",
    body(open) {
      const door = open(["unix-pair", "rights", "udp-bind:127.0.0.1:*", "udp-connect:127.0.0.1:*"]);
      const { Socket } = door.sockets;
      const [a, b] = Socket.pair(AF_UNIX, SOCK_SEQPACKET, 0);
      a.send(bytes("one"), 0);
      a.send(bytes("second"), 0);
      is(text(b.recv(100, 0)), "one");
      is(text(b.recv(100, 0)), "second");
      const [passed, where] = udp(door.sockets);
      a.sendmsg(bytes("take"), [], [passed, a], 0, NONE);
      passed.close();
      const message = b.recvmsg(100, 100, 0);
      is(text(message.data), "take");
      equal(message.control, []);
      is(message.rights.length, 2);
      const [got, alsoA] = message.rights;
      equal(got!.getsockname(), where);
      const [sender] = udp(door.sockets);
      sender.sendto(bytes("hello"), 0, where);
      is(text(got!.recv(9, 0)), "hello");
      alsoA!.send(bytes("from the copy"), 0);
      is(text(b.recv(99, 0)), "from the copy");
      a.sendmsg(bytes("cut"), [], [sender], 0, NONE);
      equal(b.recvmsg(100, 0, 0).rights, []);
      const rights = { level: 1, kind: 1, data: new Uint8Array(4) };
      is(
        payload(() => a.sendmsg(bytes("x"), [rights], [], 0, NONE)),
        "einval",
      );
      door.dispose();
    },
  },
  {
    name: "UNIX: a path, and an abstract name",
    body(open) {
      const folder = mkdtempSync(join(tmpdir(), "wit-"));
      try {
        const path = bytes(join(folder, "s"));
        const door = open([`unix:${folder}/*`, `abstract:wit-${process.pid}`]);
        for (const name of [path, bytes(`\0wit-${process.pid}`)]) {
          const address: Address = { tag: "unix", val: name };
          const server = door.sockets.Socket.open(AF_UNIX, SOCK_STREAM, 0);
          server.bind(address);
          server.listen(1);
          const client = door.sockets.Socket.open(AF_UNIX, SOCK_STREAM, 0);
          client.connect(address);
          const [connection] = server.accept();
          equal(client.getpeername(), address);
          equal(client.getsockname(), { tag: "unix", val: new Uint8Array(0) });
          client.send(bytes("x"), 0);
          is(text(connection.recv(9, 0)), "x");
        }
        door.dispose();
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  },
  {
    name: "netlink: the names of the links",
    skip: noNetlink,
    body(open) {
      const door = open(["netlink:route"]);
      const s = door.sockets.Socket.open(AF_NETLINK, S.SOCK_RAW, S.NETLINK_ROUTE);
      s.bind({ tag: "netlink", val: { portId: 0, groups: 0 } });
      const { tag, val } = s.getsockname() as { tag: string; val: { portId: number } };
      is(tag, "netlink");
      ok(val.portId > 0);
      const { RTM_GETLINK, NLM_F_REQUEST, NLM_F_DUMP, RTM_NEWLINK, NLMSG_DONE } = S;
      const request = new DataView(new ArrayBuffer(32));
      request.setUint32(0, 32, true);
      request.setUint16(4, RTM_GETLINK, true);
      request.setUint16(6, NLM_F_REQUEST | NLM_F_DUMP, true);
      request.setUint32(8, 7, true);
      s.sendto(new Uint8Array(request.buffer), 0, { tag: "netlink", val: { portId: 0, groups: 0 } });
      const types: number[] = [];
      for (let done = false; !done && types.length < 1000; ) {
        const [answer, from] = s.recvfrom(65536, 0);
        equal(from, { tag: "netlink", val: { portId: 0, groups: 0 } });
        const view = new DataView(answer.buffer, answer.byteOffset, answer.length);
        for (let at = 0; at + 16 <= answer.length; at += (view.getUint32(at, true) + 3) & -4) {
          types.push(view.getUint16(at + 4, true));
          is(view.getUint32(at + 8, true), 7);
        }
        done = types.includes(NLMSG_DONE);
      }
      is(types.at(-1), NLMSG_DONE);
      ok(types.slice(0, -1).every(type => type === RTM_NEWLINK) && types.length > 1);
      door.dispose();
    },
  },
  {
    name: "IPv6: an address with all its fields",
    skip: noIPv6,
    body(open) {
      const door = open(["udp-bind:[::1]:*", "udp-connect:[::1]:*"]);
      const s = door.sockets.Socket.open(AF_INET6, SOCK_DGRAM, 0);
      s.bind({ tag: "inet6", val: { host: "::1", port: 0, flowInfo: 0, scopeId: 0 } });
      const own = s.getsockname();
      is((own as { val: { host: string } }).val.host, "::1");
      s.connect(own);
      s.send(bytes("six"), 0);
      equal(s.recvfrom(9, 0), [bytes("six"), own]);
      door.dispose();
    },
  },
  {
    name: "modes, options, poll, duplicate, ioctl",
    body(open) {
      const door = open(["udp-bind:127.0.0.1:*", "udp-connect:127.0.0.1:*"]);
      const [s, where] = udp(door.sockets);
      const { poll, constants } = door.sockets;
      const names = ["SOL_SOCKET", "SO_REUSEADDR", "FIONREAD", "POLLIN", "POLLOUT"];
      const [SOL, REUSE, FIONREAD, POLLIN, POLLOUT] = constants(names).map(Number) as [
        number,
        number,
        number,
        number,
        number,
      ];
      is(s.isNonblocking(), false);
      s.setNonblocking(true);
      is(s.isNonblocking(), true);
      is(
        payload(() => s.recv(9, 0)),
        "eagain",
      );
      equal([...poll([[s, POLLIN | POLLOUT]], 0)], [POLLOUT]);
      equal([...poll([[s, POLLIN]], 20)], [0]);
      equal([...poll([], 1)], []);
      s.setsockopt(SOL, REUSE, new Uint8Array(Int32Array.of(1).buffer));
      is(new Int32Array(s.getsockopt(SOL, REUSE, 4).slice().buffer)[0], 1);
      is(
        payload(() => s.setsockopt(9999, 1, new Uint8Array(4))),
        "eacces",
      );
      const copy = s.duplicate();
      copy.sendto(bytes("12345"), 0, where);
      equal([...poll([[s, POLLIN]], -1)], [POLLIN]);
      equal(s.ioctl(FIONREAD, new Uint8Array(4)), Uint8Array.of(5, 0, 0, 0));
      is(
        payload(() => s.ioctl(FIONREAD, new Uint8Array(5))),
        "eacces",
      );
      s.close();
      is(text(copy.recv(9, 0)), "12345");
      door.dispose();
    },
  },
  {
    name: "errors have names; a closed socket's calls are ebadf; no policy grants, no call",
    body(open) {
      const door = open(["tcp-connect:127.0.0.1:1", "udp-bind:127.0.0.1:*"]);
      const { Socket, poll } = door.sockets;
      const s = Socket.open(AF_INET, SOCK_STREAM, 0);
      is(
        payload(() => s.connect(inet(1))),
        "econnrefused",
      );
      is(
        payload(() => s.connect(inet(2))),
        "eacces",
      );
      is(
        payload(() => s.connect(inet(1, "10.0.0.1"))),
        "eacces",
      );
      is(
        payload(() => s.bind(inet(0))),
        "eacces",
      );
      is(
        payload(() => s.getpeername()),
        "enotconn",
      );
      is(
        payload(() => Socket.open(250, SOCK_STREAM, 0)),
        "eacces",
      );
      is(
        payload(() => Socket.open(AF_UNIX, SOCK_STREAM, 0)),
        "eacces",
      );
      is(
        payload(() => s.recv(0xffffffff, 0)),
        "enotconn",
      );
      const [u, where] = udp(door.sockets);
      const [again] = udp(door.sockets);
      is(
        payload(() => again.bind(where)),
        "einval",
      );
      is(
        payload(() => u.sendto(bytes("x"), 0, where)),
        "eacces",
      );
      s.close();
      const closed: (() => unknown)[] = [
        () => s.bind(inet(1)),
        () => s.connect(inet(1)),
        () => s.listen(1),
        () => s.accept(),
        () => s.recv(1, 0),
        () => s.send(bytes("x"), 0),
        () => s.recvfrom(1, 0),
        () => s.sendto(bytes("x"), 0, inet(1)),
        () => s.recvmsg(1, 1, 0),
        () => s.sendmsg(bytes("x"), [], [], 0, NONE),
        () => s.getsockname(),
        () => s.getsockopt(1, 1, 1),
        () => s.duplicate(),
        () => s.isNonblocking(),
        () => poll([[s, 1]], 0),
        () => s.close(),
      ];
      for (const call of closed) is(payload(call), "ebadf");
      door.dispose();
      is(payload(() => u.getsockname()) === "no error", false);
    },
  },
  {
    name: "without a policy: every address, and still no option or ioctl that is not in the table",
    body(open) {
      const door = open(null);
      const [s, where] = udp(door.sockets);
      s.connect(where);
      s.send(bytes("free"), 0);
      is(text(s.recv(9, 0)), "free");
      is(
        payload(() => s.setsockopt(1, S.SO_ATTACH_FILTER, new Uint8Array(16))),
        "eacces",
      );
      is(
        payload(() => s.ioctl(0x8912, new Uint8Array(16))),
        "eacces",
      );
      // The socket has a peer: AF_UNSPEC undoes that.
      s.connect(NONE);
      is(
        payload(() => s.getpeername()),
        "enotconn",
      );
      door.dispose();
    },
  },
];
