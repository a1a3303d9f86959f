import type { ApprovalSource, BudgetTerms, RuleInfo } from "@forego/core";
import { describe, expect, test } from "vitest";
import { sayTerms } from "./say-terms.ts";

const rule: RuleInfo = {
  ...{ id: "workflow.desk.one", category: "workflow", effect: "deny", reason: "no", on: ["tool_call"] },
  ...{ meaning: "0", reads: { fields: {} }, requires: [] },
  source: { file: "desk.policy.ts", line: 1, column: 1 },
};

const denies = "A call for which too little of it is left is denied.";

describe("the terms of a rule are said", () => {
  test.each<[ApprovalSource, string]>([
    ["user", "Whoever holds the conversation confirms it."],
    [
      { groups: ["finance"], not_requester: true },
      "One person of finance must approve, who is not the requester.",
    ],
    [
      { groups: ["finance", "legal"], not_requester: false },
      "One person of finance or legal must approve, who may be the requester.",
    ],
    [
      { groups: ["finance"], not_requester: true, quorum: 2 },
      "2 people of finance must approve, none of them the requester.",
    ],
    [
      { groups: ["finance"], not_requester: false, quorum: 3 },
      "3 people of finance must approve, the requester among them or not.",
    ],
  ])("who approves: %j", (from, said) => {
    expect(sayTerms({ ...rule, from })).toEqual([said, "Its reason is no."]);
  });

  test.each<[Partial<BudgetTerms>, readonly string[]]>([
    [{ window_ms: 86_400_000 }, ["Its window is 1 day.", denies]],
    [{ window_ms: 7_200_000, unit: "tokens" }, ["Its window is 2 hours.", "It counts tokens.", denies]],
    [{ window_ms: 90_000, rate: true }, ["Its window is 90 seconds.", "It counts calls.", denies]],
    [{ window_ms: 60_000, soft: true }, ["Its window is 1 minute.", "It is soft: it denies nothing."]],
  ])("how a limit counts: %j", (terms, said) => {
    const budget = { window_ms: 1000, soft: false, rate: false, unit: "units", ...terms };
    expect(sayTerms({ ...rule, budget })).toEqual([...said, "Its reason is no."]);
  });

  test("who may lift it", () => {
    expect(sayTerms({ ...rule, overridable: { by: ["oncall", "legal"] } })).toEqual([
      "Overrides of oncall, legal may lift it.",
      "Its reason is no.",
    ]);
  });

  test("what is told and done where it decides", () => {
    const tell = [
      { name: "args.amount", path: ["action", "args", "amount"] },
      { name: "used", count: "used" as const },
    ];
    const told = { tell, remediation: "ask_less", appeal_path: "https://desk.example", audit: true };
    expect(sayTerms({ ...rule, ...told })).toEqual([
      "Its reason is no.",
      "The model and the user are told args.amount, used.",
      "What they are told to do: ask_less.",
      "Where they are told to appeal: https://desk.example",
      "Its decisions are marked for audit.",
    ]);
  });
});
