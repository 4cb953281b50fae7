// Ways out that guests may try, on the real system: none leads anywhere.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, symlinkSync } from "node:fs";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { AddrInfoRow } from "../../shim/contract.js";
import { codec, nodeHost } from "../../shim/host.js";
import { guarded, type RuleText } from "../../shim/policy/index.js";
import * as S from "../../ts/index.js";
import { socketModule } from "../../ts/module.js";
import { noIPv6, noMountNamespace } from "../have.js";
import { textArguments } from "../runtime.js";
import { equal, fails, is, ok, test } from "../suite.js";
import { c, controlOf } from "./recording.js";
import { guest, host, inFolder, listening, opened, stream } from "./guest.js";

test(
  "escapes: listen binds, and is judged as a bind",
  guest(["tcp-connect:127.0.0.1:*", "tcp-listen:127.0.0.1:*"], g => {
    const fd = stream(g);
    is(g.guard.listen(fd, 1), -c.EACCES);
    is(g.port(fd), 0, "it was bound all the same");
    const other = stream(g);
    is(g.guard.bind(other, g.inet("127.0.0.1", 0)), 0);
    is(g.guard.listen(other, 1), 0);
  }),
);

test(
  "escapes: where any address may be listened on, listen alone takes a port that the kernel picks",
  guest(["tcp-listen:*:*"], g => {
    const fd = stream(g);
    is(g.guard.listen(fd, 1), 0);
    ok(g.port(fd) > 0);
  }),
);

test("escapes: a name that the kernel picks is an abstract one, and no name is nobody's", () => {
  for (const [rule, bound] of [
    ["abstract-connect:*", -c.EACCES],
    ["abstract-bind:*", 0],
  ] as const)
    host(
      g => {
        const fd = opened(g.guard.socket(c.AF_UNIX, c.SOCK_DGRAM, 0));
        g.unix("");
        is(g.guard.bind(fd, 2), bound, rule);
        g.unix("");
        is(g.guard.connect(fd, 2), -c.EACCES, rule);
      },
      [rule],
    );
});

test(
  "escapes: a port that the kernel picks is judged, and the socket of no use if it was not granted",
  guest(["tcp-listen:127.0.0.1:1-2", "udp-bind:127.0.0.1:1-2", "udp-connect:*:*"], g => {
    for (const type of [c.SOCK_STREAM, c.SOCK_DGRAM]) {
      const fd = opened(g.guard.socket(c.AF_INET, type, 0));
      const twin = opened(g.guard.dup(fd, 1));
      is(g.guard.bind(fd, g.inet("127.0.0.1", 0)), -c.EACCES);
      for (const each of [fd, twin]) {
        is(g.guard.listen(each, 1), -c.EACCES);
        is(g.guard.recv(each, new Uint8Array(1), 1, c.MSG_DONTWAIT), -c.EACCES);
        is(g.guard.getsockname(each), -c.EACCES);
        is(g.guard.close(each), 0);
      }
    }
  }),
);

test(
  "escapes: such a socket does not come back as a descriptor",
  guest(["udp-bind:127.0.0.1:1-2", "unix-pair", "rights"], g => {
    const pair = new Int32Array(2);
    is(g.guard.socketpair(c.AF_UNIX, c.SOCK_STREAM, 0, pair), 0);
    const fd = opened(g.guard.socket(c.AF_INET, c.SOCK_DGRAM, 0));
    const rights = controlOf(c.SOL_SOCKET, c.SCM_RIGHTS, new Uint8Array(Int32Array.of(fd).buffer));
    // Sent before it is bound, so that two descriptions of it would be two opinions.
    is(g.guard.sendmsg(pair[0]!, [Uint8Array.of(1)], rights, 0, 0), 1);
    is(g.guard.bind(fd, g.inet("127.0.0.1", 0)), -c.EACCES);
    is(g.guard.sendmsg(pair[0]!, [Uint8Array.of(1)], rights, 0, 0), -c.EACCES);
    is(g.guard.close(fd), 0);
    const control = new Uint8Array(24);
    is(g.guard.recvmsg(pair[1]!, [new Uint8Array(1)], control, 0), 1);
    const words = new DataView(g.block.buffer);
    is(words.getUint32(4, true), 0);
    ok(words.getUint32(8, true) & c.MSG_CTRUNC);
  }),
);

