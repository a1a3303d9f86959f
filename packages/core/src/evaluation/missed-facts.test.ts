import { createEngine } from "forego";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, refundCall } from "../../../../test/support/desk-guard.ts";

let blocked: BuiltRelease;
beforeAll(async () => {
  blocked = await buildRelease({
    "blocked.policy.ts": `
import { policy, tool } from "@forego/dsl";
import { z } from "zod";
const other = tool("other", z.object({}));
const visit = tool("visit", z.object({}));
export default policy({
  name: "blocked",
  version: "1.0.0",
  facts: z.object({
    blocked: z.object({ since: z.string() }).optional(),
    staff: z.object({ name: z.string() }).optional(),
    closed: z.boolean(),
  }),
  rules: ({ allow, deny }) => ({
    open: allow({ reason: "open", when: () => true }),
    blocked: deny({ reason: "blocked", when: ({ facts }) => facts.blocked?.since !== undefined }),
    known: allow({ reason: "known", tool: other, when: ({ facts }) => facts.staff?.name !== undefined }),
    anyone: allow({ reason: "anyone", tool: visit, when: ({ facts }) => facts.staff?.name === undefined }),
    closed: deny({ reason: "closed", tool: other, when: ({ facts }) => facts.closed }),
  }),
});
`,
    "noted.policy.ts": `
import { policy } from "@forego/dsl";
import { z } from "zod";
export default policy({
  category: "compliance",
  name: "noted",
  version: "1.0.0",
  facts: z.object({ staff: z.object({ name: z.string() }).optional() }),
  rules: ({ audit }) => ({
    noted: audit({ reason: "noted", when: ({ facts }) => facts.staff?.name !== undefined }),
  }),
});
`,
  });
});
afterAll(() => blocked.remove());

const decide = async (facts: Record<string, () => unknown>, call = refundCall(10)) => {
  const told = { staff: () => ({ name: "Ana" }), ...facts };
  const { guard, decisions } = createDesk(createEngine(blocked.release), { facts: told });
  const { decision } = await guard.admit(call);
  return { reasons: decision.reasons, failures: decisions[0]?.factFailures };
};

const down = new Error("down");

test.each([
  [
    "throws",
    () => {
      throw down;
    },
  ],
  ["rejects", () => Promise.reject(down)],
  ["answers what is no data", () => () => 3],
])("denies where the provider of a fact fails that may be absent: it %s", async (_how, provider) => {
  const { reasons, failures } = await decide({ blocked: provider });
  expect(reasons).toEqual(["forego.invalid_rule"]);
  expect(failures).toMatchObject([{ fact: "blocked" }]);
});

test("goes on without a fact that may be absent where there is none", async () => {
  expect(await decide({ blocked: () => undefined })).toMatchObject({
    reasons: ["open"],
    failures: [{ fact: "blocked", isAbsent: true }],
  });
  expect((await decide({})).reasons).toEqual(["open"]);
  expect((await decide({ blocked: () => ({ since: "x" }) })).reasons).toEqual(["blocked"]);
});

test("asks of a rule that allows only whether it did, and nothing of one that tells", async () => {
  const facts = { staff: () => Promise.reject(down), blocked: () => undefined, closed: () => false };
  const callOf = (tool: string) => ({ ...refundCall(10), tool, args: {} });
  expect((await decide(facts, callOf("other"))).reasons).toEqual(["open"]);
  expect((await decide(facts, callOf("visit"))).reasons).toEqual(["forego.invalid_rule"]);
  expect((await decide({ ...facts, staff: () => undefined }, callOf("visit"))).reasons).toEqual([
    "anyone",
    "open",
  ]);
});
