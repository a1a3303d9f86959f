import { evaluateRelease } from "@forego/ir";
import fc from "fast-check";
import { decideInJavaScript, requireSame } from "./answers.ts";
import type { BuiltRelease } from "./built-policy.ts";
import { type Input, inputArbitrary } from "./input-arbitrary.ts";
import { createWitnesses, type Witnesses } from "./witnesses.ts";

/** A release that is compared, and what has been seen of it so far. */
export interface Comparison {
  readonly release: BuiltRelease;
  readonly arbitrary: fc.Arbitrary<Input>;
  readonly witnesses: Witnesses;
}

/** Which inputs are compared, and how many. */
export interface Sample {
  readonly seed: number;
  readonly inputs: number;
}

/** Begins to compare a release. */
export function createComparison(release: BuiltRelease): Comparison {
  return { release, arbitrary: inputArbitrary(release.ir), witnesses: createWitnesses(release) };
}

/**
 * Compares what the policies mean as TypeScript, in the intermediate form and by both entrypoints in WASM.
 *
 * @throws Error with the smallest input for which they differ, the line of the policy and the answers.
 */
export function compareInProcess(comparison: Comparison, { seed, inputs }: Sample): void {
  const { release, arbitrary, witnesses } = comparison;
  const property = fc.property(arbitrary, (input) => {
    const { rules, output } = decideInJavaScript(release, input);
    requireSame(release, "ir", input, output, evaluateRelease(release.ir, input, witnesses.observe));
    requireSame(release, "wasm", input, output, release.wasm.evaluate(input));
    requireSame(release, "checked", input, output, release.checked.evaluate(input));
    witnesses.add(rules);
  });
  fc.assert(property, { seed, numRuns: inputs, includeErrorInReport: true });
}

/** Compares what the policies mean as TypeScript and in OPA's own evaluator, on the plain bundles. As {@link compareInProcess}. */
export async function compareInOpa(comparison: Comparison, { seed, inputs }: Sample): Promise<void> {
  const { release, arbitrary } = comparison;
  const some = fc.sample(arbitrary, { seed, numRuns: inputs });
  const answers = await Promise.all(some.map((input) => release.opa.evaluate(input)));
  const wrong = some.findIndex((input, index) => differs(release, input, answers[index]));
  if (wrong < 0) return;
  // the failing input again, by itself, so that it is shrunk and told as any other
  const property = fc.asyncProperty(arbitrary, async (input) => {
    const answer = await release.opa.evaluate(input);
    requireSame(release, "opa", input, decideInJavaScript(release, input).output, answer);
  });
  await fc.assert(property, { seed, path: String(wrong), numRuns: 1, includeErrorInReport: true });
}

function differs(release: BuiltRelease, input: Input, answer: unknown): boolean {
  try {
    requireSame(release, "opa", input, decideInJavaScript(release, input).output, answer);
    return false;
  } catch {
    return true;
  }
}
