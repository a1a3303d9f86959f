// Breaks each rule of the lowering in a copy of the repository, one at a time, and compares what must show it: policies
// of the fixtures, or, with a number of them, programs that are made up.
//
//   npm run mutation:lowering -- [--programs N] [part of a file or a rule]
//
// Ends with 1 when a break survives, or something does not mean the same before anything is broken. Takes minutes.

import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { copyRepository } from "./copy-repository.ts";
import { type Compared, compareIn, killLowering } from "./kill-lowering.ts";
import type { LoweringBreak } from "./lowering/breaks-of.ts";
import { loweringBreaks } from "./lowering.ts";

const { values, positionals } = parseArgs({
  options: { programs: { type: "string" } },
  allowPositionals: true,
});
const programs = values.programs === undefined ? undefined : Number(values.programs);
const [part = ""] = positionals;

const say = (line: string) => process.stdout.write(`${line}\n`);
const breaks = loweringBreaks.filter(({ file, rule }) => `${file}: ${rule}`.includes(part));
const copy = copyRepository();
let survivors = 0;

try {
  requireSameAsItIs();
  for (const one of breaks) {
    if (one.equivalent !== undefined) {
      say(`the same ${one.file}: ${one.rule}: ${one.equivalent}`);
      continue;
    }
    const ending = killLowering(copy, one, shownBy(one));
    if (ending === "same") survivors += 1;
    say(`${ending === "same" ? "SURVIVED" : "killed  "} ${one.file}: ${one.rule} (${one.by}: ${ending})`);
  }
} finally {
  rmSync(copy, { recursive: true });
}
const wanted = breaks.filter(({ equivalent }) => equivalent === undefined).length;
say(`${wanted - survivors} of ${wanted} killed`);
process.exitCode = survivors === 0 ? 0 : 1;

function shownBy({ by }: LoweringBreak): Compared {
  return programs === undefined ? { policy: by } : { programs };
}

function requireSameAsItIs(): void {
  const compared = new Map(breaks.map((one) => [JSON.stringify(shownBy(one)), shownBy(one)]));
  for (const [name, one] of compared) {
    const ending = compareIn(copy, one);
    if (ending !== "same") throw new Error(`${name}, with nothing broken: ${ending}`);
  }
}
