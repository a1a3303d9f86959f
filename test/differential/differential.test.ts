import { compareInProcess, createComparison } from "@forego/testing";
import { afterAll, describe, expect, test } from "vitest";
import { buildLanguage, languageFolder, obligationsFolder } from "./built-policy.ts";
import { compareInOpa } from "./compare-in-opa.ts";
import { compareOverServer } from "./compare-over-server.ts";
import { neverSeen } from "./never-seen.ts";
import { inputs, opaInputs, seed } from "./parameters.ts";

const language = await buildLanguage(languageFolder);
const obligations = await buildLanguage(obligationsFolder);
afterAll(() => Promise.all([language.dispose(), obligations.dispose()]));

// all together, each input asks every rule: fewer will do, and whether each rule is seen both ways shows better alone
const runs = [
  ...[...language.alone, ...obligations.alone].map((release) => ({
    release,
    name: release.name,
    count: inputs,
  })),
  { release: language.together, name: "all of them", count: opaInputs },
];

describe.each(runs)("$name", ({ release, count }) => {
  const comparison = createComparison(release);

  test("means the same in TypeScript, in the intermediate form and by both entrypoints in WASM", () => {
    compareInProcess(comparison, { seed, inputs: count });
  });

  test("means the same in OPA, on the plain bundles", async () => {
    await compareInOpa(release, comparison, { seed, inputs: opaInputs });
  });

  if (release === language.together) {
    test("means the same over an OPA server", async () => {
      // each takes OPA a fifth of a second, with all rules that there are
      await compareOverServer(release, comparison, { seed, inputs: Math.ceil(opaInputs / 3) });
    });
  } else if (inputs >= 3000) {
    // on fewer, not everything is seen
    test("has no rule that is never true, never false or never invalid, and no clause that is never both", () => {
      expect(comparison.witnesses.unseen().filter((one) => !Object.hasOwn(neverSeen, one))).toEqual([]);
    });
  }
});
