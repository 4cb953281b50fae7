// EAGAIN of a UDP socket for which no local port is free: it is the answer, since no readiness will
// tell when one is.
import { childAnswer } from "../child.js";
import { noNetworkNamespace } from "../have.js";
import { equal, test } from "../suite.js";

const promises = new URL("../../ts/promises/index.js", import.meta.url).href;

test(
  "sendto: no local port is free",
  async () => {
    const answer = await childAnswer<unknown[]>(
      `
    import { writeFileSync } from "node:fs";
    const p = await import(${JSON.stringify(promises)});
    writeFileSync("/proc/sys/net/ipv4/ip_local_port_range", "40000 40003");
    const taken = Array.from({ length: 4 }, (_, i) => { const s = new S.Socket(S.AF_INET, S.SOCK_DGRAM); s.bind(["0.0.0.0", 40000 + i]); return s; });
    const s = new p.Socket(p.AF_INET, p.SOCK_DGRAM), to = ["127.0.0.1", 40000], out = [];
    out.push(await s.sendto("x", to).then(String, error => error.code));
    taken[2].close();
    out.push(await s.sendto("y", to));
    console.log(JSON.stringify(out));
    process.exit(0);`,
      { isolated: true },
    );
    equal(answer, ["EAGAIN", 1]);
  },
  { skip: noNetworkNamespace },
);
