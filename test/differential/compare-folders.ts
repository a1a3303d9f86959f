import { compareInProcess, createComparison, type Sample } from "@forego/testing";
import {
  airlineFolder,
  type BuiltRelease,
  buildLanguage,
  languageFolder,
  libraryFolder,
  obligationsFolder,
} from "./built-policy.ts";
import { compareInOpa } from "./compare-in-opa.ts";
import { neverSeen } from "./never-seen.ts";

/** What comparing came to. */
export interface Compared {
  readonly inputs: number;
  readonly mismatches: number;
  /** How much of the policies no input has shown. */
  readonly unseen: number;
}

/** The policies that are compared: those that together use the whole language, the library's and the airline's. */
const folders = [languageFolder, obligationsFolder, libraryFolder, airlineFolder];

/** Inputs for OPA's own evaluator, which starts a process for each batch: of every so many, one. */
const oneInOpaOf = 20;

/** Inputs that a policy gets, however small its share, while something of it has not been seen. */
const patience = 20_000;

/** Compares every policy by itself; the inputs are shared out between them. */
export async function compareFolders(sample: Sample, say: (line: string) => void): Promise<Compared> {
  if (sample.inputs === 0) return { inputs: 0, mismatches: 0, unseen: 0 };
  const built = [];
  for (const folder of folders) built.push(await buildLanguage(folder));
  try {
    const releases = built.flatMap(({ alone }) => alone);
    const share = { ...sample, inputs: Math.ceil(sample.inputs / releases.length) };
    const results: Compared[] = [];
    for (const release of releases) {
      const startedAt = performance.now();
      const result = await compareOne(release, share, say);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      say(`${release.name}: ${result.inputs} inputs in ${seconds} s`);
      results.push(result);
    }
    const total = (of: keyof Compared) => results.reduce((sum, one) => sum + one[of], 0);
    return { inputs: total("inputs"), mismatches: total("mismatches"), unseen: total("unseen") };
  } finally {
    for (const one of built) await one.dispose();
  }
}

async function compareOne(
  release: BuiltRelease,
  { seed, inputs }: Sample,
  say: (line: string) => void,
): Promise<Compared> {
  const comparison = createComparison(release);
  const unseen = () => comparison.witnesses.unseen().filter((one) => !Object.hasOwn(neverSeen, one));
  let compared = 0;
  try {
    // what is rare shows after a while: the policy gets more inputs until all of it has been seen
    for (let round = 0; round === 0 || (compared < patience && unseen().length > 0); round++) {
      compareInProcess(comparison, { seed: seed + round, inputs });
      compared += inputs;
    }
    await compareInOpa(release, comparison, { seed, inputs: Math.ceil(inputs / oneInOpaOf) });
  } catch (error) {
    say(`${release.name}: ${(error as Error).message}`);
    return { inputs: compared, mismatches: 1, unseen: 0 };
  }
  for (const one of unseen()) say(`${release.name}: never seen: ${one}`);
  return { inputs: compared, mismatches: 0, unseen: unseen().length };
}
