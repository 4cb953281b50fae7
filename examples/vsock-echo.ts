// An echo over AF_VSOCK, between a virtual machine and its host: one client, everything it sends
// comes back. vsock-echo serve [PORT]: the server; vsock-echo CID PORT: the client; vsock-echo:
// both, over loopback (modprobe vsock_loopback).
import {
  AF_VSOCK,
  IOCTL_VM_SOCKETS_GET_LOCAL_CID,
  SOCK_STREAM,
  Socket,
  VMADDR_CID_ANY,
  VMADDR_CID_LOCAL,
  VMADDR_PORT_ANY,
} from "berkeley-sockets";
import { Socket as AsyncSocket } from "berkeley-sockets/promises";
import type { VsockAddress } from "berkeley-sockets";
import { closeSync, openSync } from "node:fs";

/**
 * This machine's context id, which the device knows: a descriptor of it goes by as a socket for the
 * one ioctl.
 */
function localCid(): number {
  const device = openSync("/dev/vsock", "r");
  const s = new Socket(AF_VSOCK, SOCK_STREAM, 0, device);
  const cid = new Uint32Array(1);
  try {
    s.ioctl(IOCTL_VM_SOCKETS_GET_LOCAL_CID, cid);
  } finally {
    s.detach();
    closeSync(device);
  }
  return cid[0]!;
}

async function serve(address: VsockAddress, listening?: (address: VsockAddress) => void): Promise<void> {
  using s = new AsyncSocket(AF_VSOCK, SOCK_STREAM);
  await s.bind(address);
  s.listen(1);
  console.log("Listening on", JSON.stringify(s.getsockname()));
  listening?.(s.getsockname());
  const [connection, peer] = await s.accept();
  using _ = connection;
  console.log("Connected by", JSON.stringify(peer));
  for (;;) {
    const data = await connection.recv(1024);
    if (data.length === 0) break;
    await connection.sendall(data);
  }
}

async function ask(address: VsockAddress): Promise<void> {
  using s = new AsyncSocket(AF_VSOCK, SOCK_STREAM);
  s.settimeout(10);
  await s.connect(address);
  await s.sendall("Hello, world");
  const data = await s.recv(1024);
  console.log("Received", JSON.stringify(data.toString()));
}

const [first, second] = process.argv.slice(2);
if (first === "serve") {
  console.log("This machine is", localCid());
  await serve([VMADDR_CID_ANY, second === undefined ? VMADDR_PORT_ANY : Number(second)]);
} else if (first !== undefined) {
  await ask([Number(first), Number(second)]);
} else {
  console.log("This machine is", localCid());
  await new Promise<void>((done, failed) => {
    serve([VMADDR_CID_LOCAL, VMADDR_PORT_ANY], address => {
      ask(address).catch(failed);
    }).then(done, failed);
  });
}
