// Names for numbers: AddressFamily, SocketKind, MsgFlag, AddressInfo, as Python's enums give them.
import {
  AF_INET,
  AF_LINK,
  AF_NETLINK,
  AddressFamily,
  AddressInfo,
  MSG_BCAST,
  MSG_DONTWAIT,
  MSG_PEEK,
  MsgFlag,
  SocketKind,
  SocketType,
  Socket,
  defined,
  hasIPv6,
} from "../../ts/index.js";
import { ask } from "../python.js";
import { equal, is, ok, test, throws } from "../suite.js";

test("AddressFamily: names and numbers, both ways", () => {
  is(AddressFamily.AF_INET, AF_INET);
  is(AddressFamily[AF_INET], "AF_INET");
  is(AddressFamily[99999], undefined);
  is(AddressFamily.text(AF_INET), "AF_INET");
  is(AddressFamily.text(99999), "99999");
  is(SocketKind.text(SocketKind.SOCK_DGRAM), "SOCK_DGRAM");
});

test(
  "AddressFamily: of two names for one number, the one that Python shows",
  () => {
    is(AddressFamily.AF_ROUTE, AF_NETLINK);
    is(AddressFamily[AF_NETLINK], "AF_NETLINK");
  },
  { skip: defined("AF_NETLINK") ? undefined : "no AF_NETLINK here" },
);

test(
  "AddressFamily: an absent family has no name",
  () => {
    ok(Number.isNaN(AddressFamily.AF_LINK) && Number.isNaN(AF_LINK));
    is(AddressFamily[AF_LINK], undefined);
    is(MsgFlag[MSG_BCAST], undefined);
  },
  { skip: defined("AF_LINK") ? "AF_LINK is here" : undefined },
);

test("MsgFlag: flags by name, what has none as a number", () => {
  is(MsgFlag.text(MSG_PEEK | MSG_DONTWAIT), "MSG_PEEK|MSG_DONTWAIT");
  is(MsgFlag.text(0), "0");
  is(MsgFlag.text(MSG_PEEK | 0x80000000), `${MSG_PEEK | 0x80000000}`);
  is(MsgFlag.text((MSG_PEEK | 0x80000000) >>> 0), `MSG_PEEK|${0x80000000}`);
  is(AddressInfo.text(AddressInfo.AI_PASSIVE | AddressInfo.AI_CANONNAME), "AI_PASSIVE|AI_CANONNAME");
});

test("enums: every name and number that Python has", () => {
  type Table = Record<
    "AddressFamily" | "SocketKind" | "MsgFlag" | "AddressInfo",
    [name: string, value: number][]
  >;
  const theirs: Table = ask(`
print(json.dumps({e.__name__: [[m.name, m.value] for m in e] for e in (socket.AddressFamily, socket.SocketKind, socket.MsgFlag, socket.AddressInfo)}))`);
  const ours = { AddressFamily, SocketKind, MsgFlag, AddressInfo };
  for (const [kind, members] of Object.entries(theirs) as [keyof Table, Table[keyof Table]][]) {
    ok(members.length > 4, kind);
    equal(
      members.map(([, value]) => [ours[kind].text(value), value]),
      members,
      kind,
    );
    for (const [name, value] of members) is((ours[kind] as unknown as Record<string, number>)[name], value);
  }
});

test("enums: are constant", () => {
  throws(() => {
    (AddressFamily as { AF_INET: number }).AF_INET = 3;
  }, TypeError);
  is(AddressFamily.AF_INET, AF_INET);
});

test("SocketType, hasIPv6: as Python's", () => {
  is(SocketType, Socket);
  is(hasIPv6, ask<boolean>("print(json.dumps(socket.has_ipv6))"));
});
