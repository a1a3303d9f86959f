// Compares what policies mean in TypeScript, in the intermediate form, in WASM and in OPA, on generated inputs:
//
//   npm run differential -- [--seed N] [--inputs N] [--programs N]
//
// First the policies of the repository, between which the inputs are shared, then programs that were made up. Ends with
// 1 when there is a mismatch, or when something of a policy was never seen both ways.

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { compareFolders } from "./compare-folders.ts";
import { comparePrograms } from "./compare-programs.ts";

/** Inputs for each program. */
const programInputs = 40;

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { seed: text, inputs: text, programs: text } });
const seed = wholeNumber(values.seed) ?? randomInt(2 ** 31);
const say = (line: string) => process.stdout.write(`${line}\n`);

say(`seed ${seed}`);
const folders = await compareFolders({ seed, inputs: wholeNumber(values.inputs) ?? 100_000 }, say);
const sample = { seed, programs: wholeNumber(values.programs) ?? 2000, inputs: programInputs };
const programs = await comparePrograms(sample, say);

const inputs = folders.inputs + programs.inputs;
const mismatches = folders.mismatches + programs.mismatches;
say(
  [`inputs ${inputs}`, `programs ${programs.programs}`, `mismatches ${mismatches}`]
    .concat([`never seen ${folders.unseen}`, `seed ${seed}`])
    .join(", "),
);
process.exitCode = mismatches + folders.unseen === 0 ? 0 : 1;

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`'${text}' is not a whole number`);
  return Number(text);
}
