// What this machine can do, probed once: reasons for tests to skip, undefined where they can run.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isolatedCommand } from "./child.js";
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  AF_TIPC,
  AF_VSOCK,
  AF_XDP,
  NETLINK_ROUTE,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  Socket,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_MPTCP,
  IPPROTO_SCTP,
  IPPROTO_UDPLITE,
  VMADDR_CID_LOCAL,
  VMADDR_PORT_ANY,
} from "../ts/index.js";

function probe(what: () => void): string | undefined {
  try {
    what();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** ::1 can be bound. */
export const noIPv6 = probe(() => {
  using s = new Socket(AF_INET6, SOCK_STREAM);
  s.bind(["::1", 0]);
});
/** /proc tells about this process. */
export const noProc = process.platform === "linux" ? undefined : "no /proc here";
/** Root may open raw sockets. */
export const notRoot = process.getuid?.() === 0 ? undefined : "needs root";
/** IPv4 loopback, without which next to nothing runs. */
export const noIPv4 = probe(() => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  s.bind(["127.0.0.1", 0]);
});
/** A process may have a host name of its own: unshare(1) and the rights it wants. */
export const noHostnameNamespace =
  process.platform !== "linux"
    ? "no UTS namespaces here"
    : spawnSync("unshare", ["--uts", "true"]).status === 0
      ? undefined
      : "unshare --uts: not permitted, or no unshare(1)";
/** A process may have mounts of its own, which this one can look into: unshare(1) and the rights it wants. */
export const noMountNamespace =
  process.platform !== "linux"
    ? "no mount namespaces here"
    : spawnSync("unshare", ["--mount", "true"]).status === 0
      ? undefined
      : "unshare --mount: not permitted, or no unshare(1)";
/** A process may have a network of its own, with its own files in /etc: child.ts. */
export const noNetworkNamespace =
  process.platform !== "linux"
    ? "no network namespaces here"
    : probe(() => {
        const folder = mkdtempSync(join(tmpdir(), "isolated-"));
        try {
          const [command, ...args] = [...isolatedCommand(folder), "true"];
          const { status, error, stderr } = spawnSync(command!, args, { encoding: "utf8" });
          if (status !== 0) throw new Error(`unshare --net --mount: ${error?.message ?? stderr.trim()}`);
        } finally {
          rmSync(folder, { recursive: true });
        }
      });
/** Virtual Bluetooth controllers can be made: lab/controllers.ts. */
export const noControllers = existsSync("/dev/vhci")
  ? undefined
  : "no /dev/vhci: modprobe hci_vhci, or ./build.sh lab";

/** What keeps a socket of these kinds from being opened. */
export const noNetlink = probe(() => {
  using _ = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
});
export const noPacket = probe(() => {
  using _ = new Socket(AF_PACKET, SOCK_RAW, 0);
});
export const noXdp = probe(() => {
  using _ = new Socket(AF_XDP, SOCK_RAW);
});
export const noRaw = probe(() => {
  using _ = new Socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
});
/** The group may ping: net.ipv4.ping_group_range. */
export const noPing = probe(() => {
  using _ = new Socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
});
export const noPing6 =
  noIPv6 ??
  probe(() => {
    using _ = new Socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6);
  });
export const noUdplite = probe(() => {
  using _ = new Socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);
});
export const noMptcp = probe(() => {
  using _ = new Socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
});
export const noSctp = probe(() => {
  using _ = new Socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP);
});
export const noTipc = probe(() => {
  using _ = new Socket(AF_TIPC, SOCK_STREAM);
});
/** VSOCK's loopback: another address than that of a virtual machine's host. */
export const noVsock = probe(() => {
  using s = new Socket(AF_VSOCK, SOCK_STREAM);
  s.bind([VMADDR_CID_LOCAL, VMADDR_PORT_ANY]);
});

/** Bit 0 of net.ipv4.tcp_fastopen lets clients send data in the SYN. */
function opensFast(): boolean {
  try {
    return (Number(readFileSync("/proc/sys/net/ipv4/tcp_fastopen", "latin1")) & 1) === 1;
  } catch {
    return false;
  }
}
export const noFastOpen = opensFast() ? undefined : "net.ipv4.tcp_fastopen lets no client open fast";
