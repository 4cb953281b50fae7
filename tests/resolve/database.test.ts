// The databases of services and protocols, and the name of this machine, held against CPython.
import { spawnSync } from "node:child_process";
import {
  OSError,
  getfqdn,
  getprotobyname,
  getservbyname,
  getservbyport,
  sethostname,
} from "../../ts/index.js";
import { noHostnameNamespace } from "../have.js";
import { equal, is, test, throws } from "../suite.js";
import { same } from "./outcomes.js";
import { textArguments } from "../runtime.js";

test("getservbyname, getservbyport, getprotobyname: as CPython has them", () =>
  same([
    ["getservbyname", "http"],
    ["getservbyname", "http", "tcp"],
    ["getservbyname", "domain", "udp"],
    ["getservbyname", "http", "nosuch"],
    ["getservbyname", "http", ""],
    ["getservbyname", "nosuch"],
    ["getservbyname", ""],
    ["getservbyname", "\ud800"],
    ["getservbyname", Buffer.from("http")],
    ["getservbyname", "http", null],
    ["getservbyname", 80],
    ["getservbyport", 80],
    ["getservbyport", 80, "tcp"],
    ["getservbyport", 53, "udp"],
    ["getservbyport", 80, "nosuch"],
    ["getservbyport", 80, ""],
    ["getservbyport", 0],
    ["getservbyport", 65535],
    ["getservbyport", 65536],
    ["getservbyport", -1],
    ["getservbyport", "80"],
    ["getservbyport", 80, null],
    ["getprotobyname", "tcp"],
    ["getprotobyname", "TCP"],
    ["getprotobyname", "ipv6-icmp"],
    ["getprotobyname", "nosuch"],
    ["getprotobyname", ""],
    ["getprotobyname", Buffer.from("tcp")],
    ["gethostname"],
  ]));

test("getservbyname, getservbyport, getprotobyname: what isn't there is an OSError that says so", () => {
  throws(() => getservbyname("nosuch"), OSError, "service/proto not found");
  throws(() => getservbyport(65535), OSError, "port/proto not found");
  throws(() => getprotobyname("nosuch"), OSError, "protocol not found");
  throws(
    () => getservbyport(65536),
    RangeError,
    "getservbyport: port must be an integer 0..65535, got 65536",
  );
  throws(() => getservbyname("http\0"), TypeError, "getservbyname: servicename must not hold a zero byte");
  throws(
    () => getservbyname("http", "tcp\0"),
    TypeError,
    "getservbyname: protocolname must not hold a zero byte",
  );
  throws(() => getprotobyname("tcp\0"), TypeError, "getprotobyname: protocolname must not hold a zero byte");
});

test(
  "sethostname: a namespace of its own gets the name, as text or bytes",
  () => {
    const script = `
    import { sethostname, gethostname, getfqdn } from ${JSON.stringify(new URL("../../ts/index.js", import.meta.url).href)};
    const names = [];
    for (const name of ["localhost", new Uint8Array([0x62, 0xff, 0x63]), "b\\udcffd"]) { sethostname(name);
      names.push(gethostname()); if (name === "localhost") names.push(getfqdn(), getfqdn("0.0.0.0"), getfqdn("::")); }
    let long; try { sethostname("x".repeat(65)); } catch (error) { long = error.code; }
    console.log(JSON.stringify([...names, long]));`;
    const child = spawnSync("unshare", ["--uts", process.execPath, ...textArguments([], script)], {
      encoding: "utf8",
    });
    is(child.stderr, "");
    const fqdn = getfqdn("localhost");
    equal(JSON.parse(child.stdout), ["localhost", fqdn, fqdn, fqdn, "b\udcffc", "b\udcffd", "EINVAL"]);
  },
  { skip: noHostnameNamespace },
);

test("sethostname: a bad name is refused before the system is asked", () => {
  throws(() => sethostname("a\0b"), TypeError, "sethostname: name must not hold a zero byte");
  throws(() => sethostname(Buffer.from("a\0b")), TypeError, /zero byte/);
  throws(() => sethostname("\ud800"), RangeError, /lone surrogate/);
  throws(
    () => sethostname(1 as never),
    TypeError,
    "sethostname: name must be a string or a Uint8Array, got 1",
  );
});
