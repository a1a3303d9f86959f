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
export default policy({
  name: "blocked",
  version: "1.0.0",
  facts: z.object({ blocked: z.object({ since: z.string() }).optional(), closed: z.boolean() }),
  rules: ({ allow, deny }) => ({
    open: allow({ reason: "open", when: () => true }),
    blocked: deny({ reason: "blocked", when: ({ facts }) => facts.blocked?.since !== undefined }),
    closed: deny({ reason: "closed", tool: other, when: ({ facts }) => facts.closed }),
  }),
});
`,
  });
});
afterAll(() => blocked.remove());

const decide = async (facts: Record<string, () => unknown>) => {
  const { guard, decisions } = createDesk(createEngine(blocked.release), { facts });
  const { decision } = await guard.admit(refundCall(10));
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
