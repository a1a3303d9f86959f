import { describe, expect, test } from "vitest";
import { clausesOf } from "./clauses.ts";
import { evaluateRelease } from "./evaluate/evaluate-release.ts";
import type { IrPolicy } from "./ir-release.ts";
import type { Expression, ValueType } from "./nodes.ts";

const origin = { file: "a.policy.ts", line: 1, column: 1, endLine: 1, endColumn: 2 };
const truth: ValueType = { shape: { kind: "boolean" }, undefinable: false };
const texts: ValueType = {
  shape: { kind: "array", items: { kind: "string" }, max: 9 },
  undefinable: false,
};
const text: ValueType = { shape: { kind: "string" }, undefinable: false };

const read = (name: string, type: ValueType): Expression => ({
  ...{ kind: "read", document: "input", path: ["facts", name], optional: false, type, origin },
});
const item: Expression = { kind: "local", local: "item", type: text, origin };
const x: Expression = { kind: "literal", value: "x", type: text, origin };
const isX: Expression = { kind: "compare", operator: "===", left: item, right: x, type: truth, origin };
const some: Expression = {
  ...{ kind: "some", array: read("list", texts), local: "item", body: isX, type: truth, origin },
};
const flag = read("flag", truth);
const predicate: Expression = {
  kind: "and",
  left: { kind: "not", operand: flag, type: truth, origin },
  right: some,
  type: truth,
  origin,
};
const policy: IrPolicy = {
  category: "resource",
  name: "gate",
  derivations: [],
  rules: [
    {
      id: "resource.gate.open",
      effect: "allow",
      reason: "open",
      on: ["tool_call"],
      guard: [],
      predicate,
      origin,
    },
  ],
  functions: [{ id: "h", name: "h", parameters: ["item"], body: isX, origin }],
  data: null,
};

describe("clauses", () => {
  test("are the leaves of conditions, in rules, callbacks and helper functions", () => {
    expect(clausesOf(policy)).toEqual([
      { owner: "resource.gate.open", node: flag },
      { owner: "resource.gate.open", node: some },
      { owner: "resource.gate.open", node: isX },
      { owner: "resource.gate.h()", node: isX },
    ]);
  });

  test("are told with their values while a release is evaluated, each time anew", () => {
    const seen: unknown[] = [];
    const clauses = new Set(clausesOf(policy).map(({ node }) => node));
    const input = { action: { type: "tool_call", tool: "t" }, facts: { flag: false, list: ["y", "x"] } };
    evaluateRelease({ default_effect: "deny", policies: [policy] }, input, (node, value) => {
      if (clauses.has(node)) seen.push([node, value]);
    });
    expect(seen).toEqual([
      [flag, false],
      [isX, false],
      [isX, true],
      [some, true],
    ]);
  });
});
