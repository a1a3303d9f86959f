// Compares policies of the fixtures as one release, or programs that are made up: ends with 0 when they mean the same
// everywhere, with 1 when they do not, and with 2 when they cannot be built. Run where the lowering may be broken:
//
//   compare-broken.ts "<policy> <policy>"
//   compare-broken.ts --programs <count>

import { cp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { compareInProcess, createComparison } from "@forego/testing";
import {
  type BuiltLanguage,
  buildLanguage,
  languageFolder,
  obligationsFolder,
} from "../differential/built-policy.ts";
import { compareInOpa } from "../differential/compare-in-opa.ts";
import { comparePrograms } from "../differential/compare-programs.ts";
import { makeModuleFolder } from "../support/module-folder.ts";

const [first = "", count = ""] = process.argv.slice(2);
process.exitCode = await (first === "--programs"
  ? compareMadeUp(Number(count))
  : comparePolicies(first.split(" ")));

async function compareMadeUp(programs: number): Promise<number> {
  const sample = { seed: 1, programs, inputs: 40, shrinkForMs: 0 };
  const { mismatches } = await comparePrograms(sample, (line) => process.stderr.write(`${line}\n`));
  return mismatches === 0 ? 0 : 1;
}

async function comparePolicies(names: readonly string[]): Promise<number> {
  const folder = await folderOf(names);
  try {
    const language = await build(folder);
    if (language === undefined) return 2;
    const ending = await compare(language);
    await language.dispose();
    return ending;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A folder with those policies alone, which are compiled sooner than all. */
async function folderOf(names: readonly string[]): Promise<string> {
  const folder = await makeModuleFolder();
  for (const from of [languageFolder, obligationsFolder]) {
    const wanted = (await readdir(from)).filter((file) =>
      ["shared", ...names].includes(file.replace(/\..*/, "")),
    );
    for (const file of wanted) await cp(join(from, file), join(folder, file), { recursive: true });
  }
  return folder;
}

async function build(folder: string): Promise<BuiltLanguage | undefined> {
  try {
    return await buildLanguage(folder);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return undefined;
  }
}

async function compare({ together }: BuiltLanguage): Promise<number> {
  const comparison = createComparison(together);
  try {
    compareInProcess(comparison, { seed: 1, inputs: 4000 });
    await compareInOpa(together, comparison, { seed: 1, inputs: 100 });
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}
