import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LoweringBreak } from "./lowering/breaks-of.ts";
import { breakLowering } from "./lowering.ts";

/** How comparing ends. */
export type Ending = "same" | "mismatch" | "not built";

/** What is compared: policies of the fixtures as one release, or so many programs that are made up. */
export type Compared = { readonly policy: string } | { readonly programs: number };

/** Compares in a copy of the repository, with what is broken there. */
export function compareIn(copy: string, compared: Compared): Ending {
  const program = join(copy, "test/mutation/compare-broken.ts");
  const options = ["--conditions=@forego/source", "--experimental-transform-types"];
  const what = "policy" in compared ? [compared.policy] : ["--programs", String(compared.programs)];
  const { status } = spawnSync(process.execPath, [...options, program, ...what], { cwd: copy });
  if (status === 0) return "same";
  return status === 1 ? "mismatch" : "not built";
}

/** Breaks a rule of the lowering in a copy of the repository, and compares what must show it. */
export function killLowering(copy: string, broken: LoweringBreak, compared: Compared): Ending {
  const path = join(copy, broken.file);
  const source = readFileSync(path, "utf8");
  writeFileSync(path, breakLowering(source, broken));
  try {
    return compareIn(copy, compared);
  } finally {
    writeFileSync(path, source);
  }
}
