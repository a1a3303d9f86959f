import { memoryStores } from "@forego/state/memory";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk } from "../../../../test/support/desk-guard.ts";
import type { Input } from "../contract/contract.ts";
import { createRecord, decideAgain } from "../decision-record.ts";
import type { Engine, EngineOutput } from "../release/engine.ts";
import { createRuleIndex } from "../release/rule-index.ts";

const head = `
import { int, policy, tool } from "@forego/dsl";
import { z } from "zod";

const run = tool("run", z.object({ n: int({ min: 0, max: 1000 }), mode: z.string(), to: z.string() }), { data_classes: [] });
`;

/** A transform sets what other rules are about. */
const policies = {
  "any.policy.ts": `
import { policy } from "@forego/dsl";

export default policy({
  name: "any",
  version: "1.0.0",
  rules: ({ allow }) => ({ any: allow({ reason: "any", when: () => true }) }),
});
`,
  "spend.policy.ts": `${head}
export default policy({
  category: "workflow",
  name: "spend",
  version: "1.0.0",
  rules: ({ budget }) => ({
    daily: budget({ reason: "used_up", tool: run, window: { days: 1 }, limit: 100, cost: ({ args }) => args.n }),
  }),
});
`,
  "care.policy.ts": `${head}
export default policy({
  category: "compliance",
  name: "care",
  version: "1.0.0",
  rules: ({ transform, redact, deny, audit }) => ({
    least: transform({
      reason: "least",
      tool: run,
      set: { n: ({ args }) => Math.max(args.n, 50), mode: () => "full" },
      when: ({ args }) => args.mode !== "full",
    }),
    hide: redact({ reason: "hide", tool: run, paths: ["args.to"], when: ({ args }) => args.mode === "full" && args.to !== "all" }),
    mark: audit({ reason: "mark", tool: run, when: ({ args }) => args.mode === "full" }),
    keep: deny({ reason: "keep", tool: run, on: ["tool_result"], when: ({ args }) => args.mode === "full" }),
  }),
});
`,
};

/** Changes some calls, and says nothing of what they return. */
const withoutResults = `${head}
export default policy({
  category: "compliance",
  name: "care",
  version: "1.0.0",
  rules: ({ redact }) => ({
    hide: redact({ reason: "hide", tool: run, paths: ["args.to"], when: ({ args }) => args.mode === "some" }),
  }),
});
`;

let built: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  built = await buildRelease(policies);
  engine = createEngine(built.release);
});
afterAll(() => built.remove());

let calls = 0;
const call = () => ({
  host: {},
  tool: "run",
  callId: `call-${++calls}`,
  conversationId: "talk",
  args: { n: 1, mode: "some", to: "ana" },
  fulfils: ["redact", "transform"] as const,
});

/** The release with other rules and obligations: nothing that we compile says so. It is asked about the input `as` it is made. */
const saying = (
  change: <TPart extends object>(part: TPart) => TPart,
  as = (input: Input) => input,
): Engine => ({
  ...engine,
  release: { ...engine.release, rules: engine.release.rules.map(change) },
  async evaluate(input) {
    const output = (await engine.evaluate(as(input as Input))) as EngineOutput;
    return { ...output, obligations: output.obligations.map(change) };
  },
});
const createOffice = () => createDesk(engine, { state: memoryStores().state });

describe("a value that is to be taken out of a result", () => {
  test.each(["mcp_resource_read", "mcp_prompt_get", "model_call"] as const)(
    "denies in the phase %s, whose result no rule is asked about",
    async (phase) => {
      const eager = saying(
        (part) => ({
          ...part,
          ...("on" in part ? { on: ["tool_call", "tool_result", phase] } : {}),
          ...("paths" in part ? { paths: ["result.ssn"] } : {}),
        }),
        ({ action, ...input }) => ({ ...input, action: { ...action, type: "tool_call" } }),
      );
      const { guard } = createDesk(eager, { state: memoryStores().state });
      const { decision } = await guard.admit({ ...call(), phase, args: { n: 1, mode: "full", to: "ana" } });
      expect(decision.reasons).toEqual(["forego.obligation_unfulfilled"]);
    },
  );
});

describe("a call that is decided for a host that is told no more", () => {
  const decide = async (args: object) => {
    const { guard } = createOffice();
    return (await guard.decide({ ...call(), args })).reasons;
  };

  test("is denied where its result is decided, or it would be changed", async () => {
    expect(await decide({ n: 1, mode: "full", to: "ana" })).toEqual(["forego.obligation_unfulfilled"]);
    const built = await buildRelease({ ...policies, "care.policy.ts": withoutResults });
    const { guard } = createDesk(createEngine(built.release), { state: memoryStores().state });
    await built.remove();
    const { reasons } = await guard.decide(call());
    expect(reasons).toEqual(["forego.obligation_unfulfilled"]);
    const plain = { ...call(), args: { n: 1, mode: "plain", to: "ana" } };
    expect((await guard.decide(plain)).reasons).toEqual(["any"]);
  });
});

