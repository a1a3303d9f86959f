import { type SourceFile, ts } from "ts-morph";
import { readDataFile } from "../project/data-file.ts";
import { localFiles, localImports } from "../project/policy-project.ts";
import type { ModuleReport } from "./policy-facts.ts";
import { runModules } from "./run-modules.ts";

/**
 * Runs policy files, with their local imports as the type checker resolved them, and reads their terms and schemas.
 *
 * @throws ForegoError FG3010 when the modules do not end.
 */
export async function describeSources(files: readonly SourceFile[]): Promise<readonly ModuleReport[]> {
  if (files.length === 0) return [];
  const local = localFiles(files);
  const { reports } = await runModules({
    policies: files.map((file) => {
      const data = readDataFile(file);
      return { path: file.getFilePath(), ...(data === undefined ? {} : { data }) };
    }),
    modules: Object.fromEntries(local.map((file) => [file.getFilePath(), transpile(file)])),
    imports: Object.fromEntries(local.map((file) => [file.getFilePath(), importsOf(file)])),
  });
  return reports;
}

function importsOf(file: SourceFile): Record<string, string> {
  return Object.fromEntries(
    localImports(file).map(({ specifier, target }) => [specifier, target.getFilePath()]),
  );
}

/** The file as JavaScript. TypeScript does it, and not the runtime, since policies may use enums. */
function transpile(file: SourceFile): string {
  const { outputText } = ts.transpileModule(file.getFullText(), {
    fileName: file.getFilePath(),
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  });
  return outputText;
}
