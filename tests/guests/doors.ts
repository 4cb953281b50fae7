// What attach() promises beside the programs: policies, two guests at once, the end of a guest.
// node doors.js LOADER prints what is wrong, a line each.
import { readdirSync, readlinkSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { guestErrno } from "../../shim/emscripten/errno.js";
import { attach, dispose, type PyodideLike } from "../../shim/emscripten/index.js";

const [loader] = process.argv.slice(2);
const { loadPyodide } = (await import(pathToFileURL(loader!).href)) as {
  loadPyodide: (options?: unknown) => Promise<PyodideLike>;
};
const { instantiate, instantiateStreaming } = WebAssemblyOf(globalThis);
const wrong: string[] = [];

function WebAssemblyOf(of: unknown): { instantiate: unknown; instantiateStreaming: unknown } {
  return (of as { WebAssembly: { instantiate: unknown; instantiateStreaming: unknown } }).WebAssembly;
}

function expect(what: string, got: unknown, expected: unknown): void {
  if (got !== expected) wrong.push(`${what}: expected ${String(expected)}, got ${String(got)}`);
}

/** The name of the exception that a Python expression raises, or its value. */
const outcome = (pyodide: PyodideLike, code: string): string =>
  String(
    pyodide.runPython(
      `def _f():\n    import socket, os\n    try:\n        ${code}\n    except BaseException as e:\n        return type(e).__name__\n_f()`,
    ),
  );
const socketsOpen = () =>
  readdirSync("/proc/self/fd").filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:");
    } catch {
      return false;
    }
  }).length;

// Two loads at once, each with its own policy, and a third that nobody attached.
const [granted, refused, stock] = await Promise.all([
  attach(loadPyodide, { policy: ["tcp-listen:127.0.0.1:*", "tcp-connect:127.0.0.1:*", "unix-pair"] }),
  attach(loadPyodide, { policy: [] }),
  loadPyodide(),
]);
const bind = "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); return s.getsockname()[0]";
expect("a granted bind", outcome(granted, bind), "127.0.0.1");
expect("a bind of a guest without grants", outcome(refused, bind), "PermissionError");
expect("names of a guest without grants", outcome(refused, "socket.getaddrinfo('localhost', 1)"), "gaierror");
expect("a bind elsewhere", outcome(granted, "socket.socket().bind(('127.0.0.2', 0))"), "PermissionError");
expect(
  "an option that is none",
  outcome(granted, "socket.socket().setsockopt(1, 9999, 1)"),
  "PermissionError",
);
expect("a stock Pyodide's bind", outcome(stock, "import _berkeley_sockets"), "ModuleNotFoundError");
expect("WebAssembly.instantiate afterwards", WebAssemblyOf(globalThis).instantiate, instantiate);
expect(
  "instantiateStreaming afterwards",
  WebAssemblyOf(globalThis).instantiateStreaming,
  instantiateStreaming,
);

const errors = JSON.parse(
  String(granted.runPython("import errno, json; json.dumps({v: k for k, v in errno.errorcode.items()})")),
) as Record<string, number>;
for (const [name, number] of Object.entries(guestErrno))
  if (errors[name] !== undefined) expect(name, number, errors[name]);

// The end of a guest closes what it has, and no number of the host's is one of its own.
const before = socketsOpen();
granted.runPython("import socket; pairs = [socket.socketpair() for _ in range(10)]");
expect("descriptors of ten pairs", socketsOpen() - before, 20);
expect(
  "a number of the host's",
  outcome(granted, "os.fstat(socketless) if False else os.close(999)"),
  "OSError",
);
dispose(granted);
expect("descriptors after dispose()", socketsOpen() <= before, true);
expect("a call afterwards", outcome(granted, "socket.socket()"), "PermissionError");

// With a socket module of this package's the policy decides as well.
const replaced = await attach(loadPyodide, {
  policy: ["tcp-listen:[::1]/128:*"],
  replaceSocketModule: true,
});
const six = "s = socket.socket(socket.AF_INET6); s.bind(('::1', 0)); return s.getsockname()[0]";
expect("a granted bind of IPv6", outcome(replaced, six), "::1");
for (const call of [
  "socket.socket(socket.AF_INET6).bind(('::', 0))",
  "socket.socket(socket.AF_UNIX)",
  "socket.socketpair()",
  "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
  "socket.sethostname('x')",
  "socket.if_nameindex()",
])
  expect(`${call} without a rule`, outcome(replaced, call), "PermissionError");
expect("a name without a rule", outcome(replaced, "socket.gethostbyname('localhost')"), "gaierror");
dispose(replaced);
expect("a call of the module afterwards", outcome(replaced, six), "PermissionError");

// A policy that is none is refused whole, before anything is loaded.
let loaded = false;
const failed = await attach(
  async options => {
    loaded = true;
    return loadPyodide(options);
  },
  { policy: ["tcp-conect:*:*"] },
).then(
  () => "attached",
  (error: Error) => error.name,
);
expect("a policy with an error", `${failed} ${loaded}`, "PolicyError false");
const running = await attach(async () => stock, { policy: [] }).then(
  () => "attached",
  (error: Error) => error.message,
);
expect("an instance that already runs", /already runs/.test(running), true);

for (const line of wrong) console.log(line);
