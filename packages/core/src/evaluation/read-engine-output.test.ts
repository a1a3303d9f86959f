import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Effect, RuleInfo } from "../release/release.ts";
import { readEngineOutput } from "./read-engine-output.ts";

function rule(id: string, effect: Effect): RuleInfo {
  return {
    id,
    category: "resource",
    effect,
    reason: `reason_of_${effect}`,
    on: ["tool_call"],
    meaning: "sha256:0",
    reads: { fields: {} },
    requires: [],
    source: { file: "a.policy.ts", line: 1, column: 1 },
  };
}

const rules = new Map([
  ["resource.a.allow", rule("resource.a.allow", "allow")],
  ["resource.a.deny", rule("resource.a.deny", "deny")],
  ["resource.a.ask", rule("resource.a.ask", "require_approval")],
]);

const index = { rule: (id: string) => rules.get(id) };
const read = (answer: unknown, granted: readonly unknown[] = []) => readEngineOutput(answer, index, granted);

const allow = {
  effect: "allow",
  reasons: ["reason_of_allow"],
  hits: ["resource.a.allow"],
  invalid: [],
  missing: [],
  overridden: [],
  obligations: [],
  values: {},
};

describe("readEngineOutput", () => {
  test("reads what a release answers, and nothing beside it", () => {
    expect(read({ ...allow, others: ["skip"], allow: true })).toEqual(allow);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["true", true],
    ["a text", "allow"],
    ["an array", [allow]],
    ["OPA's result set", [{ result: allow }]],
    ["OPA's HTTP answer", { result: allow }],
    ["an allow of another form", { allow: true }],
    ["an unknown effect", { ...allow, effect: "permit" }],
    ["an effect in capitals", { ...allow, effect: "ALLOW" }],
    ["an effect that is a list", { ...allow, effect: ["allow"] }],
    ["no effect", { ...allow, effect: undefined }],
    ["no reasons", { ...allow, reasons: undefined }],
    ["reasons that are a set written as an object", { ...allow, reasons: { reason_of_allow: true } }],
    ["reasons that are one text", { ...allow, reasons: "reason_of_allow" }],
    ["reasons that are not texts", { ...allow, reasons: [1] }],
    ["no hits", { ...allow, hits: undefined }],
    ["hits with null", { ...allow, hits: [null] }],
    ["no invalid rules", { ...allow, invalid: undefined }],
    ["no missing paths", { ...allow, missing: undefined }],
    ["a hit of another release", { ...allow, hits: ["resource.b.allow"] }],
    ["a hit named __proto__", { ...allow, hits: ["__proto__"] }],
    ["an invalid rule of another release", { ...allow, invalid: ["resource.b.allow"] }],
    ["a reason that none of its hits carries", { ...allow, reasons: ["connect ECONNREFUSED 10.2.3.4:8181"] }],
    ["a reason of a rule that did not match", { ...allow, reasons: ["reason_of_deny"] }],
    ["an allow beside a deny", { ...allow, hits: ["resource.a.allow", "resource.a.deny"] }],
    ["an allow beside a rule that could deny and is invalid", { ...allow, invalid: ["resource.a.deny"] }],
    ["an allow beside a rule that could ask and is invalid", { ...allow, invalid: ["resource.a.ask"] }],
    ["an allow beside an open ask", { ...allow, hits: ["resource.a.allow", "resource.a.ask"] }],
    ["an ask that nobody asks", { ...allow, effect: "require_approval" }],
    [
      "an ask beside a deny",
      {
        ...allow,
        effect: "require_approval",
        reasons: ["reason_of_require_approval"],
        hits: ["resource.a.ask", "resource.a.deny"],
      },
    ],
  ])("takes %s for no answer", (_what, answer) => {
    expect(read(answer)).toBeUndefined();
  });

  test("takes an allow for an answer when the asks beside it were granted, and an ask no more", () => {
    const granted = { ...allow, hits: ["resource.a.allow", "resource.a.ask"] };
    expect(read(granted, ["resource.a.ask"])).toEqual(granted);
    const asked = { ...granted, effect: "require_approval", reasons: ["reason_of_require_approval"] };
    expect(read(asked)).toEqual(asked);
    expect(read(asked, ["resource.a.ask"])).toBeUndefined();
  });

  test("takes a deny with a reserved reason, and an allow beside an invalid allow", () => {
    const deny = { ...allow, effect: "deny", reasons: ["forego.invalid_rule"], invalid: ["resource.a.deny"] };
    expect(read(deny)).toEqual(deny);
    const doubtful = { ...allow, invalid: ["resource.a.allow"] };
    expect(read(doubtful)).toEqual(doubtful);
  });

  describe("of a release with every effect", () => {
    const full = new Map(
      [
        rule("resource.a.allow", "allow"),
        { ...rule("resource.a.deny", "deny"), overridable: { by: ["oncall"] } },
        {
          ...rule("override.o.lift", "lift"),
          owner: "oncall",
          lifts: [{ rule: "resource.a.deny", meaning: "sha256:0" }],
        },
        { ...rule("compliance.c.redact", "redact"), paths: ["args.to"] },
        rule("compliance.c.set", "transform"),
        rule("workflow.w.spend", "budget"),
      ].map((one) => [one.id, one] as const),
    );
    const readFull = (answer: unknown, changed: readonly RuleInfo[] = []) => {
      const replaced = new Map([...full, ...changed.map((one) => [one.id, one] as const)]);
      return readEngineOutput(answer, { rule: (id) => replaced.get(id) }, []);
    };
    const values = { "compliance.c.set": { size: 1 }, "workflow.w.spend": { cost: 1, limit: 9 } };
    const whole = {
      ...allow,
      hits: [...full.keys()],
      overridden: ["resource.a.deny"],
      obligations: [
        { kind: "redact", rule: "compliance.c.redact", paths: ["args.to"] },
        { kind: "transform", rule: "compliance.c.set", set: { size: 1 } },
      ],
      values,
    };

    test("is read whole", () => {
      expect(readFull(whole)).toEqual(whole);
    });

    test.each<[string, unknown]>([
      [
        "a rule that is lifted, and has not matched",
        { ...whole, hits: whole.hits.filter((id) => id !== "resource.a.deny") },
      ],
      [
        "a rule that is lifted without its lift",
        { ...whole, hits: whole.hits.filter((id) => id !== "override.o.lift") },
      ],
      [
        "a rule that is lifted, and may not be",
        { ...whole, overridden: ["resource.a.allow", "resource.a.deny"] },
      ],
      ["an obligation that is missing", { ...whole, obligations: whole.obligations.slice(1) }],
      [
        "an obligation with other paths",
        { ...whole, obligations: [{ ...whole.obligations[0], paths: [] }, whole.obligations[1]] },
      ],
      [
        "an obligation with other values",
        { ...whole, obligations: [whole.obligations[0], { ...whole.obligations[1], set: {} }] },
      ],
      ["a limit without its values", { ...whole, values: { "compliance.c.set": { size: 1 } } }],
      [
        "a limit that costs less than nothing",
        { ...whole, values: { ...values, "workflow.w.spend": { cost: -1, limit: 9 } } },
      ],
      [
        "a limit whose key is no text",
        { ...whole, values: { ...values, "workflow.w.spend": { cost: 1, limit: 9, key: 7 } } },
      ],
    ])("takes %s for no answer", (_what, answer) => {
      expect(readFull(answer)).toBeUndefined();
    });

    test("takes a lift of a rule for no answer that has changed, or is no longer its owner's to lift", () => {
      const deny = { ...rule("resource.a.deny", "deny"), overridable: { by: ["oncall"] } };
      expect(readFull(whole, [{ ...deny, meaning: "sha256:1" }])).toBeUndefined();
      expect(readFull(whole, [{ ...deny, overridable: { by: ["security"] } }])).toBeUndefined();
      expect(readFull(whole, [rule("resource.a.deny", "deny")])).toBeUndefined();
    });
  });

  test("never throws, and never allows what is not of the closed shape", () => {
    const ids = fc.constantFrom(...rules.keys(), "resource.b.allow", "constructor");
    const answers = fc.oneof(
      fc.anything(),
      fc.record(
        {
          effect: fc.constantFrom("allow", "deny", "require_approval", "permit"),
          reasons: fc.array(fc.constantFrom("reason_of_allow", "reason_of_deny", "forego.deadline", "other")),
          hits: fc.array(ids),
          invalid: fc.array(ids),
          missing: fc.array(fc.string()),
          overridden: fc.array(ids),
          obligations: fc.constantFrom([], ["x"]),
          values: fc.constant({}),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(answers, (answer) => {
        const output = read(answer);
        if (output?.effect !== "allow") return;
        expect(output.hits.every((id) => rules.get(id)?.effect === "allow")).toBe(true);
        expect(output.invalid.every((id) => rules.get(id)?.effect === "allow")).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
