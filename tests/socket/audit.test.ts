// Python's audit events as node:diagnostics_channel channels of the same names: the same events in
// the same order.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  AF_INET,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  createServer,
  getaddrinfo,
  gethostbyaddr,
  gethostbyname,
  gethostname,
  getnameinfo,
  getservbyname,
  getservbyport,
  socketpair,
} from "../../ts/index.js";
import { Child } from "../child.js";
import { ask } from "../python.js";
import { equal, is, ok, test, throws } from "../suite.js";

const names = [
  "socket.__new__",
  "socket.bind",
  "socket.connect",
  "socket.sendto",
  "socket.sendmsg",
  "socket.getaddrinfo",
  "socket.getnameinfo",
  "socket.gethostbyname",
  "socket.gethostbyaddr",
  "socket.gethostname",
  "socket.sethostname",
  "socket.getservbyname",
  "socket.getservbyport",
];

type Event = [name: string, ...values: unknown[]];

/** The events of `body`: values in the order of Python's arguments, sockets as "socket". */
function eventsOf(body: () => void): Event[] {
  const events: Event[] = [];
  const heard = (message: unknown, name: string | symbol) => {
    events.push([
      String(name),
      ...Object.values(message as object).map(value => (value instanceof Socket ? "socket" : value)),
    ]);
  };
  for (const name of names) subscribe(name, heard);
  try {
    body();
  } finally {
    for (const name of names) unsubscribe(name, heard);
  }
  return events;
}

test("audit: sockets, as Python's sys.addaudithook gets them", () => {
  const [python, port, taken] = ask<[Event[], number, number]>(`
events = []
recording = False
def hook(name, args):
    if recording and name.startswith("socket."):
        events.append([name, *["socket" if isinstance(a, socket.socket.__base__) else list(a) if isinstance(a, tuple) else a for a in args]])
sys.addaudithook(hook)
server = socket.create_server(("127.0.0.1", 0))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
recording = True
s = socket.socket()
t = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 17)
d = socket.socket(fileno=t.fileno())
e = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, fileno=t.fileno())
t.bind(("127.0.0.1", 0))
s.connect(server.getsockname())
s.connect_ex(server.getsockname())
c, _ = server.accept()
t.sendto(b"x", udp.getsockname())
t.sendto(b"x", 0, udp.getsockname())
t.sendmsg([b"x"], [], 0, udp.getsockname())
s.sendmsg([b"x"])
s.send(b"x")
s.dup()
socket.socketpair()
recording = False
d.detach(); e.detach()
print(json.dumps([events, server.getsockname()[1], udp.getsockname()[1]]))`);
  using server = createServer(["127.0.0.1", 0]);
  using udp = new Socket(AF_INET, SOCK_DGRAM);
  udp.bind(["127.0.0.1", 0]);
  const made: Socket[] = [];
  const ours = eventsOf(() => {
    const s = new Socket();
    const t = new Socket(AF_INET, SOCK_DGRAM, 17);
    const d = new Socket(undefined, undefined, undefined, t.fileno());
    const e = new Socket(AF_INET, SOCK_DGRAM, undefined, t.fileno());
    t.bind(["127.0.0.1", 0]);
    s.connect(server.getsockname());
    s.connectEx(server.getsockname());
    const [c] = server.accept();
    t.sendto("x", udp.getsockname());
    t.sendto("x", 0, udp.getsockname());
    t.sendmsg(["x"], [], 0, udp.getsockname());
    s.sendmsg(["x"]);
    s.send("x");
    made.push(s, t, c, s.dup(), ...socketpair());
    d.detach();
    e.detach();
  });
  for (const s of made) s.close();
  const ports = new Map([
    [port, server.getsockname()[1]],
    [taken, udp.getsockname()[1]],
  ]);
  const translated = python.map(event =>
    event.map(value => (Array.isArray(value) ? [value[0], ports.get(value[1]) ?? value[1]] : value)),
  );
  equal(ours, translated);
  is(ours.length, 15);
});

test("audit: names, as Python's sys.addaudithook gets them", () => {
  const python = ask<Event[]>(`
events = []
sys.addaudithook(lambda name, args: events.append([name, *[list(a) if isinstance(a, tuple) else a for a in args]]) if name.startswith("socket.") else None)
socket.gethostname()
socket.gethostbyname("127.0.0.1")
socket.gethostbyaddr("127.0.0.1")
socket.getservbyname("domain")
socket.getservbyname("domain", "udp")
socket.getservbyport(53, "udp")
socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
socket.getaddrinfo("127.0.0.1", 80, socket.AF_INET, socket.SOCK_STREAM)
print(json.dumps(events))`);
  const ours = eventsOf(() => {
    gethostname();
    gethostbyname("127.0.0.1");
    gethostbyaddr("127.0.0.1");
    getservbyname("domain");
    getservbyname("domain", "udp");
    getservbyport(53, "udp");
    getnameinfo(["127.0.0.1", 80], NI_NUMERICHOST | NI_NUMERICSERV);
    getaddrinfo("127.0.0.1", 80, AF_INET, SOCK_STREAM);
  });
  equal(ours, python);
});

test(
  "audit: what a subscriber does, and that it throws, changes nothing",
  async () => {
    const { status, stdout, stderr } = await new Child(`import { subscribe } from "node:diagnostics_channel";
    process.on("uncaughtException", e => console.log("uncaught", e.message));
    const other = new S.Socket(S.AF_INET, S.SOCK_DGRAM), to = new S.Socket(S.AF_INET, S.SOCK_DGRAM);
      to.bind(["127.0.0.1", 0]); other.bind(["127.0.0.1", 0]);
    let busy = false;
    subscribe("socket.sendto", () => { if (busy) return; busy = true;
      to.sendto("inner", other.getsockname()); throw new Error("veto"); });
    const s = new S.Socket(S.AF_INET, S.SOCK_DGRAM); s.sendto("outer", to.getsockname());
    console.log(to.recv(99).toString(), other.recv(99).toString()); for (const x of [s, to, other]) x.close();`)
      .ended;
    equal([status, stdout, stderr], [0, "outer inner\nuncaught veto\n", ""]);
  },
  { seconds: 20 },
);

test("audit: without a subscriber nothing is made; the field names", () => {
  const seen: string[] = [];
  const heard = (message: unknown) => {
    seen.push(Object.keys(message as object).join(" "));
  };
  subscribe("socket.__new__", heard);
  try {
    new Socket().close();
  } finally {
    unsubscribe("socket.__new__", heard);
  }
  new Socket().close();
  equal(seen, ["socket family type proto"]);
  ok(throws(() => new Socket(70000), RangeError));
});
