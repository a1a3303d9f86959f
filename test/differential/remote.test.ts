import { createOpaEngine } from "@forego/opa";
import { createComparison } from "@forego/testing";
import { test } from "vitest";
import { runOpaServer } from "../support/run-opa-server.ts";
import {
  airlineFolder,
  type BuiltRelease,
  buildTogether,
  languageFolder,
  libraryFolder,
} from "./built-policy.ts";
import { compareInOpa } from "./compare-in-opa.ts";
import { opaInputs, seed } from "./parameters.ts";

test.each([
  ["the policy language", languageFolder],
  ["the policy library", libraryFolder],
  ["the airline", airlineFolder],
])("%s means over an OPA server what it means in TypeScript", async (_what, folder) => {
  const { together, dispose } = await buildTogether(folder);
  try {
    await compareOverServer(together);
  } finally {
    await dispose();
  }
});

async function compareOverServer(release: BuiltRelease): Promise<void> {
  const opa = await runOpaServer(["--bundle", ...release.bundles]);
  try {
    const server = { socket: opa.socket, timeoutMs: 60_000, onWarning: () => {} };
    const engine = await createOpaEngine({ ...server, release: release.info });
    const comparison = createComparison(release);
    await compareInOpa({ ...release, opa: engine }, comparison, { seed, inputs: opaInputs });
    engine.close();
  } finally {
    await opa.stop();
  }
}
