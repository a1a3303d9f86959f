import { evaluateRelease, type IrRelease } from "@forego/ir";
import fc from "fast-check";
import { inputArbitrary } from "./input-arbitrary.ts";

/** Inputs of one release, always the same, with what its intermediate form answers. */
export function makeVectors(
  release: IrRelease,
  count: number,
): readonly { readonly input: Readonly<Record<string, unknown>>; readonly output: unknown }[] {
  const inputs = fc.sample(inputArbitrary(release), { seed: 1, numRuns: count });
  return inputs.map((input) => ({ input, output: evaluateRelease(release, input) }));
}
