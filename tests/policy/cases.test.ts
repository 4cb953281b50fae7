// tests/policy/cases.json: each case asked of explain(), and made on a recording host.
import { readFileSync } from "node:fs";
import { guarded, type Call, type Policy, type RuleText } from "../../shim/policy/index.js";
import { equal, is, ok, test } from "../suite.js";
import { block, c, perform, recording, withFiles } from "./recording.js";

interface Case {
  name: string;
  policy: Policy | RuleText[];
  call: Call;
  files?: Record<string, string>;
  expect: { granted: boolean; rule: string | null; error?: "EACCES" | "EAI_FAIL" };
}

const { cases } = JSON.parse(
  readFileSync(new URL("../../../tests/policy/cases.json", import.meta.url), "utf8"),
) as { cases: Case[] };

/** What a refused call answers. */
function refusals(call: string): unknown[] {
  if (call === "gethostbyname" || call === "gethostbyaddr") return [{ status: 3, errno: 0 }];
  return [-c.EACCES, { status: c.EAI_FAIL, errno: 0 }];
}

for (const { name, files = {}, ...rest } of cases) {
  test(`cases: ${name}`, () => {
    withFiles(files, folder => {
      const { policy, call, expect } = JSON.parse(JSON.stringify(rest).replaceAll("$DIR", folder)) as Omit<
        Case,
        "name" | "files"
      >;
      const inner = recording();
      const guard = guarded(inner, policy);
      guard.attach(block);
      const { granted, error, place } = guard.explain(call);
      equal(
        { granted, place, error },
        { granted: expect.granted, place: expect.rule, error: expect.error ?? null },
      );
      inner.done.length = 0;
      const result = perform(guard, inner, call);
      const refused = refusals(call.call).some(answer => JSON.stringify(answer) === JSON.stringify(result));
      is(refused, !expect.granted, JSON.stringify(result));
      if (expect.granted)
        ok(inner.done.length > 0 || call.call.startsWith("if_") || call.call === "getsockopt");
      else equal(inner.done, []);
      guard.dispose();
    });
  });
}

test("cases: there are many, and no two are the same", () => {
  ok(cases.length >= 150);
  is(new Set(cases.map(({ policy, call }) => JSON.stringify([policy, call]))).size, cases.length);
});
