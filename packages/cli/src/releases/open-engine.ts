import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readRelease } from "@forego/bundles";
import { createRuleIndex, type Engine, ForegoError, type RuleIndex } from "@forego/core";
import { createOpaEvalEngine, findOpa } from "@forego/wasm/opa";
import { createEngine, type EngineKind } from "forego";

/** What `--engine` names: the engines of a guard, and OPA's own evaluator on the plain bundles. */
export type CliEngineKind = EngineKind | "opa";

/** An engine with the index of its rules. */
export interface OpenEngine {
  readonly engine: Engine;
  readonly rules: RuleIndex;
}

/**
 * Opens the release of a folder.
 *
 * @throws ForegoError when the folder has no release that can be used, or the engine needs OPA and there is none.
 */
export async function openEngine(dir: string, kind: CliEngineKind): Promise<OpenEngine> {
  const release = await readRelease(dir);
  const engine = kind === "opa" ? await openOpa(dir, release.info) : createEngine(release, kind);
  return { engine, rules: createRuleIndex(release.info) };
}

async function openOpa(dir: string, release: Engine["release"]): Promise<Engine> {
  // an environment without OPA is not a reason to deny every input
  findOpa();
  const folder = join(dir, "opa");
  const names = (await readFolder(folder)).filter((name) => name.endsWith(".tar.gz"));
  return createOpaEvalEngine({ release, bundles: names.sort().map((name) => join(folder, name)) });
}

async function readFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    const fix = "build the policies again with `forego build`, which writes them beside the release.";
    throw new ForegoError("FG3051", `The OPA bundles in '${folder}' cannot be read.`, fix, { cause });
  }
}
