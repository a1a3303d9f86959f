import { isDeepStrictEqual } from "node:util";
import type { Release } from "@forego/bundles";
import { type Engine, ForegoError } from "@forego/core";

/**
 * Tries an engine with the test vectors of its release, before it decides anything.
 *
 * @throws ForegoError FG3035 when it answers one of them otherwise than the release was built to, or fails; what it
 * threw is the `cause`.
 */
export async function tryVectors(engine: Engine, { vectors }: Pick<Release, "vectors">): Promise<void> {
  for (const [index, { input, output }] of vectors.entries()) {
    const answer = await answerOf(engine, input, index);
    if (isDeepStrictEqual(ordered(answer), ordered(output))) continue;
    // fail closed: an engine that does not answer as the release was built to does not decide
    throw new ForegoError(
      "FG3035",
      `The engine '${engine.kind}' answers test vector ${index} of the release otherwise than it was built to.`,
      "build the release again; if that does not help, the engine is of another version or damaged.",
    );
  }
}

async function answerOf(
  engine: Engine,
  input: Readonly<Record<string, unknown>>,
  index: number,
): Promise<unknown> {
  try {
    return await engine.evaluate(input);
  } catch (cause) {
    // a server that was too slow once has not answered otherwise
    throw new ForegoError(
      "FG3035",
      `The engine '${engine.kind}' fails at test vector ${index} of the release.`,
      "see the cause: a server may need more time than `timeoutMs`; else build the release again.",
      { cause },
    );
  }
}

/** An answer as JSON has it; its paths may be in the order of another alphabet. */
function ordered(answer: unknown): unknown {
  const plain: unknown = JSON.parse(JSON.stringify(answer ?? null));
  const { missing, ...others } = (plain ?? {}) as Readonly<Record<string, unknown>>;
  return Array.isArray(missing) ? { ...others, missing: missing.toSorted() } : plain;
}
