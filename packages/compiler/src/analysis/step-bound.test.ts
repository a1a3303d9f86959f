import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluateRelease } from "@forego/ir";
import { describe, expect, test } from "vitest";
import { compilePolicies } from "../compile.ts";
import { boundSteps } from "./step-bound.ts";

/** Conditions that look at everything they can, on lists of their maximum that have nothing of what is looked for. */
const conditions = [
  "facts.text === 'y'",
  "facts.tags.some((tag) => tag.startsWith('y'))",
  "facts.tags.every((tag) => facts.items.every(({ parts }) => parts.every((part) => !part.startsWith(tag + 'y'))))",
  "facts.items.filter(({ parts }) => parts.length > 3).map(({ id }) => id).some((id) => facts.tags.some((tag) => tag.startsWith(id)))",
  "facts.items.flatMap(({ parts }) => parts).some((part) => part.startsWith('y'))",
  "facts.items.reduce((sum, { size }) => sum + size, 0) > 1_000",
  "Object.values(facts.record).some((size) => isLarge(size, facts.tags)) || isLarge(1, facts.tags)",
  "facts.tags.find((tag) => tag === 'y') === 'y' || facts.tags.findIndex((tag) => tag === 'y') >= 0",
  "[...facts.tags, ...facts.tags].slice(1).some((tag) => tag.startsWith('y'))",
  "counted(facts.items) > 1_000",
] as const;

const policy = `
import { int, policy } from "@forego/dsl";
import { z } from "zod";

const isLarge = (size: number, tags: readonly string[]): boolean => tags.some((tag) => tag.length > size);

function counted(items: readonly { readonly parts: readonly string[] }[]): number {
  let count = 0;
  for (const item of items) for (const part of item.parts) if (part !== "y") count += 1;
  return count;
}

export default policy({
  name: "costs",
  version: "1.0.0",
  facts: z.object({
    text: z.string(),
    tags: z.array(z.string()).max(7),
    record: z.record(z.string(), int({ min: 0, max: 10 })),
    items: z.array(z.object({ id: z.string(), size: int({ min: 0, max: 9 }), parts: z.array(z.string()).max(5) })).max(11),
  }),
  rules: ({ deny }) => ({
    ${conditions.map((one, index) => `rule_${index}: deny({ reason: "r", when: ({ facts }) => ${one} }),`).join("\n    ")}
  }),
});
`;

const functions = `
import { intersects, isInside, policy } from "@forego/dsl";
import { z } from "zod";

const isOneOf = (name: string, names: readonly string[]): boolean => names.includes(name);

export default policy({
  name: "functions",
  version: "1.0.0",
  facts: z.object({
    tags: z.array(z.string()).max(7),
    names: z.array(z.string()),
    known: z.array(z.string()),
    sizes: z.array(z.number()),
    item: z.array(z.object({ names: z.array(z.string()) })).max(1),
  }),
  rules: ({ deny }) => ({
    searched: deny({ reason: "r", when: ({ facts }) => facts.names.some((name) => facts.known.includes(name)) }),
    called: deny({
      reason: "r",
      when: ({ facts }) => facts.names.some((name) => isOneOf(name, facts.known)),
    }),
    of_item: deny({
      reason: "r",
      when: ({ facts }) => facts.item.some(({ names }) => facts.names.every((name) => names.includes(name))),
    }),
    numbers: deny({ reason: "r", when: ({ facts }) => facts.sizes.some((size) => facts.sizes.includes(size)) }),
    paths: deny({ reason: "r", when: ({ facts }) => facts.tags.some((tag) => isInside(tag, "/srv") ?? true) }),
    lists: deny({ reason: "r", when: ({ facts }) => intersects(facts.tags, ["x"]) }),
  }),
});
`;

const parts = Array.from({ length: 5 }, () => "x");

const facts = {
  text: "x",
  tags: Array.from({ length: 7 }, () => "x"),
  record: Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key${index}`, 3])),
  items: Array.from({ length: 11 }, () => ({ id: "z", size: 1, parts })),
};

const dir = mkdtempSync(join(tmpdir(), "forego-steps-"));
writeFileSync(join(dir, "costs.policy.ts"), policy);
writeFileSync(join(dir, "functions.policy.ts"), functions);
const { policies, diagnostics } = await compilePolicies(dir);
rmSync(dir, { recursive: true });

test("a function of the DSL takes what its text or its lists may", () => {
  const compiled = policies.find(({ name }) => name === "functions");
  const stepsOf = (rule: string) => compiled?.costs.get(`resource.functions.${rule}`)?.steps;
  expect(stepsOf("paths")).toBeGreaterThan(7 * 8000);
  expect(stepsOf("lists")).toBeGreaterThan(7 * 4);
  expect(stepsOf("lists")).toBeLessThan(100);
});

test.each([
  ["on documents", "searched"],
  ["through a function", "called"],
  ["on an item of the loop around", "of_item"],
])("a list that depends %s alone is made a set before the loop that searches it", (_what, rule) => {
  const compiled = policies.find(({ name }) => name === "functions");
  const steps = compiled?.costs.get(`resource.functions.${rule}`)?.steps;
  expect(steps).toBeGreaterThan(5 * 1000);
  expect(steps).toBeLessThan(12 * 1000);
});

test("a list of numbers is searched as it is", () => {
  const compiled = policies.find(({ name }) => name === "functions");
  expect(compiled?.costs.get("resource.functions.numbers")?.steps).toBeGreaterThan((1000 * 1000) / 16);
});

describe("the bound of a condition's steps", () => {
  test.each(conditions.map((condition, index) => [condition, index] as const))(
    "holds for lists at their maximum, and is not far from what is taken: %s",
    (_condition, index) => {
      expect(diagnostics).toEqual([]);
      const compiled = policies.find(({ name }) => name === "costs");
      const rule = compiled?.ir.rules[index];
      if (compiled === undefined || rule === undefined) throw new Error("the policy did not compile");
      let taken = 0;
      const release = { default_effect: "deny", policies: [{ ...compiled.ir, rules: [rule] }] } as const;
      const input = { action: { type: "tool_call", tool: "t" }, facts, granted: [] };
      const { invalid } = evaluateRelease(release, input, () => {
        taken += 1;
      });
      const { steps, loop } = boundSteps(rule.predicate, compiled.ir.functions);
      expect(invalid).toEqual([]);
      expect(taken).toBeLessThanOrEqual(steps);
      expect(taken).toBeGreaterThan(steps / 5);
      expect(loop === undefined).toBe(index === 0);
    },
  );
});
