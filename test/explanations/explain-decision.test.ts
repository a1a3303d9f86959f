import { rm } from "node:fs/promises";
import { clauseWords, compilePolicies, formatDiagnostic, linkRelease } from "@forego/compiler";
import { applyEdits, type ExplainOptions, explainDecision, type IrRelease } from "@forego/ir";
import { describe, expect, onTestFinished, test } from "vitest";
import { writeFolder } from "../support/build-release.ts";

async function releaseOf(
  rules: string,
  category = "resource",
  more = "",
  others: Readonly<Record<string, string>> = {},
  facts = "",
): Promise<IrRelease> {
  const dir = await writeFolder({
    ...others,
    "desk.policy.ts": `import { before, int, isoTime, policy, tool } from "@forego/dsl";
import { z } from "zod";
const pay = tool("pay", z.object({
  cents: int({ min: 0, max: 1_000_000 }), fee: int({ min: 0, max: 1000 }), to: z.string(), note: z.string().optional(),
  rows: z.array(z.object({ kind: z.enum(["a", "b"]), n: int({ min: 0, max: 100 }) })).max(20),
}));
const isLarge = (cents: number, most: number) => cents > most;
export default policy({
  category: "${category}", name: "desk", version: "1.0.0", ${more}
  facts: z.object({ ${facts} score: int(), until: isoTime() }),
  rules: ${rules},
});`,
  });
  onTestFinished(() => rm(dir, { recursive: true }));
  const { policies, diagnostics } = await compilePolicies(dir);
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
  const linking = linkRelease(policies);
  if (!linking.ok) throw new Error("the policies do not link");
  return linking.release.ir;
}

const args = {
  cents: 900,
  fee: 5,
  to: "bob",
  rows: [
    { kind: "a", n: 1 },
    { kind: "b", n: 2 },
  ],
};

function callOf(change: object = {}, facts: object = { score: 1, until: "2026-01-01T00:00:00Z" }) {
  const environment = { time: "2026-06-01T00:00:00Z" };
  return {
    action: { type: "tool_call", tool: "pay", args: { ...args, ...change } },
    facts,
    environment,
    granted: [],
  };
}

const explain = (release: IrRelease, input: unknown, more: Partial<ExplainOptions> = {}) =>
  explainDecision({ release, input, words: clauseWords, ...more });

/** The fee is 20 at least, and what is small is not paid. */
const changing = `({ transform, deny }) => ({
  least: transform({ reason: "least", tool: pay, set: { fee: ({ args }) => Math.max(args.fee, 20) }, when: ({ args }) => args.fee < 20 }),
  odd: deny({ reason: "odd", tool: pay, when: ({ args }) => args.fee >= 10 && args.fee < 30 && args.to === "bob" }),
})`;

const open = `import { policy } from "@forego/dsl";
export default policy({ name: "open", version: "1.0.0", default: "allow", rules: () => ({}) });`;

describe("a call that rules change", () => {
  test("is explained as it would be made, with a change that is allowed so", async () => {
    const release = await releaseOf(changing, "compliance", "", { "open.policy.ts": open });
    const { effect, reasons, decided, change } = explain(release, callOf());
    expect({ effect, reasons }).toEqual({ effect: "deny", reasons: ["odd"] });
    expect(decided.flatMap(({ clauses }) => clauses.flatMap(({ saw }) => saw))).toContainEqual({
      what: "action.args.fee",
      value: 20,
    });
    // a fee below 10 is raised to 20
    expect(change?.map(({ edit }) => edit)).not.toContainEqual(expect.objectContaining({ to: 9 }));
    const edits = change?.map(({ edit }) => edit) ?? [];
    expect(explain(release, applyEdits(callOf(), edits)).effect).toBe("allow");
  });
});

const allowWhen = (condition: string) =>
  `({ allow }) => ({ one: allow({ reason: "r", tool: pay, when: ({ args, facts, environment }) => ${condition} }) })`;

