// Answers of the resolver that the real system can't be made to give: a host that pretends.
import { readFileSync } from "node:fs";
import type { AddrInfoRow, Host } from "../../shim/contract.js";
import { nodeHost } from "../../shim/node.js";
import { unsupported } from "../../shim/unsupported.js";
import * as ours from "../../ts/index.js";
import {
  AF_INET,
  EAI_SYSTEM,
  EMFILE,
  GaiError,
  HError,
  IPPROTO_TCP,
  OSError,
  SOCK_STREAM,
  socketModule,
} from "../../ts/index.js";
import { wasm } from "../../ts/codec/webassembly.js";
import { equal, fails, is, match, test, throws } from "../suite.js";
import { UTF8 } from "./outcomes.js";

/** The row of 127.0.0.1:80 as this system has it. */
const LOOPBACK = nodeHost().getaddrinfo(
  Buffer.from("127.0.0.1"),
  Buffer.from("80"),
  AF_INET,
  SOCK_STREAM,
  0,
  0,
) as AddrInfoRow[];

const codec = new wasm.Module(readFileSync(new URL("../../codec.wasm", import.meta.url)));
const pretending = (answers: Partial<Host>) =>
  socketModule({ ...nodeHost(), attach: () => 0, ...answers }, codec);

test("EAI_SYSTEM: the errno's own exception", () => {
  const { getaddrinfo, getnameinfo, gethostbyname } = pretending({
    getaddrinfo: () => ({ status: EAI_SYSTEM, errno: EMFILE }),
  });
  for (const call of [
    () => getaddrinfo("localhost", 80),
    () => getnameinfo(["127.0.0.1", 80], 0),
    () => gethostbyname("localhost"),
  ]) {
    const error = throws(call, OSError, /^getaddrinfo EMFILE /);
    is(error instanceof GaiError, false);
    is(error.errno, EMFILE);
  }
});

test("GaiError: a number without a name keeps its number", () => {
  const error = throws(
    () => pretending({ getaddrinfo: () => ({ status: -9999, errno: 0 }) }).getaddrinfo("localhost", 80),
    GaiError,
    "Unknown error",
  );
  equal([error.errno, error.code], [-9999, "-9999"]);
});

test("HError: each h_errno has its name and its words; errno's own exception where that failed", () => {
  for (const [status, code, message] of [
    [ours.HOST_NOT_FOUND, "HOST_NOT_FOUND", "Unknown host"],
    [ours.TRY_AGAIN, "TRY_AGAIN", "Host name lookup failure"],
    [ours.NO_RECOVERY, "NO_RECOVERY", "Unknown server error"],
    [ours.NO_DATA, "NO_DATA", "No address associated with name"],
    [ours.NETDB_INTERNAL, "NETDB_INTERNAL", "Resolver internal error"],
    [77, "77", "Unknown resolver error"],
  ] as const) {
    const error = throws(
      () => pretending({ gethostbyaddr: () => ({ status, errno: 0 }) }).gethostbyaddr("127.0.0.1"),
      HError,
      message,
    );
    equal([error.errno, error.code], [status, code]);
  }
  fails("EMFILE", () =>
    pretending({ gethostbyaddr: () => ({ status: ours.NETDB_INTERNAL, errno: EMFILE }) }).gethostbyaddr(
      "127.0.0.1",
    ),
  );
});

test("names: bytes that are no UTF-8 come out as surrogates, UTF-8 as text", () => {
  const name = "b\xc3\xbcr";
  const alias = "b\xffr";
  const text = "b\u00fcr";
  const escaped = "b\udcffr";
  const row: AddrInfoRow = [AF_INET, SOCK_STREAM, IPPROTO_TCP, name, LOOPBACK[0]![4]];
  const module = pretending({
    getaddrinfo: () => [row],
    gethostbyname: () => [name, [alias, "c"], [Uint8Array.of(127, 0, 0, 1)]],
    getnameinfo: () => [alias, name],
    getservbyport: () => alias,
    gethostname: () => alias,
    if_indextoname: () => alias,
    if_nameindex: () => [[1, alias]],
  });
  equal(module.getaddrinfo("x", 80), [[AF_INET, SOCK_STREAM, IPPROTO_TCP, text, ["127.0.0.1", 80]]]);
  equal(module.gethostbynameEx("x"), [text, [escaped, "c"], ["127.0.0.1"]]);
  equal(module.getnameinfo(["127.0.0.1", 80], 0), [escaped, text]);
  equal(
    [module.getservbyport(1), module.gethostname(), module.if_indextoname(1), module.if_nameindex()],
    [escaped, escaped, escaped, [[1, escaped]]],
  );
});

test("getaddrinfo: a name that is not ASCII reaches the resolver by IDNA", () => {
  const asked: string[] = [];
  const module = pretending({
    getaddrinfo: node => {
      asked.push(Buffer.from(node!).toString("latin1"));
      return LOOPBACK;
    },
  });
  module.getaddrinfo(`${UTF8}.Example\u3002`, 80);
  module.gethostbyname(UTF8);
  equal(asked, ["xn--bcher-kva.example.", "xn--bcher-kva"]);
});

test("getfqdn: the first name with a dot", () => {
  const fqdn = (...names: string[]) =>
    pretending({ gethostbyaddr: () => [names[0]!, names.slice(1), []] }).getfqdn("127.0.0.1");
  equal([fqdn("a"), fqdn("a", "b"), fqdn("a", "b.c", "d.e"), fqdn("a.b", "c.d")], ["a", "a", "b.c", "a.b"]);
});

test("a host without a resolver says why", () => {
  const module = socketModule(unsupported("nothing to ask here"), codec);
  for (const call of [
    () => module.getaddrinfo("localhost", 80),
    () => module.gethostbyname("localhost"),
    () => module.getservbyname("http"),
    () => module.getservbyport(80),
    () => module.getprotobyname("tcp"),
    () => module.gethostname(),
    () => module.sethostname("a"),
    () => module.if_nameindex(),
  ])
    match(fails("ENOSYS", call).message, /: nothing to ask here$/);
});