test(
  "escapes: a descriptor that was sent and received is the same socket for the policy",
  guest(["udp-bind:127.0.0.1:1-2", "unix-pair", "rights"], g => {
    const pair = new Int32Array(2);
    is(g.guard.socketpair(c.AF_UNIX, c.SOCK_STREAM, 0, pair), 0);
    const fd = opened(g.guard.socket(c.AF_INET, c.SOCK_DGRAM, 0));
    const rights = controlOf(c.SOL_SOCKET, c.SCM_RIGHTS, new Uint8Array(Int32Array.of(fd).buffer));
    is(g.guard.sendmsg(pair[0]!, [Uint8Array.of(1)], rights, 0, 0), 1);
    const control = new Uint8Array(24);
    is(g.guard.recvmsg(pair[1]!, [new Uint8Array(1)], control, 0), 1);
    const twin = new DataView(control.buffer).getInt32(16, true);
    ok(twin > 0 && twin !== fd);
    is(g.guard.bind(fd, g.inet("127.0.0.1", 0)), -c.EACCES);
    is(g.guard.recv(twin, new Uint8Array(1), 1, c.MSG_DONTWAIT), -c.EACCES);
  }),
);

test(
  "escapes: mapped addresses, all zeros, and :: for both families",
  guest(["tcp-connect:[::]/0:*", "tcp-listen:[::]:*"], g => {
    const there = listening();
    try {
      const mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1];
      is(g.guard.connect(stream(g, c.AF_INET6), g.inet6(mapped, there.port)), -c.EACCES);
      is(g.guard.connect(stream(g), g.inet("0.0.0.0", there.port)), -c.EACCES);
      // A socket that is bound to a mapped address takes :: for IPv4's loopback.
      const fd = stream(g, c.AF_INET6);
      is(
        g.guard.connect(
          fd,
          g.inet6(
            mapped.map(() => 0),
            there.port,
          ),
        ),
        -c.ECONNREFUSED,
      );
      const both = stream(g, c.AF_INET6);
      is(
        g.guard.bind(
          both,
          g.inet6(
            mapped.map(() => 0),
            0,
          ),
        ),
        -c.EACCES,
      );
      const six = stream(g, c.AF_INET6);
      is(g.guard.setsockopt(six, c.IPPROTO_IPV6, c.IPV6_V6ONLY, Uint8Array.of(1, 0, 0, 0), 4), 0);
      is(
        g.guard.bind(
          six,
          g.inet6(
            mapped.map(() => 0),
            0,
          ),
        ),
        0,
      );
      is(g.guard.listen(six, 1), 0);
      ok(g.guard.setsockopt(six, c.IPPROTO_IPV6, c.IPV6_V6ONLY, new Uint8Array(4), 4) < 0);
    } finally {
      there.close();
    }
  }),
);

test(
  "escapes: 0.0.0.0 does not reach the address that a socket is bound to",
  guest(["tcp-bind:127.0.0.2:*", "tcp-connect:127.0.0.1:*"], g => {
    const server = new S.Socket(S.AF_INET, S.SOCK_STREAM);
    server.bind(["127.0.0.2", 0]);
    server.listen(1);
    const fd = stream(g);
    is(g.guard.bind(fd, g.inet("127.0.0.2", 0)), 0);
    is(g.guard.connect(fd, g.inet("0.0.0.0", server.getsockname()[1])), -c.ECONNREFUSED);
    server.close();
  }),
);

test(
  "escapes: an address without a family, and one of another",
  guest(["udp-connect:127.0.0.2:*", "udp-connect:[::]/0:*"], async g => {
    const server = createSocket("udp4");
    await new Promise<void>(done => server.bind(0, "127.0.0.1", done));
    let came = 0;
    server.on("message", () => came++);
    const { port } = server.address();
    const four = opened(g.guard.socket(c.AF_INET, c.SOCK_DGRAM, 0));
    const six = opened(g.guard.socket(c.AF_INET6, c.SOCK_DGRAM, 0));
    const length = g.inet("127.0.0.1", port);
    is(g.guard.sendto(six, Uint8Array.of(1), 0, length), -c.EACCES);
    g.block[16] = 0;
    for (const fd of [four, six]) is(g.guard.sendto(fd, Uint8Array.of(1), 0, length), -c.EACCES);
    await new Promise(done => setTimeout(done, 50));
    is(came, 0);
    server.close();
  }),
);

