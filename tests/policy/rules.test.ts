// Policies as data: what is a rule, and what a wrong one says. The schema says the same.
import { readFileSync } from "node:fs";
import { guarded, PolicyError, type Policy, type RuleText } from "../../shim/policy/index.js";
import { equal, is, ok, test, throws } from "../suite.js";
import { recording } from "./recording.js";

const errors = (policy: unknown): readonly string[] =>
  throws(() => guarded(recording(), policy as Policy), PolicyError).errors;

const right: RuleText[] = [
  "tcp-connect:10.0.0.0/8:443",
  "tcp-connect:[2001:db8::]/32:443",
  "tcp-connect:*:*",
  "tcp-listen:127.0.0.1:8000-8999",
  "tcp-listen:0.0.0.0:80",
  "tcp-bind:[::]:1",
  "udp-bind:*:5353",
  "udp-connect:0.0.0.0/0:53",
  "mptcp-listen:*:1-65535",
  "ping:*",
  "reverse:[::1]",
  "raw:icmp",
  "raw:17:10.0.0.0/8",
  "raw:*",
  "unix:/run/app/*",
  "unix-bind:/run/**",
  "abstract:app:*",
  "unix-pair",
  "netlink:route",
  "netlink:16",
  "packet:eth0",
  "can:vcan*",
  "vsock-connect:2:1024",
  "vsock-listen:*:4000000000-4294967295",
  "family:tipc",
  "family:45",
  "names:*.example.org",
  "names:*",
  "option:SO_MARK",
  "control:SCM_CREDENTIALS",
  "ioctl:*",
  "rights",
  "interfaces",
  "services",
  "hostname",
  "attach-filter",
  { kind: "tcp-connect", address: "10.0.0.0/8", ports: "443" },
  { kind: "raw", protocol: "icmp" },
  { kind: "raw", protocol: "icmp", address: "10.0.0.0/8" },
  { kind: "unix", path: "/run/app/*" },
  { kind: "abstract", name: "a\0b" },
  { kind: "vsock-connect", cid: "host", ports: "1" },
  { kind: "can", interface: "vcan0" },
  { kind: "option", name: "*" },
  { kind: "rights" },
];

/** What is wrong, and the end of what is said about it. */
const wrong: [rule: unknown, message: string][] = [
  ["tcp-conect:*:*", '"tcp-conect" is no kind of rule: '],
  ["tcp-connect:10.0.0.0/33:443", '"33" is no prefix length 0..32'],
  ["tcp-connect:[2001:db8::]/129:443", '"129" is no prefix length 0..128'],
  ["tcp-connect:10.0.0.1/8:443", '"10.0.0.1/8" has bits set after its prefix of 8'],
  ["tcp-connect:10.0.0:443", '"10.0.0" is no address: 10.0.0.0/8, [2001:db8::]/32 or *'],
  ["tcp-connect:010.0.0.1:443", '"010.0.0.1" is no address: 10.0.0.0/8, [2001:db8::]/32 or *'],
  ["tcp-connect:2001:db8::1:443", '"2001:db8::1" is no address: an IPv6 address stands in brackets'],
  ["tcp-connect:[10.0.0.1]:443", '"[10.0.0.1]" is no address: an IPv6 address stands in brackets'],
  ["tcp-connect:[10.0.0.1::]:443", '"[10.0.0.1::]" is no address'],
  [
    "tcp-connect:[::ffff:10.0.0.1]:443",
    '"[::ffff:10.0.0.1]" is an IPv4-mapped address: grant the IPv4 address',
  ],
  ["tcp-connect:example.org:443", "so a host's name can't be granted here"],
  ["tcp-connect:0.0.0.0:443", '"0.0.0.0" reaches 127.0.0.1, which is what can be granted'],
  ["udp-connect:[::]:443", '"[::]" reaches [::1], which is what can be granted'],
  ["tcp-connect:10.0.0.1", "is incomplete: tcp-connect:ADDRESS:PORTS"],
  ["tcp-connect:10.0.0.1:0", '"0" is no port or range of ports'],
  ["tcp-connect:10.0.0.1:65536", '"65536" is no port or range of ports'],
  ["tcp-connect:10.0.0.1:9-8", '"9-8" is no port or range of ports'],
  ["tcp-connect:10.0.0.1:https", '"https" is no port or range of ports'],
  ["raw:icmpx", '"icmpx" is no protocol of IP: '],
  ["raw:raw:10.0.0.0/8", "can't be judged: sockets of protocol raw bring IP headers of their own"],
  ["unix:run/app", '"run/app" is no path: it begins with /'],
  ["unix:/run/../app", "is no path as the system writes it: it has an empty part, . or .."],
  ["unix:/run//app", "is no path as the system writes it: it has an empty part, . or .."],
  ["unix:/run/app/", "is no path as the system writes it: it has an empty part, . or .."],
  ["unix:/run/\ud800", '"/run/\\ud800" holds a lone surrogate'],
  ["netlink:rout", '"rout" is no protocol of netlink: '],
  ["netlink:99", '"99" is no protocol of netlink: '],
  ["can:a name", '"a name" is no interface\'s name, a pattern of one, or *'],
  ["vsock-connect:2:4294967296", '"4294967296" is no port or range of ports'],
  ["family:inet", '"inet" is no family: '],
  ["family:2", '"2" is AF_INET: its rules are tcp-connect'],
  ["family:44", "is AF_XDP, which can't be granted"],
  ["family:*", '"*" is no family: each is granted by itself'],
  ["names:*example.org", "is no host's name: example.org, *.example.org or *"],
  ["option:SO_ATTACH_FILTER", '"SO_ATTACH_FILTER" is no option that can be granted'],
  ["rights:all", '":all" is too much: rights stands alone'],
  [{ kind: "tcp-connect", address: "*" }, "lacks ports"],
  [{ kind: "tcp-connect", address: "*", ports: 443 }, '"443" is no ports: numbers too are strings'],
  [{ kind: "rights", address: "*" }, '"address" is no field of a rights rule'],
  [{ address: "*" }, '"undefined" is no kind of rule: '],
  [7, '"7" is no rule: a short form or an object'],
  [null, '"null" is no rule: a short form or an object'],
];

