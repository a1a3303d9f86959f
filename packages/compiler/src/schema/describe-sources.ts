import type { SourceFile } from "ts-morph";
import { readDataFile } from "../project/data-file.ts";
import { localFiles, localImports } from "../project/policy-project.ts";
import type { ModuleRunner } from "./module-runner.ts";
import type { ModuleReport } from "./policy-facts.ts";
import type { PolicyModules } from "./policy-modules.ts";
import { transpileFiles } from "./transpile-files.ts";

/**
 * Runs policy files, with their local imports as the type checker resolved them, and reads their terms and schemas.
 *
 * @throws ForegoError FG3010 when the modules do not end.
 */
export async function describeSources(
  files: readonly SourceFile[],
  runner: ModuleRunner,
): Promise<readonly ModuleReport[]> {
  if (files.length === 0) return [];
  const { reports } = await runner.run({
    policies: files.map((file) => {
      const data = readDataFile(file);
      return { path: file.getFilePath(), ...(data === undefined ? {} : { data }) };
    }),
    ...modulesOf(files),
  });
  return reports;
}

/** Policy files and what they import, ready to be run. */
export function modulesOf(files: readonly SourceFile[]): PolicyModules {
  const local = localFiles(files);
  return {
    modules: transpileFiles(local),
    imports: Object.fromEntries(local.map((file) => [file.getFilePath(), importsOf(file)])),
    fallback: import.meta.url,
  };
}

function importsOf(file: SourceFile): Record<string, string> {
  return Object.fromEntries(
    localImports(file).map(({ specifier, target }) => [specifier, target.getFilePath()]),
  );
}
