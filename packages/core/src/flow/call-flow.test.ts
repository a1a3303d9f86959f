import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../../test/support/build-release.ts";
import { createDesk, refundCall } from "../../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../../test/support/desk-policies.ts";
import type { Admission } from "../decision/admission.ts";
import type { Engine } from "../release/engine.ts";
import { EngineTrouble } from "../steps/engine-trouble.ts";

let built: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  engine = createEngine(built.release);
});

afterAll(() => built.remove());

const search = { host: {}, tool: "crm.search", callId: "call-1", args: { query: "x" } };
const trainee = { host: { groups: ["trainees"] } };

/** An engine that denies results from now on, whatever the policies say. */
function denyingResults(): { readonly engine: Engine; deny(): void } {
  let isDenying = false;
  const deny = { effect: "deny", reasons: ["forego.invalid_rule"], hits: [], invalid: [], missing: [] };
  return {
    deny() {
      isDenying = true;
    },
    engine: {
      ...engine,
      evaluate(input) {
        const { type } = input.action as { readonly type: string };
        return isDenying && type === "tool_result" ? deny : engine.evaluate(input);
      },
    },
  };
}

describe("settle", () => {
  test("gives a result free that no rule speaks about, and says so once", async () => {
    const { guard, settles, decisions } = createDesk(engine);
    const admission = await guard.admit(refundCall(10));
    expect(guard.decidesResults("refund")).toBe(false);
    expect(await guard.settle(admission, { result: "done" })).toEqual({
      withheld: false,
      dataClasses: ["billing"],
    });
    expect(await guard.settle(admission, { result: "done" })).toEqual({
      withheld: false,
      dataClasses: ["billing"],
    });
    expect(settles).toEqual([{ decision: admission.decision, tool: "refund", outcome: "done" }]);
    expect(decisions).toHaveLength(1);
  });

  test("decides a result that rules speak about, under an id of its own", async () => {
    const { guard, decisions } = createDesk(engine);
    const admission = await guard.admit(search);
    expect(guard.decidesResults("crm.search")).toBe(true);
    const { withheld, decision } = await guard.settle(admission, { result: "found" });
    expect({ withheld, allow: decision?.allow }).toEqual({ withheld: false, allow: true });
    expect(decision?.metadata.decision_id).not.toBe(admission.decision.metadata.decision_id);
    expect(decisions.map(({ phase }) => phase)).toEqual(["tool_call", "tool_result"]);
  });

  test("withholds a result that a rule denies", async () => {
    const { guard } = createDesk(engine);
    const admission = await guard.admit({ ...search, ...trainee });
    const settlement = await guard.settle(admission, { result: "found" });
    expect(settlement).toMatchObject({
      withheld: true,
      decision: { reasons: ["results_hidden_from_trainees"] },
    });
  });

  test("of the same result twice is one decision", async () => {
    const { guard, decisions, settles } = createDesk(engine);
    const admission = await guard.admit(search);
    const first = await guard.settle(admission, { result: { rows: [1] } });
    const second = await guard.settle(admission, { result: { rows: [1] } });
    expect(second).toBe(first);
    expect([decisions.length, settles.length]).toEqual([2, 1]);
  });

  test("decides what a retry returns, after the first attempt failed", async () => {
    const { guard, settles } = createDesk(engine);
    const admission = await guard.admit({ ...search, ...trainee });
    expect(await guard.settle(admission, { error: new Error("timeout") })).toEqual({
      withheld: false,
      dataClasses: ["customer_data"],
    });
    const again = await guard.admit({ ...search, ...trainee });
    expect(again).toBe(admission);
    expect(await guard.settle(again, { result: "found" })).toMatchObject({ withheld: true });
    expect(settles.map(({ outcome }) => outcome)).toEqual(["failed", "done"]);
  });

  test("decides another result of the same call anew", async () => {
    const denying = denyingResults();
    const { guard } = createDesk(denying.engine);
    const admission = await guard.admit(search);
    expect(await guard.settle(admission, { result: "harmless" })).toMatchObject({ withheld: false });
    denying.deny();
    expect(await guard.settle(admission, { result: "secret" })).toMatchObject({ withheld: true });
  });

  test.each<[string, unknown]>([
    ["holds a lone surrogate", "\ud800"],
    ["is too large", "x".repeat(300_000)],
    ["is a bigint", 1n],
    [
      "is a cycle",
      (() => {
        const cycle: unknown[] = [];
        cycle.push(cycle);
        return cycle;
      })(),
    ],
  ])("withholds a result that %s, where rules speak about results", async (_what, result) => {
    const { guard } = createDesk(engine);
    const settlement = await guard.settle(await guard.admit(search), { result });
    expect(settlement).toMatchObject({ withheld: true, decision: { reasons: ["forego.invalid_input"] } });
    const other = await guard.admit(refundCall(10));
    expect(await guard.settle(other, { result })).toEqual({ withheld: false, dataClasses: ["billing"] });
  });

  test("withholds a result when the engine fails", async () => {
    let isBroken = false;
    const { guard } = createDesk({
      ...engine,
      evaluate(input) {
        if (isBroken) throw new Error("engine");
        return engine.evaluate(input);
      },
    });
    const admission = await guard.admit(search);
    isBroken = true;
    const settlement = await guard.settle(admission, { result: "found" });
    expect(settlement).toMatchObject({ withheld: true, decision: { reasons: ["forego.engine_error"] } });
  });

  test("withholds a result when a fact comes too late", async () => {
    const reads = { fields: { facts: { fields: { risk: true as const } } } };
    const rules = engine.release.rules.map((rule) =>
      rule.on.includes("tool_result") ? { ...rule, reads } : rule,
    );
    const { guard, clock } = createDesk(
      { ...engine, release: { ...engine.release, rules } },
      { facts: { risk: () => new Promise(() => {}) } },
    );
    const admission = await guard.admit(search);
    const settling = guard.settle(admission, { result: "found" });
    clock.advance(50);
    expect(await settling).toMatchObject({ withheld: true, decision: { reasons: ["forego.deadline"] } });
  });

  test.each([
    ["a deny", 10, { cleared: [] }],
    ["an ask", 70, {}],
  ])("gives nothing free after %s", async (_what, amount, host) => {
    const { guard, settles } = createDesk(engine);
    const admission = await guard.admit(refundCall(amount, { host }));
    expect(await guard.settle(admission, { result: "done" })).toEqual({ withheld: true });
    expect(settles).toEqual([]);
  });

  test("refuses an admission that another guard gave, or nobody", async () => {
    const { guard } = createDesk(engine);
    const other = createDesk(engine);
    const admission = await other.guard.admit(refundCall(10));
    const forged: Admission = {
      decision: { ...admission.decision, allow: true },
      requests: [],
      decidesResult: false,
    };
    for (const strange of [admission, forged]) {
      await expect(guard.settle(strange, { result: "done" })).rejects.toThrow("FG4003");
    }
  });
});