describe("an explanation", () => {
  test("names the clauses that kept a rule from allowing, and no others", async () => {
    const release = await releaseOf(allowWhen(`args.to === "bob" && (args.cents <= 500 || facts.score > 3)`));
    const { effect, reasons, couldAllow, decided } = explain(release, callOf());
    expect({ effect, reasons, decided }).toEqual({
      effect: "deny",
      reasons: ["forego.no_matching_allow"],
      decided: [],
    });
    expect(couldAllow.map(({ clauses }) => clauses.map(({ text, saw }) => [text, saw]))).toEqual([
      [
        ["action.args.cents is more than 500", [{ what: "action.args.cents", value: 900 }]],
        ["facts.score is at most 3", [{ what: "facts.score", value: 1 }]],
      ],
    ]);
  });

  test("tells a default as one, and not as what stands in the input", async () => {
    const condition = `(args.note ?? args.to) === "bob" && (args.rows[7]?.n ?? 9) > 3`;
    const release = await releaseOf(`({ allow, deny }) => ({
      open: allow({ reason: "open", when: () => true }),
      one: deny({ reason: "r", tool: pay, when: ({ args }) => ${condition} }),
    })`);
    const { decided, change } = explain(release, callOf());
    expect(decided.flatMap(({ clauses }) => clauses.map(({ saw }) => saw))).toEqual([
      [{ what: "action.args.note" }, { what: "action.args.to", value: "bob" }],
      [
        { what: "n of the 8th entry of action.args.rows (9 if there is none)", value: 9 },
        { what: "action.args.rows[7].n" },
      ],
    ]);
    const edits = change?.map(({ edit }) => edit) ?? [];
    expect(explain(release, applyEdits(callOf(), edits)).effect).toBe("allow");
  });

  test("tells what a comparison computed, by its name or its words", async () => {
    const condition = `{
        const total = args.rows.reduce((sum, row) => sum + row.n, 0);
        return total + 1 > args.cents - 2000 && total * 2 === 0;
      }`;
    const release = await releaseOf(`({ allow, deny }) => ({
      open: allow({ reason: "open", when: () => true }),
      one: deny({ reason: "r", tool: pay, when: ({ args }) => ${condition} }),
    })`);
    const { decided } = explain(release, callOf({ rows: [] }));
    const seen = decided.flatMap(({ clauses }) => clauses.flatMap(({ saw }) => saw));
    expect(seen.map(({ value }) => value)).toEqual(expect.arrayContaining([1, -1100, 0]));
    expect(seen.every(({ what }) => what !== "")).toBe(true);
  });

  test("names what is missing, and not what might be missing within", async () => {
    const release = await releaseOf(
      `({ deny }) => ({ one: deny({ reason: "r", when: ({ facts }) => (facts.claim.handler ?? "") === "" }) })`,
      "resource",
      "",
      {},
      "claim: z.object({ handler: z.string().nullish() }),",
    );
    const { unchecked } = explain(release, callOf());
    expect(unchecked.map(({ paths }) => paths)).toEqual([[{ path: "facts.claim", expected: "an object" }]]);
  });

  test("looks into helper functions, and tells places in the policy", async () => {
    const release = await releaseOf(allowWhen("!isLarge(args.cents, 500)"));
    const [rule] = explain(release, callOf()).couldAllow;
    expect(rule?.clauses.map(({ at, saw }) => [at.file, at.line, saw[0]?.value])).toEqual([
      ["desk.policy.ts", 7, 900],
    ]);
  });

  test("says what was there at a path that could not be checked", async () => {
    const release = await releaseOf(
      `({ deny }) => ({ one: deny({ reason: "r", tool: pay, when: ({ facts }) => facts.score > 3 }) })`,
    );
    const { unchecked, change } = explain(release, callOf({}, { score: "high" }));
    expect(unchecked).toMatchObject([
      { rule: "resource.desk.one", paths: [{ path: "facts.score", value: "high" }] },
    ]);
    // nothing else allows it
    expect(change).toBeUndefined();
  });
});