describe("a call that rules change", () => {
  test("owes what it owes as it will be made", async () => {
    const { guard } = createOffice();
    const { decision, args } = await guard.admit(call());
    expect(args).toEqual({ n: 50, mode: "full", to: "[redacted]" });
    expect(decision.obligations.map(({ kind }) => kind).sort()).toEqual(["audit", "redact", "transform"]);
    expect(decision.metadata.audit_required).toBe(true);
  });

  test("takes from limits what it costs as it will be made", async () => {
    const { guard } = createOffice();
    const allowed = [];
    for (let turn = 0; turn < 3; turn++) allowed.push((await guard.admit(call())).decision.reasons);
    expect(allowed).toEqual([["any"], ["any"], ["used_up"]]);
  });

  test("is what rules about its result are asked about", async () => {
    const { guard } = createOffice();
    const settlement = await guard.settle(await guard.admit(call()), { result: "r" });
    expect(settlement).toMatchObject({ withheld: true, decision: { reasons: ["keep"] } });
  });

  test("is asked about with the arguments that were decided, whatever the tool did to those it was handed", async () => {
    const { guard } = createOffice();
    const admission = await guard.admit({ ...call(), args: { n: 1, mode: "some", to: "all" } });
    Object.assign(admission.args ?? {}, { mode: "none" });
    const { decision } = await guard.settle(admission, { result: "r" });
    expect(decision?.reasons).toEqual(["keep"]);
  });

  test("is not made by an adapter that can set arguments, and cannot take values out of them", async () => {
    const { guard } = createOffice();
    const { decision } = await guard.admit({ ...call(), fulfils: ["transform"] });
    expect(decision.reasons).toEqual(["forego.obligation_unfulfilled"]);
  });

  test("is denied where a rule speaks of its result before there is one", async () => {
    const eager = saying((part) => ("paths" in part ? { ...part, paths: ["result.ssn"] } : part));
    const { guard } = createDesk(eager, { state: memoryStores().state });
    const { decision } = await guard.admit({ ...call(), args: { n: 1, mode: "full", to: "ana" } });
    expect(decision.reasons).toEqual(["forego.obligation_unfulfilled"]);
  });

  test("is decided the same from its record", async () => {
    const { guard, decisions } = createOffice();
    await guard.admit(call());
    const [event] = decisions;
    if (event === undefined) throw new Error("nothing was decided");
    const record = JSON.parse(JSON.stringify(createRecord(event)));
    expect((await decideAgain(record, engine, createRuleIndex(engine.release))).equal).toBe(true);
  });
});

describe("a call that is over", () => {
  const paid = { ...call(), args: { n: 100, mode: "full", to: "ana" } };

  test("is decided and charged again when it is made again", async () => {
    const { guard, decisions } = createOffice();
    const first = await guard.admit(paid);
    expect(await guard.admit(paid)).toBe(first);
    await guard.settle(first, { result: null });
    const { decision } = await guard.admit(paid);
    expect(decision.reasons).toEqual(["used_up"]);
    expect(decisions.filter(({ phase }) => phase === "tool_call")).toHaveLength(2);
  });

  test("takes from limits again when it failed, and gave back what it held", async () => {
    const { guard } = createOffice();
    await guard.settle(await guard.admit(paid), { error: new Error("time-out") });
    const other = await guard.admit({ ...paid, callId: "other" });
    expect(other.decision.allow).toBe(true);
    expect((await guard.admit(paid)).decision.reasons).toEqual(["used_up"]);
  });

  test("tells the operator what it took from limits, and what was lost", async () => {
    const { state } = memoryStores();
    const { guard, settles } = createDesk(engine, { state });
    await guard.settle(await guard.admit(paid), { result: null });
    expect(settles[0]?.charges).toEqual([{ rule: "workflow.spend.daily", reserved: 100, charged: 100 }]);
    const cause = new Error("the store is gone");
    const failing = createDesk(engine, {
      state: { ...memoryStores().state, commit: () => Promise.reject(cause) },
    });
    await failing.guard.settle(await failing.guard.admit(paid), { result: null });
    expect(failing.settles[0]).toMatchObject({ cause, charges: [{ charged: 100 }] });
  });
});

test("one outcome that is settled by many at once counts once", async () => {
  const { guard, settles } = createOffice();
  const admission = await guard.admit(call());
  const settlements = await Promise.all(
    Array.from({ length: 3 }, () => guard.settle(admission, { result: "r" })),
  );
  expect(new Set(settlements).size).toBe(1);
  expect(settles).toHaveLength(1);
});
