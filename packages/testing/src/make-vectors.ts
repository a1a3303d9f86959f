import { evaluateRelease, type IrRelease } from "@forego/ir";
import fc from "fast-check";
import { type Input, inputArbitrary } from "./input-arbitrary.ts";

/**
 * Inputs of one release, always the same, with what its intermediate form answers. Of a release with hand-written
 * Rego, that cannot: `answer` is how another engine does.
 */
export function makeVectors(
  release: IrRelease,
  count: number,
  answer: (input: Input) => unknown = (input) => evaluateRelease(release, input),
): readonly { readonly input: Readonly<Record<string, unknown>>; readonly output: unknown }[] {
  const inputs = fc.sample(inputArbitrary(release), { seed: 1, numRuns: count });
  return inputs.map((input) => ({ input, output: answer(input) }));
}