describe("the smallest change", () => {
  test.each([
    ["args.cents <= 500", ["action.args.cents", 500]],
    ["args.cents + args.fee < 500", ["action.args.cents", 494]],
    ["args.cents - args.fee === 500", ["action.args.cents", 505]],
    [`args.to === "ann"`, ["action.args.to", "ann"]],
    [`["ann", "eve"].includes(args.to)`, ["action.args.to", "ann"]],
    [`args.to.endsWith("@x")`, ["action.args.to", "bob@x"]],
    [`args.note !== undefined`, ["action.args.note", ""]],
    [`typeof args.note === "string"`, ["action.args.note", ""]],
    [`args.rows.length <= 1`, ["action.args.rows", [{ kind: "a", n: 1 }]]],
    [`args.rows.every((row) => row.kind === "a")`, ["action.args.rows[1].kind", "a"]],
    [`!args.rows.some((row) => row.n > 1)`, ["action.args.rows[1].n", 1]],
    [`before(environment.time, facts.until)`, ["environment.time", "2025-12-31T23:59:59Z"]],
  ])("finds the value that flips %s", async (condition, [path, to]) => {
    const { change } = explain(await releaseOf(allowWhen(condition)), callOf());
    expect(change).toMatchObject([{ path, to }]);
  });

  test("puts together what is needed, and leaves out what is not", async () => {
    const release = await releaseOf(allowWhen(`args.cents <= 500 && args.fee === 0 && args.to !== "eve"`));
    const { change } = explain(release, callOf());
    expect(change?.map((edit) => edit.kind === "set" && [edit.path, edit.from, edit.to])).toEqual([
      ["action.args.cents", 900, 500],
      ["action.args.fee", 5, 0],
    ]);
  });

  test("is an approval where nothing of the call has to change", async () => {
    const release = await releaseOf(
      `({ requireApproval }) => ({ one: requireApproval({ reason: "r", tool: pay, when: ({ facts }) => facts.score < 9 }) })`,
    );
    expect(explain(release, callOf()).change).toMatchObject([{ kind: "grant", rule: "resource.desk.one" }]);
  });

  test("is not claimed where it would be another call, or takes more than may be tried", async () => {
    const other = await releaseOf(
      `({ allow }) => ({ one: allow({ reason: "r", when: ({ action }) => action.tool === "x" }) })`,
    );
    expect(explain(other, callOf()).change).toBeUndefined();
    const two = await releaseOf(allowWhen("args.cents <= 500 && args.fee === 0"));
    expect(explain(two, callOf(), { maxEdits: 1 }).change).toBeUndefined();
    expect(explain(two, callOf(), { maxEvaluations: 258 }).change).toBeUndefined();
  });

  test("keeps hostile names of the input what they are", async () => {
    const release = await releaseOf(allowWhen("args.cents <= 500"));
    const input = callOf(JSON.parse('{ "__proto__": { "cents": 1 }, "constructor": 1 }') as object);
    expect(explain(release, input).change).toMatchObject([{ path: "action.args.cents", to: 500 }]);
  });
});

describe("limits", () => {
  const spend = `({ budget }) => ({
    daily: budget({ reason: "used_up", tool: pay, cost: ({ args }) => args.cents, limit: 1000, window: { days: 1 } }),
  })`;
  const rule = "workflow.desk.daily";

  async function withAllow(): Promise<IrRelease> {
    const workflow = await releaseOf(spend, "workflow");
    const resource = await releaseOf(allowWhen("args.cents >= 0"));
    return { default_effect: "deny", policies: [...resource.policies, ...workflow.policies] };
  }

  test("are told with what is used, and what the call takes", async () => {
    const limits = [{ rule, limit: 1000, used: 400, refused: true }];
    const { effect, reasons, limits: told, change } = explain(await withAllow(), callOf(), { limits });
    expect({ effect, reasons }).toEqual({ effect: "deny", reasons: ["used_up"] });
    expect(told).toMatchObject([{ rule, limit: 1000, used: 400, cost: 900, at: { file: "desk.policy.ts" } }]);
    expect(change).toMatchObject([{ path: "action.args.cents", from: 900, to: 600 }]);
  });

  test("change nothing where they were kept", async () => {
    const limits = [{ rule, limit: 1000, used: 900, refused: false }];
    const { effect, change } = explain(await withAllow(), callOf(), { limits });
    expect({ effect, change }).toEqual({ effect: "allow", change: undefined });
  });

  test("refuse nothing where they are soft", async () => {
    const limits = [{ rule, limit: 1000, used: 5000, refused: false, soft: true }];
    const { effect, change } = explain(await withAllow(), callOf(), { limits });
    expect({ effect, change }).toEqual({ effect: "allow", change: undefined });
  });

  test("are told with what the call takes as rules change it", async () => {
    const most = `({ transform }) => ({
      most: transform({ reason: "most", tool: pay, set: { cents: ({ args }) => Math.min(args.cents, 500) }, when: () => true }),
    })`;
    const { default_effect, policies } = await withAllow();
    const changing = await releaseOf(most, "compliance");
    const release = { default_effect, policies: [...policies, ...changing.policies] };
    const limits = [{ rule, limit: 1000, used: 600, refused: true }];
    expect(explain(release, callOf(), { limits }).limits).toMatchObject([{ cost: 500 }]);
  });
});
