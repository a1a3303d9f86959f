import { describe, expect, test } from "vitest";
import type { ReleaseInfo, RuleInfo } from "./release.ts";
import { createRuleIndex } from "./rule-index.ts";

function rule(id: string, change: Partial<RuleInfo> = {}): RuleInfo {
  return {
    id,
    category: "resource",
    effect: "allow",
    reason: "reason",
    on: ["tool_call"],
    meaning: "sha256:0",
    reads: { fields: { facts: { fields: { [id]: true } } } },
    requires: [],
    source: { file: "a.policy.ts", line: 1, column: 1 },
    ...change,
  };
}

const release: ReleaseInfo = {
  digest: "sha256:0",
  version: "1.0.0",
  contract: { min: 1, max: 1 },
  bundles: {},
  default_effect: "deny",
  rules: [
    rule("everywhere"),
    rule("pinned", { tool: "refund" }),
    rule("hostile", { tool: "constructor" }),
    rule("results", { on: ["tool_result"] }),
    rule("both", { on: ["tool_call", "model_call"] }),
  ],
  tools: {},
};

describe("the rule index", () => {
  const index = createRuleIndex(release);
  const ids = (...call: Parameters<typeof index.applicable>) =>
    index.applicable(...call).rules.map(({ id }) => id);

  test("finds rules by id, and own names only", () => {
    expect(index.rule("pinned")?.id).toBe("pinned");
    for (const id of ["constructor", "__proto__", "toString", ""]) expect(index.rule(id)).toBeUndefined();
  });

  test("finds the rules that apply to a phase and a tool", () => {
    expect(ids("tool_call", "refund")).toEqual(["everywhere", "pinned", "both"]);
    expect(ids("tool_call", "mail")).toEqual(["everywhere", "both"]);
    expect(ids("tool_call", "constructor")).toEqual(["everywhere", "hostile", "both"]);
    expect(ids("tool_call", "__proto__")).toEqual(["everywhere", "both"]);
    expect(ids("tool_result", "refund")).toEqual(["results"]);
    expect(ids("model_call", "gpt")).toEqual(["both"]);
    expect(ids("mcp_prompt_get", "x")).toEqual([]);
  });

  test("names the facts that applicable rules read, and no others", () => {
    expect(index.applicable("tool_call", "mail").facts).toEqual(["everywhere", "both"]);
    expect(index.applicable("mcp_prompt_get", "x").facts).toEqual([]);
  });

  test("always picks what resolution reads", () => {
    const input = { action: { type: "mcp_prompt_get", tool: "x", args: { a: 1 } }, granted: ["r"], user: {} };
    expect(index.applicable("mcp_prompt_get", "x").pick(input)).toEqual({
      action: { type: "mcp_prompt_get", tool: "x" },
      granted: ["r"],
    });
  });

  test("keeps one entry for all tools that no rule names", () => {
    expect(index.applicable("tool_call", "a")).toBe(index.applicable("tool_call", "b"));
    expect(index.applicable("tool_call", "refund")).not.toBe(index.applicable("tool_call", "a"));
  });
});
