import { evaluateRelease } from "@forego/ir";
import fc from "fast-check";
import { Disagreement, decideInJavaScript, regoAnswers, requireSame } from "./answers.ts";
import type { ComparedRelease } from "./compared-release.ts";
import { type Input, inputArbitrary } from "./input-arbitrary.ts";
import { createWitnesses, type Witnesses } from "./witnesses.ts";

/** A release that is compared, and what has been seen of it so far. */
export interface Comparison {
  readonly release: ComparedRelease;
  readonly arbitrary: fc.Arbitrary<Input>;
  readonly witnesses: Witnesses;
}

/** Which inputs are compared, and how many. */
export interface Sample {
  readonly seed: number;
  readonly inputs: number;
}

/** Begins to compare a release; the inputs are for all of it, or for a part, of which then is told what was seen. */
export function createComparison(
  release: ComparedRelease,
  part: Pick<ComparedRelease, "ir" | "rules" | "folder"> = release,
): Comparison {
  return { release, arbitrary: inputArbitrary(part.ir), witnesses: createWitnesses(part) };
}

/**
 * Compares what the policies mean as TypeScript, in the intermediate form and by both entrypoints in WASM.
 *
 * @throws Error with the smallest input for which they differ, the line of the policy and the answers.
 */
export function compareInProcess(comparison: Comparison, { seed, inputs }: Sample): void {
  fc.assert(propertyOf(comparison), { seed, numRuns: inputs, includeErrorInReport: true });
}

/** As {@link compareInProcess}: the answer is what differs for the smallest input, in words; nothing when all is well. */
export function findMismatch(comparison: Comparison, { seed, inputs }: Sample): string | undefined {
  const { failed, counterexample, errorInstance } = fc.check(propertyOf(comparison), {
    seed,
    numRuns: inputs,
  });
  if (!failed) return undefined;
  if (errorInstance instanceof Disagreement) return errorInstance.message;
  const [input] = counterexample ?? [];
  return `${(errorInstance as Error).message}\ninput      ${JSON.stringify(input)}`;
}

function propertyOf({ release, arbitrary, witnesses }: Comparison): fc.IProperty<[Input]> {
  return fc.property(arbitrary, (input) => {
    const answer = release.wasm.evaluate(input);
    const rego = regoAnswers(answer);
    const { rules, output } = decideInJavaScript(release, input, rego);
    const { ir } = release;
    requireSame(release, "ir", input, output, evaluateRelease(ir, input, witnesses.observe, rego));
    requireSame(release, "wasm", input, output, answer);
    requireSame(release, "checked", input, output, release.checked.evaluate(input));
    witnesses.add(rules);
  });
}