test("escapes: symbolic links, renamed paths and names beside the folder", () =>
  inFolder(folder => {
    mkdirSync(join(folder, "app"));
    mkdirSync(join(folder, "secret"));
    const server = new S.Socket(S.AF_UNIX, S.SOCK_STREAM);
    server.bind(join(folder, "secret/socket"));
    server.listen(5);
    symlinkSync("../secret/socket", join(folder, "app/link"));
    symlinkSync("../secret", join(folder, "app/folder"));
    host(
      g => {
        const refuse = (path: string) => {
          const fd = stream(g, c.AF_UNIX);
          is(g.guard.connect(fd, g.unix(join(folder, path))), -c.EACCES, path);
          is(
            g.guard.bind(fd, g.unix(join(folder, `${path}.new`))),
            path.startsWith("app/link") ? 0 : -c.EACCES,
            path,
          );
        };
        for (const path of ["app/link", "app/folder/socket", "secret/socket", "secret/none"]) refuse(path);
        is(g.guard.connect(stream(g, c.AF_UNIX), g.unix(`${folder}/app/../secret/socket`)), -c.EACCES);
        is(g.guard.connect(stream(g, c.AF_UNIX), g.unix(join(folder, "app/none"))), -c.ENOENT);
        // What was moved there is there.
        renameSync(join(folder, "secret/socket"), join(folder, "app/socket"));
        is(g.guard.connect(stream(g, c.AF_UNIX), g.unix(join(folder, "app/socket"))), 0);
        renameSync(join(folder, "app/socket"), join(folder, "secret/socket"));
        is(g.guard.connect(stream(g, c.AF_UNIX), g.unix(join(folder, "app/socket"))), -c.ENOENT);
      },
      [`unix:${folder}/app/*`],
    );
    server.close();
  }));

