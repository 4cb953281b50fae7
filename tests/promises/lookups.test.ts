// Calls that wait for a name: each ended in every way while the lookup runs, and while it waits for
// its turn on the thread pool.
import type { CallOptions } from "../../ts/promises/index.js";
import { equal, is, promiseModule, rejects, test } from "../suite.js";
import { pendingLookups } from "./pending-lookups.js";
import { handles } from "./loop.js";

const { AF_INET, OSError, SOCK_DGRAM } = await promiseModule();

type Module = ReturnType<typeof pendingLookups>;
type AnySocket = InstanceType<Module["Socket"]>;

const reason = new Error("enough");
const turn = () => new Promise(setImmediate);
const codeOf = (error: Error) => (error as { code?: string }).code;

/** Calls of a socket with an address whose host is a name; the others are functions. */
const ofSocket: Readonly<Record<string, (s: AnySocket, options?: CallOptions) => Promise<unknown>>> = {
  bind: (s, options) => s.bind(["name", 0], options),
  connect: (s, options) => s.connect(["name", 9], options),
  connectEx: (s, options) => s.connectEx(["name", 9], options),
  sendto: (s, options) => (options ? s.sendto("x", ["name", 9], options) : s.sendto("x", ["name", 9])),
  sendmsg: (s, options) => s.sendmsg(["x"], [], 0, ["name", 9], options),
  sendSegments: (s, options) => s.sendSegments("xyz", 2, ["name", 9], options),
};
const functions: Readonly<Record<string, (module: Module, options?: CallOptions) => Promise<unknown>>> = {
  getaddrinfo: (m, options) => m.getaddrinfo("name", 80, options),
  gethostbyname: (m, options) => m.gethostbyname("name", options),
  getnameinfo: (m, options) => m.getnameinfo(["127.0.0.1", 80], 0, options),
  gethostbyaddr: (m, options) => m.gethostbyaddr("name", options),
  gethostbynameEx: (m, options) => m.gethostbynameEx("name", options),
  getfqdn: (m, options) => m.getfqdn("name", options),
  createConnection: (m, options) => m.createConnection(["name", 80], options),
  createServer: (m, options) => m.createServer(["name", 0], options),
};

/** A module whose lookups all wait; where the turns are `taken`, the next waits for its own. */
function silent(taken: boolean): Module {
  const never = () => new Promise<never>(() => {});
  const module = pendingLookups({
    getnameinfoAsync: never,
    gethostbyaddrAsync: never,
    gethostbynameAsync: never,
  });
  if (taken) for (const name of ["first", "second"]) void module.getaddrinfo(name, 80);
  return module;
}

for (const taken of [false, true]) {
  const when = taken ? "waits for its turn" : "runs";

  for (const [name, call] of [
    ...Object.entries(functions),
    ...Object.entries(ofSocket).map(
      ([name, call]) =>
        [
          name,
          async (m: Module, options?: CallOptions) => {
            using s = new m.Socket(AF_INET, SOCK_DGRAM);
            return await call(s, options);
          },
        ] as const,
    ),
  ])
    test(`${name}: is aborted while its lookup ${when}`, async () => {
      const before = await handles();
      const module = silent(taken);
      const controller = new AbortController();
      const begun = module.begun.length;
      const rejected = rejects(() => call(module, { signal: controller.signal }), Error);
      await turn();
      controller.abort(reason);
      is(await rejected, reason);
      await turn();
      if (taken) is(module.begun.length, begun, "a lookup that nobody waits for was begun");
      equal(await handles(), before);
    });

  for (const [name, call] of Object.entries(ofSocket))
    for (const end of ["close", "detach"] as const)
      test(`${name}: is rejected by ${end}() while its lookup ${when}`, async () => {
        const before = await handles();
        const module = silent(taken);
        const s = new module.Socket(AF_INET, SOCK_DGRAM);
        const rejected = rejects(
          () => call(s),
          OSError,
          end === "close" ? /closed while the call waited/ : /detached while the call waited/,
        );
        await turn();
        const fd = s[end]();
        is(codeOf(await rejected), "EBADF");
        if (fd !== undefined) new module.Socket(AF_INET, SOCK_DGRAM, 0, fd).close();
        await turn();
        equal(await handles(), before);
      });
}

test("sendto: what is sent while another's name is looked up goes first, and the name's answer later", async () => {
  const module = pendingLookups();
  const { ends } = module;
  using receiver = new module.Socket(AF_INET, SOCK_DGRAM);
  using sender = new module.Socket(AF_INET, SOCK_DGRAM);
  await receiver.bind(["127.0.0.1", 0]);
  const [, port] = receiver.getsockname();
  const named = sender.sendto("by name", ["name", port]);
  await sender.sendto("by number", ["127.0.0.1", port]);
  is((await receiver.recv(100)).toString(), "by number");
  await turn();
  ends[0]!();
  is(await named, 7);
  is((await receiver.recv(100)).toString(), "by name");
});
