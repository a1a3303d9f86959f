import { rm } from "node:fs/promises";
import { createDecision, createRuleIndex } from "@forego/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { writeFolder } from "../../../test/support/build-release.ts";
import { compilePolicies } from "./compile.ts";
import { formatDiagnostic } from "./diagnostics/diagnostic.ts";
import { linkRelease } from "./link/link-release.ts";

async function rulesOf(rules: string) {
  const dir = await writeFolder({
    "desk.policy.ts": `import { int, policy, tool, toMinorUnits } from "@forego/dsl";
import { z } from "zod";
const refund = tool("refund", z.object({ cents: int(), to: z.string() }));
const typed = tool("typed", z.object({ type: z.string() }));
/** Whether the amount is one of ours. */
const isOurs = (cents: number) => cents !== 77;
export default policy({
  category: "compliance", name: "desk", version: "1.0.0",
  data: z.object({ most: int(), token: z.string() }),
  facts: z.object({ score: int() }),
  rules: ({ deny, requireApproval, audit, transform }) => ({ ${rules} }),
});`,
    "desk.data.json": '{ "most": 500, "token": "s3cr3t" }',
  });
  onTestFinished(() => rm(dir, { recursive: true }));
  const { policies, diagnostics } = await compilePolicies(dir);
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
  const linking = linkRelease(policies);
  if (!linking.ok) throw new Error("the policies do not link");
  return linking.release.info.rules;
}

const when = (condition: string, more = "") =>
  `one: deny({ reason: "r", tool: refund, when: ({ args, data, facts, action }) => ${condition}${more} })`;

describe("what a rule says where nobody has described it", () => {
  test.each([
    ["args.cents > data.most", "action.args.cents is more than data.most."],
    ["args.cents > 500", "action.args.cents is more than a set number."],
    [`args.to !== "s3cr3t@x"`, "action.args.to is not a set text."],
    [`["a@x", "b@x"].includes(args.to)`, "action.args.to is one of a set list."],
    [`args.to.startsWith("s3cr3t")`, "action.args.to starts with a set text."],
    [`/^s3(cr|e)+t$/.test(args.to)`, "action.args.to has a set form."],
    [
      "(toMinorUnits(args.to, 2) ?? 0) > 500",
      "the amount of action.args.to (a set number if there is none) is more than a set number.",
    ],
    [`action.tool === "refund"`, `action.tool is "refund".`],
  ])("%s: the condition, without texts and numbers", async (condition, said) => {
    const [rule] = await rulesOf(when(condition));
    expect(rule?.says).toBe(`Denied for refund when ${said}`);
    expect(rule?.says).not.toContain("s3cr3t");
  });

  test.each([
    ["true", "", "Denied for refund, always."],
    [
      "false",
      `, on: ["tool_call", "tool_result"]`,
      "Denied for refund, on calls of tools and results of tools, never.",
    ],
  ])("%s: that it is always so, or never", async (condition, more, said) => {
    const [rule] = await rulesOf(when(condition, more));
    expect(rule?.says).toBe(said);
  });

  test("is one sentence of bounded length", async () => {
    const [rule] = await rulesOf(
      when(Array.from({ length: 30 }, (_, n) => `args.cents === ${n}`).join(" || ")),
    );
    expect(rule?.says?.length).toBeLessThan(250);
    expect(rule?.says).toMatch(/^Denied for refund when .* …$/);
  });

  test("is left to the description where there is one, and said only of what denies or asks", async () => {
    const [marked, told] = await rulesOf(
      `marked: audit({ reason: "a", when: ({ action }) => action.tool === "x" }),
      /** Nobody may. */
      told: deny({ reason: "b", when: ({ action }) => action.tool === "x" })`,
    );
    expect([marked?.says, told?.says, told?.description]).toEqual([undefined, undefined, "Nobody may."]);
  });
});

test("what a rule means is what it sets arguments to, whatever these are called", async () => {
  const rule = (value: string) =>
    `one: transform({ reason: "r", tool: typed, set: { type: () => "${value}" }, when: () => true })`;
  const [one] = await rulesOf(rule("v1"));
  const [other] = await rulesOf(rule("v2"));
  expect(one?.meaning).not.toBe(other?.meaning);
});

test("the values that a rule tells are found where it reads them", async () => {
  const [rule] = await rulesOf(
    when("args.cents > data.most && facts.score > 3", `, tell: ["args.cents", "data.most", "facts.score"]`),
  );
  expect(rule?.tell).toEqual([
    { name: "args.cents", path: ["action", "args", "cents"] },
    { name: "data.most", value: 500 },
    { name: "facts.score", path: ["facts", "score"] },
  ]);
});

test("what a rule tells and says is no part of its meaning", async () => {
  const [silent] = await rulesOf(when("args.cents > 500"));
  const [telling] = await rulesOf(when("args.cents > 500", `, tell: ["args.cents"]`));
  expect(telling?.meaning).toBe(silent?.meaning);
});

test("a rule of a release speaks in the message of the decision", async () => {
  const rules = await rulesOf(when("args.cents > data.most"));
  const release = {
    ...{ digest: "sha256:0", version: "1.0.0", contract: { min: 1, max: 1 }, bundles: {} },
    ...{ default_effect: "deny" as const, rules, tools: {} },
  };
  const decided = {
    ...{ effect: "deny" as const, reasons: ["r"], hits: ["compliance.desk.one"], invalid: [], missing: [] },
    ...{ overridden: [], obligations: [], values: {} },
  };
  const parts = { release, rules: createRuleIndex(release), decided, decisionId: "id", durationUs: 1 };
  expect(createDecision(parts).message).toBe(
    "Denied by policy: Denied for refund when action.args.cents is more than data.most. (r)",
  );
});