test(
  "escapes: a path of another mount namespace",
  () =>
    inFolder(async folder => {
      mkdirSync(join(folder, "app"));
      const socket = join(folder, "app/socket");
      const url = new URL("../../ts/index.js", import.meta.url).href;
      const script = `const S = await import(${JSON.stringify(url)});
        const server = new S.Socket(S.AF_UNIX, S.SOCK_STREAM);
        server.bind(${JSON.stringify(socket)});
        server.listen(5);
        console.log("up");
        setInterval(() => {}, 1000);`;
      const program = 'mount -t tmpfs none "$0" && cd "$0" && exec "$@"';
      const other = spawn(
        "unshare",
        ["--mount", "sh", "-c", program, join(folder, "app"), process.execPath, ...textArguments([], script)],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      try {
        await new Promise((up, down) => other.stdout.once("data", up).once("end", down));
        const there = (link: string) => `/proc/${other.pid}/${link}`;
        host(
          g => {
            const refused = [there(`root${socket}`), there("cwd/socket")];
            for (const path of refused) {
              is(g.guard.connect(stream(g, c.AF_UNIX), g.unix(path)), -c.EACCES, path);
              is(g.guard.bind(stream(g, c.AF_UNIX), g.unix(`${path}.new`)), -c.EACCES, path);
            }
            // A folder that is a descriptor, here and there.
            const own = openSync(join(folder, "app"), "r");
            is(g.guard.bind(stream(g, c.AF_UNIX), g.unix(`/proc/self/fd/${own}/mine`)), 0);
            is(g.guard.connect(stream(g, c.AF_UNIX), g.unix(`/proc/self/fd/${own}/mine`)), -c.ECONNREFUSED);
            closeSync(own);
            equal(readdirSync(there(`root${folder}/app`)), ["socket"]);
            equal(readdirSync(join(folder, "app")), ["mine"]);
          },
          [`unix:${folder}/app/*`],
        );
      } finally {
        other.kill();
        await new Promise(done => other.once("close", done));
      }
    }),
  { skip: noMountNamespace },
);

test(
  "escapes: a path that another thread swaps for a link",
  () =>
    inFolder(async folder => {
      mkdirSync(join(folder, "app"));
      mkdirSync(join(folder, "secret"));
      const good = new S.Socket(S.AF_UNIX, S.SOCK_DGRAM);
      const bad = new S.Socket(S.AF_UNIX, S.SOCK_DGRAM);
      good.bind(join(folder, "app/socket"));
      bad.bind(join(folder, "secret/socket"));
      symlinkSync("../secret/socket", join(folder, "app/link"));
      const swapper = new Worker(
        `const { renameSync, symlinkSync } = require("node:fs"), { workerData: d, parentPort } = require("node:worker_threads");
       let on = true; parentPort.on("message", () => { on = false; });
       const turn = () => {
         for (let i = 0; i < 50; i++) {
           renameSync(d + "/app/socket", d + "/app/kept"); symlinkSync("../secret/socket", d + "/app/new"); renameSync(d + "/app/new", d + "/app/socket");
           renameSync(d + "/app/kept", d + "/app/socket");
         }
         if (on) setImmediate(turn); else process.exit();
       };
       parentPort.postMessage("on"); turn();`,
        { eval: true, workerData: folder },
      );
      await new Promise(done => swapper.once("message", done));
      const counts = host(
        g => {
          const fd = opened(g.guard.socket(c.AF_UNIX, c.SOCK_DGRAM, 0));
          const results = new Map<number, number>();
          for (let i = 0; i < 3000; i++) {
            const result = g.guard.sendto(
              fd,
              Uint8Array.of(1),
              c.MSG_DONTWAIT,
              g.unix(join(folder, "app/socket")),
            );
            results.set(result, (results.get(result) ?? 0) + 1);
            good.setblocking(false);
            try {
              good.recv(1);
            } catch {
              // it was refused
            }
          }
          return results;
        },
        [`unix:${folder}/app/*`],
      ) as Map<number, number>;
      swapper.postMessage("off");
      await new Promise(done => swapper.once("exit", done));
      ok(counts.has(1) && counts.has(-c.EACCES), `both were seen: ${JSON.stringify([...counts])}`);
      fails("EAGAIN", () => {
        bad.setblocking(false);
        bad.recv(1);
      });
      good.close();
      bad.close();
    }),
  { seconds: 60 },
);

test("escapes: the host's descriptors by number, and numbers that come again", async () => {
  const there = listening();
  const server = createServer();
  await new Promise<void>(done => server.listen(0, "127.0.0.1", done));
  host(
    g => {
      const mine = stream(g);
      is(g.guard.close(mine), 0);
      const file = openSync("package.json", "r");
      is(file, mine, "the number came again");
      const bytes = new Uint8Array(8);
      for (const fd of [there.fd, file, 0, 1, 2]) {
        is(g.guard.read(fd, bytes, 8), -c.EBADF);
        is(g.guard.accept(fd, 1), -c.EBADF);
        is(g.guard.close(fd), -c.EBADF);
        is(g.guard.dup(fd, 0), -c.EBADF);
        is(g.guard.own(fd, {}), -c.EBADF);
        const rights = controlOf(c.SOL_SOCKET, c.SCM_RIGHTS, new Uint8Array(Int32Array.of(fd).buffer));
        const pair = new Int32Array(2);
        is(g.guard.socketpair(c.AF_UNIX, c.SOCK_STREAM, 0, pair), 0);
        is(g.guard.sendmsg(pair[0]!, [bytes], rights, 0, 0), -c.EBADF);
      }
      is(g.guard.descriptorOf(server), null);
      closeSync(file);
    },
    ["tcp-connect:*:*", "unix-pair", "rights"],
  );
  await new Promise(done => server.close(done));
  there.close();
});

test("escapes: descriptors that come by SCM_RIGHTS are sockets that a rule grants, or closed", () => {
  const [ours, theirs] = S.socketpair(S.AF_UNIX, S.SOCK_STREAM);
  const number = theirs.detach();
  const file = openSync("package.json", "r");
  const netlink = new S.Socket(S.AF_NETLINK, S.SOCK_RAW);
  const tcp = new S.Socket(S.AF_INET, S.SOCK_STREAM);
  host(
    g => {
      is(g.guard.adopt(number), number);
      const control = new Uint8Array(64);
      const view = new DataView(control.buffer);
      const receive = (fds: number[]) => {
        S.sendFds(ours, ["x"], fds);
        is(g.guard.recvmsg(number, [new Uint8Array(1)], control, 0), 1);
        const words = new DataView(g.block.buffer);
        return [words.getUint32(4, true), words.getUint32(8, true) & c.MSG_CTRUNC];
      };
      for (const fds of [[file], [netlink.fileno()], [tcp.fileno(), file]])
        equal(receive(fds), [0, c.MSG_CTRUNC]);
      const [length, flags] = receive([tcp.fileno()]);
      equal([length, flags], [24, 0]);
      const got = view.getInt32(16, true);
      is(g.guard.isInheritable(got), 0);
      is(g.guard.connect(got, g.inet("127.0.0.2", 1)), -c.EACCES);
      is(g.guard.connect(got, g.inet("127.0.0.1", 1)), -c.ECONNREFUSED);
      // A batch too.
      S.sendFds(ours, ["x"], [file]);
      const words = new Int32Array(4);
      is(g.guard.recvmmsg(number, new Uint8Array(1), new Uint8Array(0), control, words, 1, 0), 1);
      is(words[2], 0);
      ok(words[3]! & c.MSG_CTRUNC);
    },
    ["tcp-connect:127.0.0.1:*", "rights"],
  );
  host(
    g => {
      const pair = S.socketpair(S.AF_UNIX, S.SOCK_STREAM);
      const end = pair[1].detach();
      g.guard.adopt(end);
      S.sendFds(pair[0], ["x"], [tcp.fileno()]);
      is(g.guard.recvmsg(end, [new Uint8Array(1)], new Uint8Array(64), 0), 1);
      is(new DataView(g.block.buffer).getUint32(4, true), 0);
      pair[0].close();
    },
    ["tcp-connect:*:*"],
  );
  closeSync(file);
  for (const s of [ours, netlink, tcp]) s.close();
});

test(
  "escapes: control messages that are malformed, and lengths that lie",
  guest(["unix-pair", "rights", "control:*"], g => {
    const pair = new Int32Array(2);
    is(g.guard.socketpair(c.AF_UNIX, c.SOCK_STREAM, 0, pair), 0);
    const good = controlOf(c.SOL_SOCKET, c.SCM_RIGHTS, new Uint8Array(Int32Array.of(pair[0]!).buffer));
    for (const length of [0, 15, 21 + 4, 1 << 20, 0xffffffff]) {
      const bad = good.slice();
      new DataView(bad.buffer).setUint32(0, length, true);
      is(g.guard.sendmsg(pair[0]!, [Uint8Array.of(1)], bad, 0, 0), -c.EACCES, String(length));
    }
    const huge = good.slice();
    new DataView(huge.buffer).setUint32(4, 1, true);
    is(g.guard.sendmsg(pair[0]!, [Uint8Array.of(1)], huge, 0, 0), -c.EACCES);
    // A second message behind the first.
    const two = new Uint8Array([
      ...good,
      ...controlOf(c.SOL_SOCKET, c.SCM_RIGHTS, Uint8Array.of(2, 0, 0, 0)),
    ]);
    is(g.guard.sendmsg(pair[0]!, [Uint8Array.of(1)], two, 0, 0), -c.EBADF);
    is(g.guard.sendmsg(pair[0]!, [Uint8Array.of(1)], good, 0, -5), -c.EINVAL);
    is(g.guard.connect(pair[0]!, 1 << 20), -c.EINVAL);
  }),
);

test(
  "escapes: a source address in a control message is a bind",
  guest({ allow: ["udp-connect:127.0.0.0/8:*", "udp-bind:127.0.0.2:*"] }, g => {
    const fd = opened(g.guard.socket(c.AF_INET, c.SOCK_DGRAM, 0));
    const from = (last: number) => {
      const data = new Uint8Array(12);
      data.set([127, 0, 0, last], 4);
      return g.guard.sendmsg(
        fd,
        [Uint8Array.of(1)],
        controlOf(c.IPPROTO_IP, c.IP_PKTINFO, data),
        0,
        g.inet("127.0.0.1", 9),
      );
    };
    is(from(3), -c.EACCES);
    is(from(2), 1);
  }),
);

test(
  "escapes: so is one of IPv6, mapped or not",
  guest({ allow: ["udp-connect:[::1]:*", "udp-bind:[::1]:*"] }, g => {
    const fd = opened(g.guard.socket(c.AF_INET6, c.SOCK_DGRAM, 0));
    const loopback = [...new Uint8Array(15), 1];
    const from = (source: number[]) => {
      const data = new Uint8Array(20);
      data.set(source);
      const control = controlOf(c.IPPROTO_IPV6, c.IPV6_PKTINFO, data);
      return g.guard.sendmsg(fd, [Uint8Array.of(1)], control, 0, g.inet6(loopback, 9));
    };
    is(from([...new Uint8Array(15), 2]), -c.EACCES);
    is(from([...new Uint8Array(10), 255, 255, 127, 0, 0, 1]), -c.EACCES);
    is(from(loopback), 1);
  }),
  { skip: noIPv6 },
);

test(
  "escapes: options with pointers, ioctls and filters under other names",
  guest(["udp-connect:*:*", "option:*", "ioctl:*", "attach-filter", "interfaces"], g => {
    const fd = opened(g.guard.socket(c.AF_INET, c.SOCK_DGRAM, 0));
    const bytes = new Uint8Array(40);
    for (const [level, name, size] of [
      [c.SOL_SOCKET, c.SO_ATTACH_FILTER, 16],
      [c.SOL_SOCKET, c.SO_ATTACH_BPF, 4],
      [c.IPPROTO_IP, c.IP_OPTIONS, 4],
      [c.IPPROTO_IP, 64, 40],
      [c.IPPROTO_IPV6, c.IPV6_ADDRFORM, 4],
      [c.SOL_SOCKET, c.SO_REUSEADDR, 8],
      [-1, c.SO_REUSEADDR, 4],
      [c.SOL_SOCKET, -1, 4],
    ] as const)
      is(g.guard.setsockopt(fd, level, name, bytes, size), -c.EACCES, `${level} ${name}`);
    is(g.guard.setsockopt(fd, c.SOL_SOCKET, c.SO_REUSEADDR, bytes, 41), -c.EFAULT);
    for (const [code, size] of [
      [c.SIOCGIFCONF, 16],
      [c.SIOCSIFFLAGS, 40],
      [c.SIOCETHTOOL, 40],
      [c.SIOCGSKNS, 4],
      [c.FIONREAD, 40],
    ] as const)
      is(g.guard.ioctl(fd, code, bytes.subarray(0, size), 0), -c.EACCES);
    is(g.guard.ioctl(fd, c.SIOCGSKNS, null, 0), -c.EACCES);
    is(g.guard.attachFilter(fd, c.SO_RCVTIMEO, bytes.subarray(0, 8)), -c.EACCES);
    is(g.guard.attachFilter(fd, c.SO_ATTACH_FILTER, Uint8Array.of(6, 0, 0, 0, 0, 0, 0, 0)), 0);
    is(g.guard.setInheritable(fd, 1), -c.EACCES);
  }),
);

test("escapes: names and numbers of interfaces in scoped addresses", async () => {
  const scoped = (index: number): Uint8Array => {
    const bytes = new Uint8Array(28);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, c.AF_INET6, true);
    bytes.set([0xfe, 0x80], 8);
    view.setUint32(24, index, true);
    return bytes;
  };
  const numeric = c.NI_NUMERICHOST | c.NI_NUMERICSERV;
  const failure = { status: c.EAI_FAIL, errno: 0 };
  const lo = S.if_nametoindex("lo");
  const name = Buffer.from("fe80::1%lo");
  for (const [policy, may] of [
    [[], false],
    [["names:*", "reverse:*", "packet:eth7", "services"], false],
    [["interfaces"], true],
    [["packet:lo"], true],
  ] as const) {
    await host(
      async ({ guard }) => {
        const asked = guard.getaddrinfo(name, null, c.AF_INET6, c.SOCK_STREAM, 0, 0);
        const told = guard.getnameinfo(scoped(lo), numeric);
        if (may) {
          is(new DataView((asked as AddrInfoRow[])[0]![4].slice().buffer).getUint32(24, true), lo);
          equal(told, ["fe80::%lo", "0"]);
        } else equal([asked, told], [failure, failure]);
        equal(guard.getnameinfo(scoped(0), numeric), ["fe80::", "0"]);
        equal(await guard.getnameinfoAsync(scoped(lo), numeric), told);
        equal(await guard.getaddrinfoAsync(name, null, c.AF_INET6, c.SOCK_STREAM, 0, 0), asked);
      },
      policy as unknown as RuleText[],
    );
  }
});

