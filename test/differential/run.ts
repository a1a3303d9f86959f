// Compares what policies mean in TypeScript, in the intermediate form, in WASM and in OPA, on generated inputs:
//
//   npm run differential -- [--seed N] [--inputs N]
//
// Ends with 1 when there is a mismatch, or when something of a policy was never seen both ways.

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { compareFolders } from "./compare-folders.ts";

const { values } = parseArgs({ options: { seed: { type: "string" }, inputs: { type: "string" } } });
const seed = wholeNumber(values.seed) ?? randomInt(2 ** 31);
const say = (line: string) => process.stdout.write(`${line}\n`);

say(`seed ${seed}`);
const compared = await compareFolders({ seed, inputs: wholeNumber(values.inputs) ?? 100_000 }, say);
say(
  `inputs ${compared.inputs}, mismatches ${compared.mismatches}, never seen ${compared.unseen}, seed ${seed}`,
);
process.exitCode = compared.mismatches + compared.unseen === 0 ? 0 : 1;

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`'${text}' is not a whole number`);
  return Number(text);
}
