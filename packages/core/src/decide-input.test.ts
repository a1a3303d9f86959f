import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { deskPolicies } from "../../../test/support/desk-policies.ts";
import { createManualClock } from "../../../test/support/manual-clock.ts";
import { decideInput } from "./decide-input.ts";
import type { Engine } from "./release/engine.ts";
import { createRuleIndex } from "./release/rule-index.ts";

let built: BuiltRelease;
let engine: Engine;

beforeAll(async () => {
  built = await buildRelease(deskPolicies());
  engine = createEngine(built.release);
});

afterAll(() => built.remove());

const input = {
  contract: 1,
  agent: { id: "a", scope: "support" },
  user: { id: "ada", data_classifications_authorized: ["billing"] },
  action: { type: "tool_call", tool: "refund", args: { amount: 10 }, data_classes_referenced: ["billing"] },
  environment: { time: "2025-09-12T13:45:00Z" },
  facts: { risk: 0 },
};

const decide = (raw: unknown, by: Engine = engine) =>
  decideInput(raw, { engine: by, rules: createRuleIndex(engine.release), newId: () => "id-1" });

describe("decideInput", () => {
  test("decides an input that came whole", async () => {
    const { allow, reasons, metadata } = await decide(input);
    expect({ allow, reasons, id: metadata.decision_id }).toEqual({
      allow: true,
      reasons: ["support_refunds"],
      id: "id-1",
    });
  });

  test("denies what is not an input", async () => {
    for (const raw of [undefined, null, 1, "{}", [], {}, { ...input, contract: 2 }]) {
      expect(await decide(raw)).toMatchObject({ allow: false, reasons: ["forego.invalid_input"] });
    }
  });

  test("denies when the engine throws, rejects or answers in another form", async () => {
    const throwing = {
      ...engine,
      evaluate: () => {
        throw new Error("engine");
      },
    };
    expect((await decide(input, throwing)).reasons).toEqual(["forego.engine_error"]);
    const rejecting = { ...engine, evaluate: () => Promise.reject(new Error("engine")) };
    expect((await decide(input, rejecting)).reasons).toEqual(["forego.engine_error"]);
    const strange = { ...engine, evaluate: () => ({ allow: true }) };
    expect((await decide(input, strange)).reasons).toEqual(["forego.invalid_decision"]);
  });

  test("denies when the engine takes longer than it may", async () => {
    const clock = createManualClock();
    const slow = { ...engine, evaluate: () => new Promise(() => {}) };
    const rules = createRuleIndex(engine.release);
    const waiting = decideInput(input, { engine: slow, rules, clock, deadlineMs: 10 });
    clock.advance(10);
    expect((await waiting).reasons).toEqual(["forego.deadline"]);
  });
});
