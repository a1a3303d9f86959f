import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import type { SourceFile } from "ts-morph";
import { fileName } from "../diagnostics/place-of.ts";
import { refuse } from "../diagnostics/refusal.ts";
import type { PolicySource } from "../project/policy-source.ts";
import type { PolicyFacts } from "../schema/policy-facts.ts";
import type { RegoFileText } from "./rego-mistakes.ts";
import type { ParsedRego, RegoParser } from "./rego-syntax.ts";

/** The Rego of a policy, as its file is and as OPA reads it. */
export interface LoadedRego extends RegoFileText {
  readonly parsed: ParsedRego;
}

/** The largest Rego file that is read, in bytes. */
const mostBytes = 1024 * 1024;

/**
 * Reads the Rego of a policy; what cannot be read is refused where the policy names it. `undefined` for a policy that
 * has none.
 *
 * @throws ForegoError FG3020 when there is no OPA.
 */
export async function loadRego(
  { call, terms }: PolicySource,
  { rego }: PolicyFacts,
  root: string,
  parse: RegoParser | undefined,
): Promise<LoadedRego | undefined> {
  if (rego === undefined) return undefined;
  const at = terms.getProperty("module") ?? terms;
  const { module } = rego;
  if (typeof module !== "string" || !module.endsWith(".rego"))
    return refuse(at, "FG1030", "`module` names no .rego file");
  const path = resolve(dirname(call.getSourceFile().getFilePath()), module);
  if (!isBelow(path, root))
    return refuse(at, "FG1030", `'${module}' is not below the folder of the policies`);
  const text = readRego(path);
  if (text === undefined) return refuse(at, "FG1030", `'${module}' is no file that can be read`);
  if (parse === undefined)
    return refuse(
      at,
      "FG1030",
      "there is nothing here that reads Rego",
      "compile with a `parseRego`, as `forego build` does",
    );
  return { file: fileName(path, root), text, parsed: await parse(text) };
}

/** The text of a file; `undefined` where there is none, or it is too large. */
function readRego(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size <= mostBytes ? readFileSync(path, "utf8") : undefined;
}

/** Whether a path leads to what is in a folder, links followed. */
function isBelow(path: string, root: string): boolean {
  const real = statSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync(path);
  const from = relative(real === path ? root : realpathSync(root), real);
  return !isAbsolute(from) && from.split(/[\\/]/)[0] !== "..";
}

/** The Rego files that the texts of policies name, absolute: those that a compilation may have to read. */
export function regoFilesOf(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const names = [...file.getFullText().matchAll(/["'`]([^"'`\n]+\.rego)["'`]/g)];
    return names.map(([, name = ""]) => resolve(dirname(file.getFilePath()), name));
  });
}

/** The texts of Rego files; of one that cannot be read, nothing. */
export function readRegoFiles(paths: readonly string[]): readonly (readonly [string, string | null])[] {
  return paths.map((path) => [path, readRego(path) ?? null]);
}
