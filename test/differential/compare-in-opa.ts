import type { EngineOutput } from "@forego/core";
import {
  type Comparison,
  decideInJavaScript,
  type Input,
  regoAnswers,
  requireSame,
  type Sample,
} from "@forego/testing";
import fc from "fast-check";
import type { BuiltRelease } from "./built-policy.ts";

/**
 * Compares what the policies mean as TypeScript and in OPA's own evaluator, on the plain bundles.
 *
 * @throws Error with the smallest input for which they differ, the line of the policy and the answers.
 */
export async function compareInOpa(
  release: BuiltRelease,
  { arbitrary }: Pick<Comparison, "arbitrary">,
  { seed, inputs }: Sample,
): Promise<void> {
  const some = fc.sample(arbitrary, { seed, numRuns: inputs });
  const answers = await Promise.all(some.map((input) => release.opa.evaluate(input)));
  const wrong = some.findIndex((input, index) => differs(release, input, answers[index]));
  if (wrong < 0) return;
  // the failing input again, by itself, so that it is shrunk and told as any other
  const property = fc.asyncProperty(arbitrary, async (input) => {
    const answer = await release.opa.evaluate(input);
    requireSame(release, "opa", input, expected(release, input), answer);
  });
  await fc.assert(property, { seed, path: String(wrong), numRuns: 1, includeErrorInReport: true });
}

/** What the TypeScript says, and of hand-written Rego what WASM does: OPA must say the same. */
function expected(release: BuiltRelease, input: Input): EngineOutput {
  const rego = regoAnswers(release.wasm.evaluate(input));
  return decideInJavaScript(release, input, rego).output;
}

function differs(release: BuiltRelease, input: Input, answer: unknown): boolean {
  try {
    requireSame(release, "opa", input, expected(release, input), answer);
    return false;
  } catch {
    return true;
  }
}
