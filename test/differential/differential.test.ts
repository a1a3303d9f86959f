import { evaluateRelease } from "@forego/ir";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { decideInJavaScript, requireSame } from "./answers.ts";
import { type BuiltRelease, buildLanguage, languageFolder } from "./built-policy.ts";
import { type Input, inputArbitrary } from "./input-arbitrary.ts";
import { inputs, opaInputs, seed } from "./parameters.ts";
import { createWitnesses, neverSeen } from "./witnesses.ts";

const language = await buildLanguage(languageFolder);
afterAll(() => language.dispose());

// all together, each input asks every rule: fewer will do, and whether each rule is seen both ways shows better alone
const runs = [
  ...language.alone.map((release) => ({ release, name: release.name, runs: inputs })),
  { release: language.together, name: "all of them", runs: opaInputs },
];

describe.each(runs)("$name", ({ release, runs }) => {
  const arbitrary = inputArbitrary(release.ir);
  const witnesses = createWitnesses(release.rules);
  const seen: Input[] = [];

  test("means the same in TypeScript, in the intermediate form and by both entrypoints in WASM", () => {
    fc.assert(
      fc.property(arbitrary, (input) => {
        const { rules, output } = decideInJavaScript(release, input);
        requireSame(release, "ir", input, output, evaluateRelease(release.ir, input));
        requireSame(release, "wasm", input, output, release.wasm.evaluate(input));
        requireSame(release, "checked", input, output, release.checked.evaluate(input));
        witnesses.add(rules);
        seen.push(input);
      }),
      { seed, numRuns: runs },
    );
  });

  test("means the same in OPA, on the plain bundles", async () => {
    const some = seen.slice(0, opaInputs);
    const answers = await Promise.all(some.map((input) => release.opa.evaluate(input)));
    const wrong = some.findIndex((input, index) => differs(release, input, answers[index]));
    if (wrong >= 0) await shrinkInOpa(release, arbitrary, wrong);
    expect(some.length).toBe(opaInputs);
  });

  if (release !== language.together) {
    test("has no rule that is never true, never false or never invalid", () => {
      expect(witnesses.unseen().filter((one) => neverSeen[one] === undefined)).toEqual([]);
    });
  }
});

function differs(release: BuiltRelease, input: Input, answer: unknown): boolean {
  try {
    requireSame(release, "opa", input, decideInJavaScript(release, input).output, answer);
    return false;
  } catch {
    return true;
  }
}

/** Runs the failing input again, by itself, so that it is shrunk and told as any other. */
async function shrinkInOpa(
  release: BuiltRelease,
  arbitrary: fc.Arbitrary<Input>,
  run: number,
): Promise<void> {
  const property = fc.asyncProperty(arbitrary, async (input) => {
    const answer = await release.opa.evaluate(input);
    requireSame(release, "opa", input, decideInJavaScript(release, input).output, answer);
  });
  await fc.assert(property, { seed, path: String(run), numRuns: 1 });
}
