import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readRelease } from "@forego/bundles";
import { createRuleIndex, type Engine, type RuleIndex } from "@forego/core";
import { createOpaEvalEngine } from "@forego/wasm/opa";
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
 * @throws ForegoError when the folder has no release that can be used.
 */
export async function openEngine(dir: string, kind: CliEngineKind): Promise<OpenEngine> {
  const release = await readRelease(dir);
  const engine = kind === "opa" ? await openOpa(dir, release.info) : createEngine(release, kind);
  return { engine, rules: createRuleIndex(release.info) };
}

async function openOpa(dir: string, release: Engine["release"]): Promise<Engine> {
  const folder = join(dir, "opa");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".tar.gz"));
  return createOpaEvalEngine({ release, bundles: names.sort().map((name) => join(folder, name)) });
}
