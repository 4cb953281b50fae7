// The examples that need a network of their own, a descriptor of another process or the kernel's
// tables; ./build.sh demo runs the others.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { AF_INET, AF_UNIX, SOCK_STREAM, Socket, createConnection, createServer } from "../ts/index.js";
import { childAnswer } from "./child.js";
import { noNetlink, noNetworkNamespace } from "./have.js";
import { runtime } from "./runtime.js";
import { equal, is, match, ok, test } from "./suite.js";

const elsewhere = runtime === "node" ? undefined : "Node runs the examples";
const pathOf = (example: string) => fileURLToPath(new URL(`../examples/${example}.js`, import.meta.url));

interface Output {
  status: number | null;
  lines: string[];
}
/** Runs a command to its end; `line` is told of each line as it comes. */
function run(
  [command, ...args]: string[],
  descriptors: number[] = [],
  line: (text: string) => void = () => {},
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(command!, args, { stdio: ["ignore", "pipe", "inherit", ...descriptors] });
    const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
    const lines: string[] = [];
    let rest = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop()!;
      for (const part of parts) {
        lines.push(part);
        line(part);
      }
    });
    child.on("error", reject);
    child.on("close", status => {
      clearTimeout(timer);
      resolve({ status, lines });
    });
  });
}
const example = (name: string, ...args: string[]) => run([process.execPath, pathOf(name), ...args]);

test(
  "ss: lists a listener, a connection and an abstract name",
  async () => {
    using listener = createServer(["127.0.0.1", 0]);
    using client = createConnection(listener.getsockname());
    const [connection] = listener.accept();
    using _ = connection;
    client.sendall("12345");
    using named = new Socket(AF_UNIX, SOCK_STREAM);
    named.bind(Buffer.from(`\0ss-example-${process.pid}`));
    named.listen(3);
    const [, port] = listener.getsockname();
    const [, other] = client.getsockname();
    const all = await example("ss");
    is(all.status, 0);
    match(all.lines[0]!, /^Netid State/);
    const has = (lines: string[], pattern: string) => lines.some(line => new RegExp(pattern).test(line));
    ok(has(all.lines, `^tcp +ESTAB +5 +0 +127\\.0\\.0\\.1:${port} +127\\.0\\.0\\.1:${other}\\b`));
    const listening = await example("ss", "-l", "tcp", "unix");
    ok(has(listening.lines, `^tcp +LISTEN +0 +\\d+ +127\\.0\\.0\\.1:${port} +0\\.0\\.0\\.0:\\*$`));
    ok(has(listening.lines, `^u_str +LISTEN +0 +3 +@ss-example-${process.pid} \\d+ `));
    ok(!has(listening.lines, "ESTAB|^udp"));
  },
  { skip: elsewhere ?? noNetlink, seconds: 30 },
);

test(
  "traceroute: this host is one hop away, and nobody is root",
  async () => {
    const { status, lines } = await example("traceroute", "127.0.0.1", "3");
    is(status, 0);
    match(lines[1]!, /^ 1 {2}127\.0\.0\.1 {2}[\d.]+ ms {2}[\d.]+ ms {2}[\d.]+ ms$/);
    is(lines.length, 2);
  },
  { skip: elsewhere, seconds: 30 },
);

/** A client, a router and a host, each with a network of its own. */
const THREE = `
unshare --net sleep 30 & router=$!
unshare --net sleep 30 & host=$!
for pid in $router $host; do
  until [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
done
ip link set lo up
ip link add up0 type veth peer name down0 netns $router
ip addr add 192.0.2.1/24 dev up0 && ip link set up0 up && ip route add default via 192.0.2.2
nsenter --net=/proc/$router/ns/net sh -e -c "
  ip addr add 192.0.2.2/24 dev down0 && ip link set down0 up
  ip link add up1 type veth peer name down1 netns $host
  ip addr add 198.51.100.1/24 dev up1 && ip link set up1 up
  echo 1 > /proc/sys/net/ipv4/ip_forward"
nsenter --net=/proc/$host/ns/net sh -e -c "
  ip addr add 198.51.100.2/24 dev down1 && ip link set down1 up && ip route add default via 198.51.100.1"
status=0
"$@" || status=$?
kill $router $host
exit $status`;

test(
  "traceroute: a router, then the host behind it",
  async () => {
    const { status, lines } = await run([
      ...["unshare", "--net", "sh", "-e", "-c", THREE, "sh"],
      ...[process.execPath, pathOf("traceroute"), "198.51.100.2", "5"],
    ]);
    is(status, 0);
    equal(
      lines.slice(1).map(line => line.replace(/ {2}[\d.]+ ms.*/, "")),
      [" 1  192.0.2.2", " 2  198.51.100.2"],
    );
  },
  { skip: elsewhere ?? noNetworkNamespace, seconds: 60 },
);