test("rules: what is right is taken, alone and all together", () => {
  for (const rule of [...right, right])
    guarded(recording(), (Array.isArray(rule) ? rule : [rule]) as RuleText[]);
  guarded(recording(), { allow: right, deny: right, limits: { descriptors: 1, bytes: 1, milliseconds: 1 } });
});

test("explain: a call that the policy does not judge is none", () => {
  const guard = guarded(recording(), []);
  throws(() => guard.explain({ call: "recv" }), TypeError, "explain: recv is no call that the policy judges");
});

test("rules: what is wrong is told with its place", () => {
  for (const [rule, message] of wrong) {
    const [error, ...more] = errors({ allow: ["rights", rule] });
    equal(more, []);
    ok(error!.startsWith(typeof rule === "string" ? `allow[1]: ${rule}: ` : "allow[1]: "), error);
    ok(error!.includes(message), `${error}, not ${message}`);
  }
});

test("rules: a policy with errors is refused whole, and tells all of them", () => {
  equal(
    errors({ allow: ["tcp:*", "rights"], deny: ["udp"], limits: { bytes: 0, seconds: 1 }, permit: [] }).map(
      error => error.split(" is no ")[0],
    ),
    [
      'policy: "permit"',
      'allow[0]: tcp:*: "tcp"',
      'deny[0]: udp: "udp"',
      'limits: "seconds"',
      'limits.bytes: "0"',
    ],
  );
  equal(errors({}), ['allow: "undefined" is no list of rules']);
  equal(errors("rights"), ['policy: "rights" is no policy: an object, or a list of rules']);
});

type Schema = { readonly [key: string]: any };
const schema = JSON.parse(
  readFileSync(new URL("../../../docs/policy.schema.json", import.meta.url), "utf8"),
) as Schema;

/** As much of JSON Schema as the schema uses. */
function conforms(value: unknown, to: Schema): boolean {
  const rules: { readonly [key: string]: (expected: any) => boolean } = {
    $ref: place =>
      conforms(
        value,
        place
          .slice(2)
          .split("/")
          .reduce((at: Schema, key: string) => at[key], schema),
      ),
    type: name =>
      name === "integer"
        ? Number.isInteger(value)
        : name === "array"
          ? Array.isArray(value)
          : typeof value === name && !Array.isArray(value) && value !== null,
    enum: list => list.includes(value),
    pattern: source => typeof value !== "string" || new RegExp(source).test(value),
    minimum: least => typeof value !== "number" || value >= least,
    maximum: most => typeof value !== "number" || value <= most,
    items: item => !Array.isArray(value) || value.every(one => conforms(one, item)),
    anyOf: list => list.some((one: Schema) => conforms(value, one)),
    required: keys => typeof value === "object" && keys.every((key: string) => Object.hasOwn(value!, key)),
    additionalProperties: () =>
      typeof value !== "object" || Object.keys(value!).every(key => Object.hasOwn(to.properties, key)),
    properties: each =>
      typeof value !== "object" ||
      value === null ||
      Object.entries(each).every(
        ([key, one]) => !Object.hasOwn(value, key) || conforms((value as Schema)[key], one as Schema),
      ),
  };
  return Object.entries(to).every(([key, expected]) =>
    /^(\$schema|\$id|\$defs|title|description)$/.test(key) ? true : rules[key]!(expected),
  );
}

test("rules: the schema takes what is right, and refuses what has not the form of a rule", () => {
  ok(conforms({ allow: right, deny: right, limits: { bytes: 5 } }, schema));
  for (const rule of right) ok(conforms({ allow: [rule] }, schema), JSON.stringify(rule));
  for (const policy of [
    {},
    [],
    { allow: {} },
    { allow: [], permit: [] },
    { allow: [], limits: { bytes: 0 } },
  ])
    ok(!conforms(policy, schema), JSON.stringify(policy));
  const refused = wrong.filter(([rule]) => !conforms({ allow: [rule] }, schema));
  // Numbers and names are beyond it.
  is(wrong.length - refused.length, 25);
});