test("escapes: a name that changes its address: what counts is the address that is used", () => {
  const guard = guarded(nodeHost(), ["names:localhost", "tcp-connect:127.0.0.1:*"]);
  const { Socket, getaddrinfo } = socketModule(guard, codec());
  const there = listening();
  const [row] = getaddrinfo("localhost", there.port, c.AF_INET, c.SOCK_STREAM);
  using client = new Socket(c.AF_INET, c.SOCK_STREAM);
  client.connect(row![4]);
  using other = new Socket(c.AF_INET, c.SOCK_STREAM);
  fails("EACCES", () => other.connect(["127.0.0.2", there.port]));
  fails("EAI_FAIL", () => getaddrinfo("example.org", 80));
  const zero = guard.getaddrinfo(Buffer.from("evil\0.localhost"), null, 0, 0, 0, 0);
  equal(zero, { status: c.EAI_FAIL, errno: 0 });
  const long = new Uint8Array(1 << 20).fill(0x3a);
  equal(guard.getaddrinfo(long, null, 0, 0, 0, 0), { status: c.EAI_FAIL, errno: 0 });
  is(guard.getservbyname(long, null), -c.EACCES);
  there.close();
});

test(
  "escapes: memory that two workers change while it is judged",
  async () => {
    const good = new S.Socket(S.AF_INET, S.SOCK_DGRAM);
    const bad = new S.Socket(S.AF_INET, S.SOCK_DGRAM);
    good.bind(["127.0.0.1", 0]);
    bad.bind(["127.0.0.2", good.getsockname()[1]]);
    bad.setblocking(false);
    const shared = new SharedArrayBuffer(16 + 256 + 32);
    const block = new Uint8Array(shared, 0, 272);
    const flag = new Int32Array(shared, 272, 1);
    const guard = guarded(nodeHost(), ["udp-connect:127.0.0.1:*"]);
    guard.attach(block);
    const view = new DataView(shared);
    view.setUint16(16, c.AF_INET, true);
    view.setUint16(18, good.getsockname()[1]);
    block.set([127, 0, 0, 1], 20);
    const workers = [1, 2].map(
      last =>
        new Worker(
          `const { workerData: [shared, last], parentPort } = require("node:worker_threads");
         const block = new Uint8Array(shared), flag = new Int32Array(shared, 272, 1);
         parentPort.postMessage("on");
         while (Atomics.load(flag, 0) === 0) for (let i = 0; i < 1000; i++) block[23] = last;`,
          { eval: true, workerData: [shared, last] },
        ),
    );
    await Promise.all(workers.map(worker => new Promise(done => worker.once("message", done))));
    const fd = opened(guard.socket(c.AF_INET, c.SOCK_DGRAM, 0));
    const seen = new Map<number, number>();
    for (let i = 0; i < 100_000 && (seen.size < 2 || i < 20_000); i++) {
      const result = guard.sendto(fd, Uint8Array.of(1), c.MSG_DONTWAIT, 16);
      seen.set(result, (seen.get(result) ?? 0) + 1);
    }
    Atomics.store(flag, 0, 1);
    await Promise.all(workers.map(worker => new Promise(done => worker.once("exit", done))));
    ok(seen.has(1) && seen.has(-c.EACCES), `both were seen: ${JSON.stringify([...seen])}`);
    fails("EAGAIN", () => bad.recv(1));
    guard.dispose();
    good.close();
    bad.close();
  },
  { seconds: 60 },
);
