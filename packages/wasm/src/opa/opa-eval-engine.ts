import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Engine, ReleaseInfo } from "@forego/core";
import { runOpa } from "./run-opa.ts";

/** What the engine is made from. */
export interface OpaEvalEngineParts {
  readonly release: ReleaseInfo;
  /** The plain OPA bundles of the release: paths of `opa/<category>.tar.gz` and `opa/decision.tar.gz`. */
  readonly bundles: readonly string[];
}

interface Waiting {
  readonly input: unknown;
  readonly resolve: (output: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

const query =
  "{index: result | one := data.forego_inputs[index]; result := data.forego.decision.result with input as one}";

/**
 * An engine over `opa eval`, for proofs and for `forego eval --engine opa`: OPA's own evaluator on the plain bundles.
 * Inputs that are handed over together are evaluated by one run of OPA. Not for agents: a run takes a tenth of a second.
 */
export function createOpaEvalEngine({ release, bundles }: OpaEvalEngineParts): Engine {
  let batch: Waiting[] = [];

  const flush = async (): Promise<void> => {
    const waiting = batch;
    batch = [];
    try {
      const outputs = await evaluateAll(
        waiting.map(({ input }) => input),
        bundles,
      );
      for (const [index, { resolve }] of waiting.entries()) resolve(outputs[String(index)]);
    } catch (cause) {
      for (const { reject } of waiting) reject(cause);
    }
  };

  return {
    kind: "opa",
    release,
    evaluate: (input) =>
      new Promise((resolve, reject) => {
        if (batch.length === 0) setImmediate(flush);
        batch.push({ input, resolve, reject });
      }),
  };
}

async function evaluateAll(
  inputs: readonly unknown[],
  bundles: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const dir = await mkdtemp(join(tmpdir(), "forego-eval-"));
  try {
    await writeFile(join(dir, "inputs.json"), JSON.stringify({ forego_inputs: inputs }));
    const named = bundles.flatMap((bundle) => ["-b", resolve(bundle)]);
    const text = await runOpa(["eval", "-f", "json", ...named, "-d", "inputs.json", query], dir);
    const answer = JSON.parse(text) as { result?: { expressions?: { value?: Record<string, unknown> }[] }[] };
    return answer.result?.[0]?.expressions?.[0]?.value ?? {};
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
