// The part of the contract suite about who has a descriptor: the poller's generations, owners,
// dropped ones.
import type { Host } from "../shim/contract.js";
import type { Core } from "../ts/context.js";
import type { Calls } from "./contract.js";
import { equal, is, ok } from "./suite.js";

/** What a host uses until its environment ends: the collector must not have it. */
export const lasting: object[] = [];

/** A descriptor that nobody has. */
export const NOBODY = 1 << 20;

/** What the suite's parts share. */
export interface Tools {
  having(make: (() => number)[], body: (...fds: number[]) => void): void;
  stream(): number;
  datagrams(): number;
  opened(fd: number): number;
}

export function owning(
  host: Host,
  core: Core,
  calls: (names: readonly Calls[], what: string, body: () => unknown) => void,
  tools: Tools,
): void {
  const { having, stream, datagrams, opened } = tools;
  const c = core.constants;
  calls(["closeOwned", "own"], "a number that was opened anew stays open; one that two own is closed", () => {
    const fd = datagrams();
    const first = host.own(fd, {});
    const second = host.own(fd, lasting);
    ok(first > 0 && second > 0 && first !== second);
    is(host.closeOwned(fd, first), 0);
    is(host.closeOwned(fd, second), -c.EBADF);
    const gone = datagrams();
    const old = host.own(gone, lasting);
    is(host.close(gone), 0);
    is(datagrams(), gone);
    is(host.closeOwned(gone, old), -c.EBADF);
    is(host.close(gone), 0);
  });
  calls(
    ["startWatching", "watch", "own", "close", "closeOwned", "dup", "keepLoopAlive"],
    "an edge is told once a turn, to the generation that watches",
    async () => {
      const triples = new Int32Array(96);
      const counters = new Int32Array(3);
      const told: number[][] = [];
      let wake = () => {};
      lasting.push(triples, counters);
      is(
        host.startWatching(
          count => {
            told.push([...triples.subarray(0, 3 * count)]);
            wake();
          },
          triples,
          counters,
        ),
        0,
      );
      const fds = new Int32Array(2);
      is(host.socketpair(c.AF_UNIX, c.SOCK_STREAM, 0, fds), 0);
      const [a, b] = fds as unknown as [number, number];
      const owner = { owner: true };
      const next = () =>
        new Promise<void>((resolve, reject) => {
          wake = resolve;
          setTimeout(() => reject(new Error("nothing was told")), 5000).unref();
        });
      counters[0] = 1;
      is(host.keepLoopAlive(1), 0);
      is(host.watch(a, c.POLLIN, 0), -c.EBADF); // nobody's yet
      const generation = host.own(a, owner);
      ok(generation >= 1);
      is(host.watch(a, c.POLLIN, generation), 0);
      let arrived = next();
      host.send(b, Buffer.from("x"), 0);
      await arrived;
      equal([told.length, told[0]![0], told[0]![1]! & c.POLLIN, told[0]![2]], [1, a, c.POLLIN, generation]);
      arrived = next();
      is(host.watch(a, c.POLLIN | c.POLLOUT, generation), 0);
      await arrived;
      equal([told[1]![0], told[1]![1]! & (c.POLLIN | c.POLLOUT)], [a, c.POLLIN | c.POLLOUT]);

      // The number goes to another socket while a duplicate keeps the description: only the new one
      // is told.
      const copy = opened(host.dup(a, 1));
      is(host.close(a), 0);
      is(host.watch(a, c.POLLIN, generation), -c.EBADF);
      const again = opened(datagrams());
      is(again, a);
      const second = host.own(again, owner);
      ok(second !== generation);
      is(host.watch(again, c.POLLIN, generation), -c.EBADF);
      is(host.watch(again, c.POLLIN | c.POLLOUT, second), 0);
      arrived = next();
      host.send(b, Buffer.from("y"), 0); // readable for the duplicate
      await arrived;
      await new Promise<void>(resolve => host.nextTurn(resolve));
      equal(
        told.slice(2).map(([fd, , which]) => [fd, which]),
        [[again, second]],
      );
      is(told.at(-1)!.length, 3);

      // Another owner of the same number and description: its events are its own.
      const third = host.own(again, owner);
      is(host.watch(again, c.POLLIN | c.POLLOUT, second), -c.EBADF);
      arrived = next();
      is(host.watch(again, c.POLLIN | c.POLLOUT, third), 0);
      await arrived;
      equal([told.at(-1)![0], told.at(-1)![2]], [again, third]);

      counters[0] = 0;
      is(host.keepLoopAlive(0), 0);
      for (const fd of [again, b, copy]) is(host.close(fd), 0);
      is(host.watch(NOBODY, c.POLLIN, 1), -c.EBADF);
      ok(owner.owner);
    },
  );

  calls(
    ["own", "owned", "ownerOf", "release", "sweep", "collect"],
    "a dropped owner's descriptor is closed, a released one is not",
    () => {
      const kept = { owner: true };
      const before = host.owned();
      const [dropped, lives, free, nobodys] = [
        opened(stream()),
        opened(stream()),
        opened(stream()),
        opened(stream()),
      ] as const;
      is(host.owned(), before + 4); // from the moment they exist
      is(host.ownerOf(lives), undefined);
      is(host.release(free, 0), 0); // no socket has it
      const freed = (() => host.own(free, {}))();
      is(host.release(free, freed + 1), 0);
      is(host.release(free, freed), 1);
      is(host.release(free, freed), 0);
      is(host.owned(), before + 3);
      (() => {
        host.own(dropped, { owner: true });
      })();
      const generation = host.own(lives, kept);
      ok(generation >= 1);
      is(host.ownerOf(lives), kept);
      host.collect(1);
      equal(host.sweep(), [dropped]); // before the loop turns, where the module sweeps by itself
      equal(
        [host.close(dropped), ...[lives, free, nobodys].map(fd => host.isNonblocking(fd))],
        [-c.EBADF, 0, 0, 0],
      );
      is(host.owned(), before + 2);
      is(host.release(lives, generation), 1);
      is(host.ownerOf(lives), undefined);
      for (const fd of [lives, free, nobodys]) is(host.close(fd), 0);
      is(host.owned(), before);
      equal(
        [host.own(NOBODY, kept), host.own(-1, kept), host.own(0x7fffffff, kept)],
        [-c.EBADF, -c.EBADF, -c.EBADF],
      );
      is(host.ownerOf(NOBODY), undefined);
      ok(kept.owner);
    },
  );
  calls(["dup", "owned"], "a plain number is nobody's", () =>
    having([datagrams], s => {
      const before = host.owned();
      having([() => host.dup(s, 0)], () => is(host.owned(), before));
      having([() => host.dup(s, 1)], () => is(host.owned(), before + 1));
      is(host.owned(), before);
    }),
  );
}
