// Our streams against net.Socket, behaviour by behaviour, over TCP and AF_UNIX, on whatever Node
// runs this: node dist/tests/conform/conform.test.js. CONFORM_SHOW=1 prints each difference and
// fails nothing.
import { behaviours, type Behaviour } from "./behaviours.js";
import { differences } from "./differences.js";
import { families, stage, type Family, type Side } from "./sides.js";
import { is, ok, test } from "../suite.js";

const node = Number.parseInt(process.versions.node, 10);
const TRIES = 3;
const { bun, deno } = process.versions as { bun?: string; deno?: string };
const skip = (bun ?? deno) ? "the net.Socket of this runtime is not Node's" : undefined;

async function both({ alone, run }: Behaviour, family: Family): Promise<[net: string, ours: string]> {
  await using on = await stage(family);
  const { net, ours } = on.sides;
  const shown = async (side: Side) => JSON.stringify(await run(side), null, 1);
  if (!alone) return await Promise.all([shown(net), shown(ours)]);
  return [await shown(net), await shown(ours)];
}

for (const family of families) {
  for (const behaviour of behaviours) {
    const { name } = behaviour;
    const listed = differences.find(
      each =>
        each.behaviour === name &&
        (each.family ?? family) === family &&
        (each.nodes ?? [node]).includes(node),
    );
    test(
      `${family}: ${name}`,
      async () => {
        let net = "";
        let ours = "";
        // What is the machine's doing is not so twice.
        for (let i = 0; i < TRIES; i++) {
          [net, ours] = await both(behaviour, family);
          if ((net === ours) === (listed === undefined)) break;
        }
        if (process.env.CONFORM_SHOW) {
          if (net !== ours)
            console.log(
              `\nDIFFERENT ${family}: ${name}\n  net  ${net.replace(/\s+/g, " ")}\n  ours ${ours.replace(/\s+/g, " ")}`,
            );
        } else if (listed === undefined) is(ours, net);
        else ok(ours !== net, `no difference any more: ${listed.reason}`);
      },
      { seconds: 30, leaks: true, skip },
    );
  }
}

test("differences: each names a behaviour, and has a reason", () => {
  for (const { behaviour, reason } of differences) {
    ok(
      behaviours.some(each => each.name === behaviour),
      behaviour,
    );
    ok(reason.length > 20, behaviour);
  }
});
