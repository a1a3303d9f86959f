// Compares what policies mean in TypeScript, in the intermediate form, in WASM and in OPA, on generated inputs:
//
//   npm run differential -- [--seed N] [--inputs N] [--programs N]
//
// The policies of the repository, between which the inputs are shared, and beside them programs that were made up. Ends
// with 1 when there is a mismatch, or when something of a policy was never seen both ways.

import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { compareFolders } from "./compare-folders.ts";
import { compareShare } from "./compare-share.ts";

/** Inputs for each program. */
const programInputs = 40;

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { seed: text, inputs: text, programs: text } });
const seed = wholeNumber(values.seed) ?? randomInt(2 ** 31);
const say = (line: string) => process.stdout.write(`${line}\n`);

say(`seed ${seed}`);
const sample = { seed, programs: wholeNumber(values.programs) ?? 2000, inputs: programInputs };
// the policies of the repository are compared beside them: each waits for OPA now and then
const threads = availableParallelism();
const shares = Array.from({ length: threads }, (_, from) => ({ of: threads, from }));
const [folders, ...programs] = await Promise.all([
  compareFolders({ seed, inputs: wholeNumber(values.inputs) ?? 100_000 }, say),
  ...shares.map((share) => compareShare({ ...sample, share }, say)),
]);

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
const inputs = sum([folders, ...programs].map((one) => one.inputs));
const mismatches = sum([folders, ...programs].map((one) => one.mismatches));
say(
  [`inputs ${inputs}`, `programs ${sum(programs.map((one) => one.programs))}`, `mismatches ${mismatches}`]
    .concat([`never seen ${folders.unseen}`, `seed ${seed}`])
    .join(", "),
);
process.exitCode = mismatches + folders.unseen === 0 ? 0 : 1;

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`'${text}' is not a whole number`);
  return Number(text);
}
