import { describe, expect, test } from "vitest";
import { createInputCheck } from "./check-input.ts";
import type { IrRelease } from "./ir-release.ts";
import type { Shape, TextPattern } from "./shape.ts";

/** A check of one fact, of which a text must match a pattern. */
function checkOf(pattern: TextPattern, around: (text: Shape) => Shape = (text) => text) {
  const shape = around({ kind: "string", patterns: [pattern] });
  const guard = [{ path: ["facts", "code"], optional: false, shape }];
  const rule = { id: "resource.a.code", on: ["tool_call"], guard };
  const release = { policies: [{ rules: [rule] }] } as unknown as IrRelease;
  const check = createInputCheck(release);
  return (code: unknown) => check({ action: { type: "tool_call", tool: "t" }, facts: { code } });
}

const plain: TextPattern = { source: "^[a-z]+$", flags: "" };
const slow: TextPattern = { source: "^(?:[a-z]+-?)+$", flags: "", re2: "^(?:[a-z]+-?)+$" };
const within: readonly ((text: Shape) => Shape)[] = [
  (text) => text,
  (text) => ({ kind: "array", items: text, max: 9 }),
  (items) => ({ kind: "array", items, places: [items], min: 1, max: 1 }),
  (values) => ({ kind: "record", values, max: 9 }),
  (text) => ({ kind: "object", properties: { a: { shape: text, optional: true } } }),
  (text) => ({ kind: "union", members: [{ kind: "boolean" }, text] }),
];

describe("an input whose text must match a pattern", () => {
  test("is checked where plain functions of texts tell the same", () => {
    const check = checkOf(plain);
    expect(check("abc")).toEqual({ rules: [], paths: [] });
    expect(check("ABC")).toEqual({ rules: ["resource.a.code"], paths: ["facts.code"] });
  });

  test.each([...within.entries()])(
    "is left to an engine that knows RE2 where plain functions cannot: %i",
    (_, around) => {
      expect(checkOf(slow, around)(`${"a".repeat(12)}!`)).toBeUndefined();
    },
  );
});
