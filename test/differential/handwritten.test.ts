import { type Comparison, compareInProcess, createComparison } from "@forego/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltLanguage, buildTogether, builtinsFolder, handwrittenFolder } from "./built-policy.ts";
import { compareInOpa } from "./compare-in-opa.ts";
import { compareOverServer } from "./compare-over-server.ts";
import { inputs, opaInputs, seed } from "./parameters.ts";

let built: Omit<BuiltLanguage, "alone">;
/** Inputs that are about one policy each, decided by the release of all of them. */
let comparisons: readonly Comparison[];

beforeAll(async () => {
  built = await buildTogether(handwrittenFolder);
  const { together } = built;
  comparisons = together.ir.policies.map((policy) => {
    const rules = together.rules.filter(({ ir }) => policy.rules.includes(ir));
    return createComparison(together, { ...together, ir: { ...together.ir, policies: [policy] }, rules });
  });
});

afterAll(() => built.dispose());

test("rules in hand-written Rego are guarded, resolved and lifted as those in TypeScript are", () => {
  for (const comparison of comparisons) compareInProcess(comparison, { seed, inputs });
  expect(comparisons.flatMap(({ witnesses }) => witnesses.unseen())).toEqual([]);
});

test("hand-written Rego says in WASM what it says in OPA's own evaluator", async () => {
  for (const comparison of comparisons)
    await compareInOpa(built.together, comparison, { seed, inputs: opaInputs });
});

test("hand-written Rego says in WASM what it says over an OPA server", async () => {
  for (const comparison of comparisons)
    await compareOverServer(built.together, comparison, { seed, inputs: opaInputs });
});

test("the built-in functions that hand-written Rego may use say of odd values in WASM what they say in OPA", async () => {
  const { together, dispose } = await buildTogether(builtinsFolder);
  try {
    const comparison = createComparison(together);
    compareInProcess(comparison, { seed, inputs: opaInputs });
    await compareInOpa(together, comparison, { seed, inputs: opaInputs });
  } finally {
    await dispose();
  }
});