describe("an engine that fails", () => {
  test.each<[string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("engine");
      },
      "forego.engine_error",
    ],
    [
      "throws nothing",
      () => {
        throw undefined;
      },
      "forego.engine_error",
    ],
    ["rejects", () => Promise.reject(new Error("engine")), "forego.engine_error"],
    [
      "rejects, since it was asked for another release",
      () => Promise.reject(new EngineTrouble("forego.release_mismatch", "engine")),
      "forego.release_mismatch",
    ],
    ["answers nothing", () => undefined, "forego.invalid_decision"],
    ["answers later that it has no answer", async () => null, "forego.invalid_decision"],
    ["answers true", () => true, "forego.invalid_decision"],
    ["answers the SDK's result set", () => [{ result: true }], "forego.invalid_decision"],
    ["answers { allow: true }", () => ({ allow: true }), "forego.invalid_decision"],
    [
      "answers what cannot be read",
      () =>
        new Proxy(
          {},
          {
            get() {
              throw new Error("get");
            },
          },
        ),
      "forego.engine_error",
    ],
  ])("and %s denies every kind of asking, and the next call is unharmed", async (_how, evaluate, reason) => {
    let isBroken = true;
    const { guard, decisions } = createDesk({
      ...engine,
      evaluate: (input) => (isBroken ? evaluate() : engine.evaluate(input)),
    });
    expect((await guard.propose(refundCall(10))).decision.reasons).toEqual([reason]);
    expect((await guard.admit(refundCall(10, { callId: "call-2" }))).decision.reasons).toEqual([reason]);
    expect((await guard.decide(refundCall(10))).reasons).toEqual([reason]);
    expect(decisions.map(({ trouble }) => trouble?.reason)).toEqual([reason, reason, reason]);
    isBroken = false;
    expect((await guard.admit(refundCall(10, { callId: "call-3" }))).decision.allow).toBe(true);
  });
});