/** A program of the child's, which runs an example beside what it does itself. */
const beside = (name: string, args: string[], ready: string, then: string) => `
  const { spawn, execFileSync } = await import("node:child_process");
  const { createInterface } = await import("node:readline");
  const ip = (...args) => execFileSync("ip", args);
  ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
  ip("link", "set", "v1", "up");
  const child = spawn(process.execPath, ${JSON.stringify([pathOf(name), ...args])}, { stdio: ["ignore", "pipe", "inherit"] });
  setTimeout(() => child.kill("SIGKILL"), 20_000).unref();
  const lines = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.startsWith(${JSON.stringify(ready)})) { ${then} }
  }
  console.log(JSON.stringify(lines));`;

test(
  "ip-monitor: a link that comes up, an address, a neighbour, a route that goes",
  async () => {
    const lines = await childAnswer<string[]>(
      beside(
        "ip-monitor",
        [],
        "Watching",
        `ip("link", "set", "v0", "mtu", "1400", "up");
        ip("addr", "add", "192.0.2.1/24", "dev", "v0");
        ip("neigh", "add", "192.0.2.9", "lladdr", "02:00:00:00:00:09", "dev", "v0");
        ip("route", "add", "198.51.100.0/24", "via", "192.0.2.9");
        ip("route", "del", "198.51.100.0/24");
        setTimeout(() => child.kill(), 1000);`,
      ),
      { isolated: true },
    );
    const has = (pattern: RegExp) =>
      ok(
        lines.some(line => pattern.test(line)),
        `${pattern} in ${lines.join("\n")}`,
      );
    has(/^link \d+ v0 up mtu 1400$/);
    has(/^address 192\.0\.2\.1\/24 of link \d+$/);
    has(/^neighbour 192\.0\.2\.9 at 02:00:00:00:00:09 on link \d+, state 128$/);
    has(/^route 198\.51\.100\.0\/24 via 192\.0\.2\.9 by link \d+ in table 254$/);
    has(/^deleted route 198\.51\.100\.0\/24 via 192\.0\.2\.9 by link \d+ in table 254$/);
  },
  { skip: elsewhere ?? noNetworkNamespace, seconds: 60 },
);

test(
  "dhcp-listen: a client that asks by broadcast",
  async () => {
    const message = Buffer.alloc(260);
    message.set([1, 1, 6]);
    message.set([2, 0, 0, 0, 0, 7], 28);
    message.writeUInt32BE(0x63825363, 236);
    // DISCOVER, padding, a host's name, the address that it wants, the end.
    message.set([53, 1, 1, 0, 12, 3, 0x62, 0x6f, 0x78, 50, 4, 192, 0, 2, 77, 255], 240);
    const lines = await childAnswer<string[]>(
      beside(
        "dhcp-listen",
        ["v1", "1"],
        "Listening",
        `ip("link", "set", "v0", "up");
        const s = new S.Socket(S.AF_INET, S.SOCK_DGRAM);
        s.setsockopt(S.SOL_SOCKET, S.SO_BROADCAST, 1);
        s.setsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE, Buffer.from("v0"));
        s.bind(["", 68]);
        s.sendto("no DHCP", ["255.255.255.255", 67]);
        s.sendto(Buffer.from(${JSON.stringify(message.toString("hex"))}, "hex"), ["255.255.255.255", 67]);
        s.close();`,
      ),
      { isolated: true },
    );
    equal(lines, [
      'Listening on ["0.0.0.0",67]',
      'v1 0.0.0.0: DISCOVER of 02:00:00:00:00:07 "box" wants 192.0.2.77',
    ]);
  },
  { skip: elsewhere ?? noNetworkNamespace, seconds: 60 },
);

test(
  "systemd-socket: serves the sockets that it was handed, by their names",
  async () => {
    using tcp = createServer(["127.0.0.1", 0]);
    using unix = new Socket(AF_UNIX, SOCK_STREAM);
    unix.bind(Buffer.from(`\0systemd-socket-${process.pid}`));
    unix.listen();
    const as =
      'LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=web:local; export LISTEN_PID LISTEN_FDS LISTEN_FDNAMES; exec "$@"';
    const ended = run(
      ["sh", "-c", as, "sh", process.execPath, pathOf("systemd-socket"), "2"],
      [tcp.fileno(), unix.fileno()],
    );
    const said = [tcp, unix].map(listener => {
      using client = new Socket<any>(listener.family, SOCK_STREAM);
      client.settimeout(20);
      client.connect(listener.getsockname());
      return String(client.recv(100));
    });
    equal(said, ["Hello from web\n", "Hello from local\n"]);
    const { status, lines } = await ended;
    is(status, 0);
    is(lines[0], `Serving web, a port: ["127.0.0.1",${tcp.getsockname()[1]}]`);
    match(lines[1]!, /^Serving local, a path: /);
    is(lines[2], "Served 2");
    is(tcp.family, AF_INET);
  },
  { skip: elsewhere, seconds: 40 },
);
