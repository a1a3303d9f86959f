import { isDeepStrictEqual } from "node:util";
import type { Release } from "@forego/bundles";
import { type Engine, ForegoError } from "@forego/core";

/**
 * Tries an engine with the test vectors of its release, before it decides anything.
 *
 * @throws ForegoError FG3035 when it answers one of them otherwise than the release was built to.
 */
export async function tryVectors(engine: Engine, { vectors }: Pick<Release, "vectors">): Promise<void> {
  for (const [index, { input, output }] of vectors.entries()) {
    const answer = await answerOf(engine, input);
    if (isDeepStrictEqual(ordered(answer), ordered(output))) continue;
    // fail closed: an engine that does not answer as the release was built to does not decide
    throw new ForegoError(
      "FG3035",
      `The engine '${engine.kind}' answers test vector ${index} of the release otherwise than it was built to.`,
      "build the release again; if that does not help, the engine is of another version or damaged.",
    );
  }
}

async function answerOf(engine: Engine, input: Readonly<Record<string, unknown>>): Promise<unknown> {
  try {
    return await engine.evaluate(input);
  } catch {
    // what it throws is not what the release answers
    return undefined;
  }
}

/** An answer as JSON has it; its paths may be in the order of another alphabet. */
function ordered(answer: unknown): unknown {
  const plain: unknown = JSON.parse(JSON.stringify(answer ?? null));
  const { missing, ...others } = (plain ?? {}) as Readonly<Record<string, unknown>>;
  return Array.isArray(missing) ? { ...others, missing: missing.toSorted() } : plain;
}
