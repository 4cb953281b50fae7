// AF_VSOCK over vsock_loopback: vsock(7), net/vmw_vsock/af_vsock.c.
import { closeSync, openSync } from "node:fs";
import {
  AF_VSOCK,
  IOCTL_VM_SOCKETS_GET_LOCAL_CID,
  MSG_EOR,
  MSG_TRUNC,
  SHUT_WR,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_TYPE,
  SO_VM_SOCKETS_BUFFER_MAX_SIZE,
  SO_VM_SOCKETS_BUFFER_MIN_SIZE,
  SO_VM_SOCKETS_BUFFER_SIZE,
  Socket,
  VMADDR_CID_ANY,
  VMADDR_CID_LOCAL,
  VMADDR_PORT_ANY,
  structs,
  SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW,
} from "../../ts/index.js";
import { bound } from "../../ts/node-module.js";
import { Socket as AsyncSocket } from "../../ts/promises/index.js";
import { ask } from "../python.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";
import { pythonBinds, sameName } from "./same.js";

/** A listener, a client that is connected to it, and the server's end. */
function pair(type: number) {
  using listener = new Socket(AF_VSOCK, type);
  listener.bind([VMADDR_CID_ANY, VMADDR_PORT_ANY]);
  listener.listen(1);
  listener.settimeout(20);
  const client = new Socket(AF_VSOCK, type);
  const [cid, port] = listener.getsockname();
  is(cid, VMADDR_CID_ANY);
  client.settimeout(20);
  client.connect([VMADDR_CID_LOCAL, port]);
  const [server, peer] = listener.accept();
  server.settimeout(20);
  return { client, server, peer, port };
}

test("AF_VSOCK: a stream, both ways, up to its end", () => {
  const { client, server, peer, port } = pair(SOCK_STREAM);
  try {
    equal(peer, [VMADDR_CID_LOCAL, client.getsockname()[1]]);
    equal(client.getpeername(), [VMADDR_CID_LOCAL, port]);
    equal(server.getsockname(), [VMADDR_CID_LOCAL, port]);
    const data = Buffer.alloc(65536, "vsock");
    client.sendall(data);
    const parts: Buffer[] = [];
    for (let n = 0; n < data.length; n += parts.at(-1)!.length) parts.push(server.recv(65536));
    ok(Buffer.concat(parts).equals(data));
    server.sendall("back");
    is(client.recv(100).toString(), "back");
    client.shutdown(SHUT_WR);
    is(server.recv(1).length, 0);
  } finally {
    client.close();
    server.close();
  }
});

test("AF_VSOCK: SEQPACKET keeps messages apart and cuts those that have no room", () => {
  const { client, server } = pair(SOCK_SEQPACKET);
  try {
    for (const text of ["one", "second"]) client.send(text);
    is(server.recv(100).toString(), "one");
    is(server.recv(100).toString(), "second");
    client.sendmsg(["to be ", "cut"], [], MSG_EOR);
    const [data, items, flags] = server.recvmsg(5);
    is(data.toString(), "to be");
    equal(items, []);
    is(flags & MSG_TRUNC, MSG_TRUNC);
    is(flags & MSG_EOR, MSG_EOR);
  } finally {
    client.close();
    server.close();
  }
});

