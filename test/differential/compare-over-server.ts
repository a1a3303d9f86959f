import { createOpaEngine } from "@forego/opa";
import type { Comparison, Sample } from "@forego/testing";
import { runOpaServer } from "../support/run-opa-server.ts";
import type { BuiltRelease } from "./built-policy.ts";
import { compareInOpa } from "./compare-in-opa.ts";

/**
 * Compares what the policies mean as TypeScript and over an OPA server that has loaded the plain bundles.
 *
 * @throws Error with the smallest input for which they differ, the line of the policy and the answers.
 */
export async function compareOverServer(
  release: BuiltRelease,
  comparison: Pick<Comparison, "arbitrary">,
  sample: Sample,
): Promise<void> {
  const { socket, stop } = await runOpaServer(["--bundle", ...release.bundles]);
  try {
    const server = { socket, timeoutMs: 60_000, onWarning: () => {} };
    const engine = await createOpaEngine({ ...server, release: release.info });
    await compareInOpa({ ...release, opa: engine }, comparison, sample);
    engine.close();
  } finally {
    await stop();
  }
}
