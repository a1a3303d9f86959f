import { createComparison } from "@forego/testing";
import { test } from "vitest";
import { airlineFolder, buildTogether, libraryFolder } from "./built-policy.ts";
import { compareOverServer } from "./compare-over-server.ts";
import { opaInputs, seed } from "./parameters.ts";

test.each([
  ["the policy library", libraryFolder],
  ["the airline", airlineFolder],
])("%s means over an OPA server what it means in TypeScript", async (_what, folder) => {
  const { together, dispose } = await buildTogether(folder);
  try {
    await compareOverServer(together, createComparison(together), { seed, inputs: opaInputs });
  } finally {
    await dispose();
  }
});
