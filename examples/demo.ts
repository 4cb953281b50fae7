// ./build.sh demo: runs the examples for real, servers and clients as processes of their own, and
// prints what each did.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  AF_CAN,
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  AF_VSOCK,
  CAN_RAW,
  IPPROTO_ICMP,
  OSError,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  Socket,
  VMADDR_CID_LOCAL,
  VMADDR_PORT_ANY,
  hasDualstackIPv6,
} from "berkeley-sockets";

/**
 * Every step's limit: its processes are ended then, and it has failed. Slow machines say how slow
 * they are, as for the tests.
 */
const SECONDS = 20 * Number(process.env.TEST_SLOW ?? 1);

interface Client {
  args: (where: any) => string[];
  /** What the client must print. */
  says: RegExp;
}
interface Step {
  title: string;
  server?: [example: string, ...args: string[]];
  client: string;
  clients: Client[];
  /** Why it can't run here. */
  lacks?: string | undefined;
}

/**
 * Runs an example; its lines are printed as they come, and `line` is told of each. Gives what went
 * wrong, "" if nothing did.
 */
function run(
  example: string,
  args: string[],
  signal: AbortSignal,
  line: (text: string) => void,
): Promise<string> {
  return new Promise(resolve => {
    const path = fileURLToPath(new URL(`${example}.js`, import.meta.url));
    const child = spawn(process.execPath, [path, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      killSignal: "SIGKILL",
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", text => {
        console.log(`   ${example.padEnd(21)} ${text}`);
        line(text);
      });
    }
    child.on("error", error => {
      if (error.name !== "AbortError") resolve(error.message);
    });
    child.on("close", (code, killed) => {
      if (code === 0) resolve("");
      else if (killed && signal.aborted) resolve(String(signal.reason));
      else resolve(`ended with ${killed ?? `status ${code}`}`);
    });
  });
}

/**
 * Starts the server, waits for the address that it prints, runs the clients one after another.
 * Gives what went wrong.
 */
async function perform({ server, client, clients }: Step): Promise<string[]> {
  const stop = new AbortController();
  const { signal } = stop;
  const troubles: string[] = [];
  const timer = setTimeout(() => stop.abort(`took longer than ${SECONDS} s`), SECONDS * 1000);
  const note = (example: string, trouble: string) => {
    if (trouble) troubles.push(`${example} ${trouble}`);
  };
  let where: unknown;
  let served: Promise<void> | undefined;
  if (server) {
    const [example, ...args] = server;
    await new Promise<void>(listening => {
      served = run(example, args, signal, text => {
        const [, address] = /^Listening on (.*)/.exec(text) ?? [];
        if (address) {
          where = JSON.parse(address);
          listening();
        }
      }).then(trouble => {
        note(example, trouble);
        listening();
      });
    });
  }
  if (!server || where !== undefined)
    for (const { args, says } of clients) {
      let said = "";
      note(
        client,
        await run(client, args(where), signal, text => {
          said += `${text}\n`;
        }),
      );
      if (!says.test(said)) note(client, `did not print ${says}`);
    }
  // A server whose client failed would wait for ever.
  if (troubles.length) stop.abort("was waiting still");
  await served;
  clearTimeout(timer);
  return troubles;
}

function reason(what: () => void): string | undefined {
  try {
    what();
    return undefined;
  } catch (error) {
    if (error instanceof OSError) return error.message;
    throw error;
  }
}
const bound = reason(() => {
  using s = new Socket(AF_INET6, SOCK_STREAM);
  s.bind(["::1", 0]);
});
const noIPv6 = bound && `this system has no IPv6 loopback: ${bound}`;
const noVsock = reason(() => {
  using s = new Socket(AF_VSOCK, SOCK_STREAM);
  s.bind([VMADDR_CID_LOCAL, VMADDR_PORT_ANY]);
});
const noPing =
  reason(() => {
    new Socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP).close();
  }) &&
  reason(() => {
    new Socket(AF_INET, SOCK_RAW, IPPROTO_ICMP).close();
  });
const noDualStack = noIPv6 ?? (hasDualstackIPv6() ? undefined : "IPv6 sockets here take no IPv4 connections");
const noCan = reason(() => {
  using s = new Socket(AF_CAN, SOCK_RAW, CAN_RAW);
  s.bind(["vcan0"]);
});
const noNetlink = reason(() => {
  using _ = new Socket(AF_NETLINK, SOCK_RAW);
});
const noPacket = reason(() => {
  using _ = new Socket(AF_PACKET, SOCK_RAW);
});

