import { join } from "node:path";
import { clauseWords, compilePolicies, linkRelease } from "@forego/compiler";
import { applyEdits, type Edit, evaluateRelease, explainDecision, type IrRelease } from "@forego/ir";
import { inputArbitrary } from "@forego/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { root } from "../support/repository.ts";

async function releaseOf(folder: string): Promise<IrRelease> {
  const { policies, diagnostics } = await compilePolicies(join(root, folder));
  if (diagnostics.length > 0) throw new Error(`${folder} does not compile`);
  const linking = linkRelease(policies);
  if (!linking.ok) throw new Error(`${folder} does not link`);
  return linking.release.ir;
}

const airline = await releaseOf("examples/airline/policies");
const library = await releaseOf("policies");
const obligations = await releaseOf("packages/compiler/fixtures/obligations");

/** Calls of which some parts are such that a policy of the library minds. */
const libraryInput = fc.record({
  contract: fc.constant(1),
  agent: fc.record(
    {
      id: fc.constant("desk-1"),
      scope: fc.constantFrom("support", "support", "analytics", "nobody"),
      owner_team: fc.constantFrom("support-platform", "support-platform", ""),
      chain: fc.constantFrom(
        [],
        [],
        [{ id: "a", scope: "support" }],
        [{ id: "a" }],
        Array(9).fill({ id: "a" }),
      ),
    },
    { requiredKeys: ["id", "scope", "chain"] },
  ),
  user: fc.record(
    {
      id: fc.constant("ana"),
      issuer: fc.constantFrom(
        "https://login.example.com",
        "https://login.example.com",
        "https://other.example",
      ),
      groups: fc.constant(["support"]),
      data_classifications_authorized: fc.constantFrom(["customer_data"], ["customer_data"], [], ["other"]),
    },
    { requiredKeys: ["id", "groups", "data_classifications_authorized"] },
  ),
  action: fc.record({
    type: fc.constantFrom("tool_call", "tool_call", "tool_result", "model_call"),
    tool: fc.constantFrom("crm.lookup", "crm.lookup", "kb.search", "crm.note"),
    args: fc.constant({}),
    data_classes_referenced: fc.constantFrom(
      ["customer_data"],
      ["customer_data"],
      ["forego:unclassified"],
      ["payroll"],
    ),
  }),
  context: fc.record(
    {
      turn_count: fc.constantFrom(3, 3, 10_000),
      cumulative_tokens: fc.constantFrom(1200, 1200, 100_000, 10_000_000),
    },
    { requiredKeys: ["turn_count"] },
  ),
  environment: fc.record({
    region: fc.constantFrom("eu-west", "eu-west", "elsewhere"),
    is_production: fc.boolean(),
    time: fc.constantFrom("2026-11-21T10:00:00Z", "2026-12-24T10:00:00Z"),
  }),
  granted: fc.constant([]),
});

const cases = [
  { name: "the airline", release: airline, inputs: inputArbitrary(airline), share: 0.2 },
  { name: "the library", release: library, inputs: libraryInput, share: 0.6 },
  { name: "obligations", release: obligations, inputs: inputArbitrary(obligations), share: 0.6 },
];

/** All parts of a change but the whole. */
function properParts<T>(all: readonly T[]): readonly (readonly T[])[] {
  const parts = Array.from({ length: 2 ** all.length }, (_, bits) =>
    all.filter((_one, index) => (bits >> index) % 2 === 1),
  );
  return parts.filter((part) => part.length < all.length);
}

describe.each(cases)("the smallest change, for $name", ({ release, inputs, share }) => {
  test("makes the release allow the call, and no part of it does", () => {
    let refused = 0;
    let changed = 0;
    const property = (input: unknown) => {
      const { effect, change } = explainDecision({ release, input, words: clauseWords });
      const decided = evaluateRelease(release, input);
      expect(effect).toBe(decided.effect);
      if (decided.effect !== "allow") refused++;
      if (change === undefined) return;
      changed++;
      const edits = change.map(({ edit }): Edit => edit);
      const effectOf = (part: readonly Edit[]) => evaluateRelease(release, applyEdits(input, part)).effect;
      expect(effectOf(edits)).toBe("allow");
      for (const part of properParts(edits)) expect(effectOf(part)).not.toBe("allow");
    };
    fc.assert(fc.property(inputs as fc.Arbitrary<unknown>, property), { numRuns: 300 });
    // the others are no calls that any rule allows, or are wrong in many places
    expect(changed).toBeGreaterThan(refused * share);
  });

  test("is the same each time, and never makes another call of it", () => {
    const property = (input: unknown) => {
      const first = explainDecision({ release, input, words: clauseWords });
      expect(explainDecision({ release, input, words: clauseWords })).toEqual(first);
      const paths = (first.change ?? []).flatMap((edit) => (edit.kind === "set" ? [edit.path] : []));
      for (const path of paths)
        expect(["action", "action.type", "action.tool", "contract", "granted"]).not.toContain(path);
    };
    fc.assert(fc.property(inputs as fc.Arbitrary<unknown>, property), { numRuns: 30 });
  });
});