test("AF_VSOCK: buffer sizes are 64 bits, here and in Python", () => {
  using s = new Socket(AF_VSOCK, SOCK_STREAM);
  s.setsockopt(AF_VSOCK, SO_VM_SOCKETS_BUFFER_MAX_SIZE, 2 ** 33);
  s.setsockopt(AF_VSOCK, SO_VM_SOCKETS_BUFFER_MIN_SIZE, 1024);
  s.setsockopt(AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, 2 ** 32 + 5);
  const sizes = [SO_VM_SOCKETS_BUFFER_SIZE, SO_VM_SOCKETS_BUFFER_MIN_SIZE, SO_VM_SOCKETS_BUFFER_MAX_SIZE].map(
    name => s.getsockopt(AF_VSOCK, name),
  );
  equal(sizes, [2 ** 32 + 5, 1024, 2 ** 33]);
  equal(
    ask(
      "s = socket.socket(socket.AF_VSOCK, fileno=3)\nprint([s.getsockopt(socket.AF_VSOCK, i) for i in range(3)])\ns.detach()",
      undefined,
      undefined,
      [s.fileno()],
    ),
    sizes,
  );
  equal(structs.uint64.unpack(s.getsockopt(AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, 8)), 2n ** 32n + 5n);
  s.setsockopt(AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, 1);
  is(s.getsockopt(AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE), 1024, "no less than the least");
  s.setsockopt(AF_VSOCK, SO_VM_SOCKETS_BUFFER_MAX_SIZE, structs.uint64.pack(2n ** 64n - 1n));
  throws(
    () => s.getsockopt(AF_VSOCK, SO_VM_SOCKETS_BUFFER_MAX_SIZE),
    RangeError,
    /^getsockopt: the value is 18446744073709551615, more than a number/,
  );
  throws(
    () => s.setsockopt(AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, -1),
    RangeError,
    "value must be an integer 0..9007199254740991, got -1",
  );
  throws(() => s.setsockopt(AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE, 1.5), RangeError, /^value must be/);
  fails("ENOPROTOOPT", () => s.getsockopt(AF_VSOCK, 99));
  is(s.getsockopt(SOL_SOCKET, SO_TYPE), SOCK_STREAM, "other levels have ints");
  s.setsockopt(AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW, structs.timeval.pack(1.5));
  is(
    structs.timeval.unpack(s.getsockopt(AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW, structs.timeval.size)),
    1.5,
  );
});

test("ioctl: IOCTL_VM_SOCKETS_GET_LOCAL_CID, of the device", () => {
  const fd = openSync("/dev/vsock", "r");
  try {
    const cid = Buffer.alloc(4);
    is(bound.core.host.ioctl(fd, IOCTL_VM_SOCKETS_GET_LOCAL_CID, cid, 0), 0);
    const asked = ask<number>(
      "import fcntl\nwith open('/dev/vsock', 'rb') as f: print(int.from_bytes(fcntl.ioctl(f, socket.IOCTL_VM_SOCKETS_GET_LOCAL_CID, bytes(4)), sys.byteorder))",
    );
    is(cid.readUInt32LE(), asked);
  } finally {
    closeSync(fd);
  }
  using s = new Socket(AF_VSOCK, SOCK_STREAM);
  fails("ENOTTY", () => s.ioctl(IOCTL_VM_SOCKETS_GET_LOCAL_CID, Buffer.alloc(4)));
});

test("AF_VSOCK: wrong addresses", () => {
  using s = new Socket(AF_VSOCK, SOCK_STREAM);
  s.settimeout(20);
  s.bind([VMADDR_CID_LOCAL, VMADDR_PORT_ANY]);
  using t = new Socket(AF_VSOCK, SOCK_STREAM);
  fails("EADDRINUSE", () => t.bind(s.getsockname()));
  fails("EADDRNOTAVAIL", () => t.bind([12345, VMADDR_PORT_ANY]));
  fails("ECONNRESET", () => t.connect([VMADDR_CID_LOCAL, s.getsockname()[1]]));
  throws(() => s.connect(["1", 1] as never), TypeError, 'connect: cid must be a number, got "1"');
});

test("AF_VSOCK: addresses are Python's", () => {
  using s = new Socket(AF_VSOCK, SOCK_STREAM);
  s.bind([VMADDR_CID_ANY, 0x12345678]);
  sameName(s, "AF_VSOCK");
  pythonBinds("AF_VSOCK", [AF_VSOCK, SOCK_STREAM, 0], [VMADDR_CID_LOCAL, 0x87654321]);
});

test("promises: AF_VSOCK, accept and data", async () => {
  using listener = new AsyncSocket(AF_VSOCK, SOCK_STREAM);
  using client = new AsyncSocket(AF_VSOCK, SOCK_STREAM);
  await listener.bind([VMADDR_CID_LOCAL, VMADDR_PORT_ANY]);
  listener.listen();
  const [[server]] = await Promise.all([listener.accept(), client.connect(listener.getsockname())]);
  const received = server.recv(100);
  await client.sendall("async");
  is((await received).toString(), "async");
  server.close();
});
