import { createRuleIndex, type EngineOutput, mergeReadSets, phases, type ReadSet } from "@forego/core";
import { evaluateRelease } from "@forego/ir";
import { type Input, inputArbitrary, requireSame } from "@forego/testing";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { buildLanguage, languageFolder } from "./built-policy.ts";
import { opaInputs, seed } from "./parameters.ts";
import { scramble } from "./scramble.ts";

const language = await buildLanguage(languageFolder);
afterAll(() => language.dispose());

/** What says which rules apply: no rule reads it for itself. */
const scope: ReadSet = { fields: { action: { fields: { type: true, tool: true } }, granted: true } };

describe.each(language.alone)("$name", (release) => {
  const arbitrary = inputArbitrary(release.ir);

  test("has no rule that what it does not read can change", () => {
    const noise = fc.constantFrom(undefined, null, "x", 7, {}, ["x"], { x: { x: true } });
    const change = fc.property(
      arbitrary,
      fc.constantFrom(...release.info.rules),
      noise,
      (input, rule, other) => {
        const changed = scramble(input, mergeReadSets(rule.reads, scope), other) as Input;
        const says = (output: EngineOutput) => [
          output.hits.includes(rule.id),
          output.invalid.includes(rule.id),
        ];
        expect(says(evaluateRelease(release.ir, changed))).toEqual(says(evaluateRelease(release.ir, input)));
        expect(says(release.wasm.evaluate(changed) as EngineOutput)).toEqual(
          says(release.wasm.evaluate(input) as EngineOutput),
        );
      },
    );
    fc.assert(change, { seed, numRuns: 3 * opaInputs });
  });

  test("says the same about an input and about its projection", () => {
    const index = createRuleIndex(release.info);
    const projection = fc.property(arbitrary, (input) => {
      const { type, tool } = (input.action ?? {}) as Input;
      const phase = phases.find((one) => one === type);
      // what is not of the contract is never projected
      if (phase === undefined || typeof tool !== "string") return;
      const projected = index.applicable(phase, tool).pick(input) as Input;
      requireSame(
        release,
        "ir",
        input,
        evaluateRelease(release.ir, input),
        evaluateRelease(release.ir, projected),
      );
      requireSame(
        release,
        "wasm",
        input,
        release.wasm.evaluate(input) as EngineOutput,
        release.wasm.evaluate(projected),
      );
    });
    fc.assert(projection, { seed, numRuns: 3 * opaInputs });
  });
});
