import { fileURLToPath } from "node:url";
import { ModuleKind, ModuleResolutionKind, Project, ScriptTarget, type SourceFile, ts } from "ts-morph";

/** Packages that policies are written with: found beside the compiler when the policy folder cannot reach them. */
const ownPackages = /^(?:@forego\/dsl|@forego\/core|zod)(?:$|\/)/;

const here = fileURLToPath(import.meta.url);

const compilerOptions: ts.CompilerOptions = {
  target: ScriptTarget.ESNext,
  module: ModuleKind.Preserve,
  moduleResolution: ModuleResolutionKind.Bundler,
  lib: ["lib.es2024.d.ts"],
  // in the repository the packages are read from their sources, so that nothing has to be built first
  customConditions: here.endsWith(".ts") ? ["@forego/source"] : [],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
};

/** The TypeScript project of a folder of policies: options are ours, whatever tsconfig lies about. */
export function createPolicyProject(files: readonly string[]): Project {
  const project = new Project({
    compilerOptions,
    skipAddingFilesFromTsConfig: true,
    skipLoadingLibFiles: false,
    resolutionHost: (host, getOptions) => ({
      resolveModuleNames: (names, importer) =>
        names.map((name) => resolve(name, importer, getOptions(), host)),
    }),
  });
  project.addSourceFilesAtPaths(files.map((file) => file.replace(/[[\]{}()*?!]/g, "\\$&")));
  project.resolveSourceFileDependencies();
  return project;
}

function resolve(
  name: string,
  importer: string,
  options: ts.CompilerOptions,
  host: ts.ModuleResolutionHost,
): ts.ResolvedModule | undefined {
  const found = ts.resolveModuleName(name, importer, options, host).resolvedModule;
  if (found !== undefined || !ownPackages.test(name)) return found;
  return ts.resolveModuleName(name, here, options, host).resolvedModule;
}

/** The policy files and the local TypeScript files that they import, directly or not. */
export function localFiles(policies: readonly SourceFile[]): readonly SourceFile[] {
  const seen = new Set<SourceFile>(policies);
  for (const file of seen) {
    for (const { target } of localImports(file)) seen.add(target);
  }
  return [...seen];
}

/** The imports of a file that lead to a TypeScript file which is not a package of the compiler's own. */
export function localImports(
  file: SourceFile,
): readonly { readonly specifier: string; readonly target: SourceFile }[] {
  const declarations = [...file.getImportDeclarations(), ...file.getExportDeclarations()];
  return declarations.flatMap((declaration) => {
    const specifier = declaration.getModuleSpecifierValue();
    const target = declaration.getModuleSpecifierSourceFile();
    if (specifier === undefined || target === undefined) return [];
    return target.isDeclarationFile() || ownPackages.test(specifier) ? [] : [{ specifier, target }];
  });
}
