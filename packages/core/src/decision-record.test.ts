import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { createDesk, type Desk, refundCall } from "../../../test/support/desk-guard.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import type { DecisionEvent } from "./decision/observer.ts";
import { createRecord, type DecisionRecord, decideAgain } from "./decision-record.ts";
import type { Engine } from "./release/engine.ts";
import { createRuleIndex } from "./release/rule-index.ts";

let built: BuiltRelease;
let changed: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  [built, changed] = await Promise.all([
    buildRelease(deskPolicies()),
    buildRelease(deskPolicies({ confirmAbove: 5 })),
  ]);
  engine = createEngine(built.release);
});

afterAll(() => Promise.all([built.remove(), changed.remove()]));

/** A record as it comes out of a log: through JSON. */
function logged(event: DecisionEvent): DecisionRecord {
  return JSON.parse(JSON.stringify(createRecord(event))) as DecisionRecord;
}

const again = (record: DecisionRecord, by: Engine) => decideAgain(record, by, createRuleIndex(by.release));

const stories: readonly [string, (desk: Desk) => Promise<unknown>, readonly string[]][] = [
  ["an allow", ({ guard }) => guard.admit(refundCall(10)), ["support_refunds"]],
  [
    "a deny",
    ({ guard }) => guard.admit(refundCall(10, { host: { cleared: [] } })),
    ["data_class_unauthorized_for_user"],
  ],
  [
    "a deny for a rule that could not be checked",
    ({ guard }) => guard.admit(refundCall("ten")),
    ["forego.invalid_arguments"],
  ],
  ["an ask", ({ guard }) => guard.admit(refundCall(70)), ["refund_needs_confirmation"]],
  [
    "a granted ask",
    async ({ guard }) => {
      const { requests } = await guard.propose(refundCall(70));
      await guard.answer(requests[0]?.id ?? "", true, {});
      await guard.admit(refundCall(70));
    },
    ["refund_needs_confirmation", "support_refunds"],
  ],
  [
    "a refused ask",
    async ({ guard }) => {
      const { requests } = await guard.propose(refundCall(70));
      await guard.answer(requests[0]?.id ?? "", false, {});
      await guard.admit(refundCall(70));
    },
    ["forego.approval_refused"],
  ],
  ["trouble", ({ guard }) => guard.admit(refundCall(1n)), ["forego.invalid_arguments"]],
  [
    "trouble with a name that is none",
    ({ guard }) => guard.admit(refundCall(1, { tool: "\ud800" })),
    ["forego.invalid_input"],
  ],
];

describe("a decision record", () => {
  test.each(stories)(
    "of %s is decided again to the same bytes, by every engine",
    async (_what, play, reasons) => {
      const desk = createDesk(engine);
      await play(desk);
      expect(desk.decisions).toHaveLength(1);
      const record = logged(desk.decisions[0] as DecisionEvent);
      expect(record.decision.reasons).toEqual(reasons);
      for (const kind of ["wasm", "ir"] as const) {
        const { equal, decision } = await again(record, createEngine(built.release, kind));
        expect(JSON.stringify(decision)).toBe(JSON.stringify(record.decision));
        expect(equal).toBe(true);
      }
    },
  );

  test("of a result is decided again to the same bytes", async () => {
    const desk = createDesk(engine);
    const call = { host: { groups: ["trainees"] }, tool: "crm.search", args: { query: "x" } };
    await desk.guard.settle(await desk.guard.admit(call), { result: "found" });
    const record = logged(desk.decisions[1] as DecisionEvent);
    expect(record).toMatchObject({ phase: "tool_result", decision: { allow: false } });
    expect((await again(record, engine)).equal).toBe(true);
  });

  test("holds what rules read, and nothing that they do not", async () => {
    const desk = createDesk(engine);
    const call = refundCall(0, {
      args: { amount: 10, note: "not read" },
      host: { issuer: "https://id.example" },
    });
    await desk.guard.admit(call);
    const record = logged(desk.decisions[0] as DecisionEvent);
    expect(record).toMatchObject({
      record: 1,
      decided_at: "2025-09-12T13:45:00.000Z",
      tenant: "default",
      agent: "desk-agent",
      phase: "tool_call",
      tool: "refund",
      call_id: "call-1",
      conversation_id: "talk-1",
      engine: "wasm",
    });
    expect(record.input).toEqual({
      action: {
        type: "tool_call",
        tool: "refund",
        args: { amount: 10 },
        data_classes_referenced: ["billing"],
      },
      user: { data_classifications_authorized: ["billing", "customer_data"] },
      facts: { risk: 0 },
      granted: [],
    });
  });

  test("shows what another release decides", async () => {
    const desk = createDesk(engine);
    await desk.guard.admit(refundCall(10));
    const record = logged(desk.decisions[0] as DecisionEvent);
    const { equal, decision } = await again(record, createEngine(changed.release));
    expect(equal).toBe(false);
    expect(decision).toMatchObject({
      effect: "require_approval",
      metadata: { decision_id: record.decision.metadata.decision_id },
    });
  });

  test("of a refusal shows what is decided where nobody is asked any more", async () => {
    const desk = createDesk(createEngine(changed.release));
    const { requests } = await desk.guard.propose(refundCall(10));
    await desk.guard.answer(requests[0]?.id ?? "", false, {});
    await desk.guard.admit(refundCall(10));
    const record = logged(desk.decisions[0] as DecisionEvent);
    expect(record.decision.reasons).toEqual(["forego.approval_refused"]);
    const { equal, decision } = await again(record, engine);
    expect({ equal, allow: decision.allow }).toEqual({ equal: false, allow: true });
  });

  test("that was edited is not equal any more", async () => {
    const desk = createDesk(engine);
    await desk.guard.admit(refundCall(10, { host: { cleared: [] } }));
    const record = logged(desk.decisions[0] as DecisionEvent);
    const edited = { ...record, decision: { ...record.decision, allow: true } };
    expect((await again(edited, engine)).equal).toBe(false);
    const hidden = { ...record, trouble: "forego.deadline" as const };
    expect((await again(hidden, engine)).equal).toBe(false);
  });

  test("cannot be decided by an engine that fails or does not answer readably", async () => {
    const desk = createDesk(engine);
    await desk.guard.admit(refundCall(10));
    const record = logged(desk.decisions[0] as DecisionEvent);
    const throwing = {
      ...engine,
      evaluate: () => {
        throw new Error("engine");
      },
    };
    await expect(again(record, throwing)).rejects.toThrow("engine");
    const silent = { ...engine, evaluate: () => undefined };
    await expect(again(record, silent)).rejects.toThrow("no readable answer");
  });
});