const folder = mkdtempSync(join(tmpdir(), "sockets-demo-"));
const echoed = /^Received "Hello, world"/m;
const internet = (host: string): Client => ({
  args: ([, port]: [string, number]) => [host, String(port)],
  says: echoed,
});
const path = (says: RegExp): Client => ({ args: (path: string) => [path], says });
const alone = (says: RegExp): Client => ({ args: () => [], says });

const steps: Step[] = [
  {
    title: "echo over IPv4",
    server: ["echo-server", "127.0.0.1", "0"],
    client: "echo-client",
    clients: [internet("127.0.0.1")],
  },
  {
    title: "echo over IPv6",
    server: ["echo-server-any", "::1", "0"],
    client: "echo-client-any",
    clients: [internet("::1")],
    lacks: noIPv6,
  },
  {
    title: "one dual-stack server, an IPv4 client and an IPv6 client",
    server: ["create-server", "0", "2"],
    client: "create-connection",
    clients: [internet("127.0.0.1"), internet("::1")],
    lacks: noDualStack,
  },
  {
    title: "echo over a UNIX stream",
    server: ["unix-server", join(folder, "stream")],
    client: "unix-client",
    clients: [path(echoed)],
  },
  {
    title: "echo of a UNIX datagram",
    server: ["unix-datagram-server", join(folder, "datagram")],
    client: "unix-datagram-client",
    clients: [path(echoed)],
  },
  {
    title: "descriptors from one process to another",
    server: ["recv-fds", join(folder, "fds")],
    client: "send-fds",
    clients: [path(/received "written by process/)],
  },
  {
    title: "descriptors by recvmsg and sendmsg",
    client: "fds-by-hand",
    clients: [alone(/with "one descriptor"/)],
  },
  {
    title: "one message over three buffers",
    client: "recvmsg-into",
    clients: [alone(/'Mary', '01 had a 9', 'little lamb---'/)],
  },
  {
    title: "addresses of localhost",
    client: "getaddrinfo",
    clients: [alone(/\["(127\.0\.0\.1",80|::1",80,0,0)\]/)],
  },
  {
    title: "a guest in WebAssembly that serves",
    client: "wit-echo",
    clients: [alone(/It sent back 12 bytes: hello, guest/)],
  },
  {
    title: "blocking, timeout and non-blocking modes",
    client: "timeouts",
    clients: [alone(/recv, timeout mode: TimeoutError: timed out/)],
  },
  {
    title: "CAN frames, sent back",
    server: ["can", "vcan0", "1"],
    client: "can-send",
    lacks: noCan && `this system has no CAN interface vcan0: ${noCan}`,
    clients: [{ args: ([name]: [string]) => [name], says: /can_id=18da10f1, "Hello"\n.*can_id=1, / }],
  },
  {
    title: "SO_REUSEADDR",
    client: "reuse-address",
    clients: [alone(/With SO_REUSEADDR: the port is listened on again/)],
  },
  { title: "ping", client: "icmp-ping", clients: [alone(/^[1-3] of 3 answered/m)], lacks: noPing },
  {
    title: "echo over VSOCK loopback",
    client: "vsock-echo",
    clients: [alone(echoed)],
    lacks: noVsock && `no VSOCK loopback: ${noVsock}`,
  },
  {
    title: "links and routes, by netlink",
    client: "netlink-routes",
    clients: [alone(/^link 1 lo /m)],
    lacks: noNetlink,
  },
  {
    title: "sockets, by sock_diag",
    client: "ss",
    clients: [alone(/^Netid State/m)],
    lacks: noNetlink,
  },
  {
    title: "the way to this host",
    client: "traceroute",
    clients: [alone(/^ 1 {2}127\.0\.0\.1 /m)],
  },
  {
    title: "packets on the loopback interface",
    client: "packet-sniffer",
    clients: [{ args: () => ["lo", "3", "1"], says: /^\d+ packets seen, \d+ dropped$/m }],
    lacks: noPacket,
  },
];

let failed = 0;
let missing = 0;
try {
  for (const [i, step] of steps.entries()) {
    console.log(`${i + 1}. ${step.title}`);
    if (step.lacks) {
      missing++;
      console.log(`   not here: ${step.lacks}`);
      continue;
    }
    const troubles = await perform(step);
    if (troubles.length) failed++;
    console.log(troubles.length ? `   FAILED: ${troubles.join("; ")}` : "   ok");
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${steps.length - failed - missing} passed, ${failed} failed, ${missing} skipped`);
process.exitCode = failed ? 1 : 0;
