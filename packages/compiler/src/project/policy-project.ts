import { fileURLToPath } from "node:url";
import {
  FileSystemRefreshResult,
  ModuleKind,
  ModuleResolutionKind,
  Project,
  ScriptTarget,
  type SourceFile,
  ts,
} from "ts-morph";

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

/** The TypeScript project of a folder of policies, kept between compilations. */
export interface PolicyProject {
  /** The project as the files are now; only those that changed are parsed again. */
  refresh(paths: readonly string[]): Project;
}

/** Makes the project of a folder. Its options are ours, whatever tsconfig lies about. */
export function createPolicyProject(): PolicyProject {
  let loaded: LoadedProject | undefined;
  return {
    refresh(paths) {
      if (loaded === undefined || !update(loaded, paths)) loaded = load(paths);
      return loaded.project;
    },
  };
}

/** A project, and whether all its imports were found: what is missing is looked for only when files are read anew. */
interface LoadedProject {
  readonly project: Project;
  readonly paths: readonly string[];
  isComplete: boolean;
}

function load(paths: readonly string[]): LoadedProject {
  const loaded: LoadedProject = {
    project: new Project({
      compilerOptions,
      skipAddingFilesFromTsConfig: true,
      skipLoadingLibFiles: false,
      resolutionHost: (host, getOptions) => ({
        resolveModuleNames: (names, importer) =>
          names.map((name) => {
            const found = resolve(name, importer, getOptions(), host);
            loaded.isComplete &&= found !== undefined;
            return found;
          }),
      }),
    }),
    paths,
    isComplete: true,
  };
  loaded.project.addSourceFilesAtPaths(paths.map((file) => file.replace(/[[\]{}()*?!]/g, "\\$&")));
  loaded.project.resolveSourceFileDependencies();
  return loaded;
}

/** Reads the files that changed; `false` when files came or went, or may have, so that only a new project is right. */
function update({ project, paths, isComplete }: LoadedProject, now: readonly string[]): boolean {
  if (!isComplete || paths.join("\n") !== now.join("\n")) return false;
  const local = localFiles(paths.map((path) => project.getSourceFileOrThrow(path)));
  const changes = local.map((file) => file.refreshFromFileSystemSync());
  if (changes.includes(FileSystemRefreshResult.Deleted)) return false;
  if (changes.includes(FileSystemRefreshResult.Updated)) project.resolveSourceFileDependencies();
  return true;
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

/** An import of a TypeScript file which is not a package of the compiler's own. */
export interface LocalImport {
  readonly specifier: string;
  readonly target: SourceFile;
}

/** Imports by syntax tree: a file that changes gets another one. */
const known = new WeakMap<ts.SourceFile, readonly LocalImport[]>();

/** The imports of a file that lead to a TypeScript file which is not a package of the compiler's own. */
export function localImports(file: SourceFile): readonly LocalImport[] {
  const imports = known.get(file.compilerNode) ?? findImports(file);
  known.set(file.compilerNode, imports);
  return imports;
}

function findImports(file: SourceFile): readonly LocalImport[] {
  const declarations = [...file.getImportDeclarations(), ...file.getExportDeclarations()];
  return declarations.flatMap((declaration) => {
    const specifier = declaration.getModuleSpecifierValue();
    const target = declaration.getModuleSpecifierSourceFile();
    if (specifier === undefined || target === undefined) return [];
    return target.isDeclarationFile() || ownPackages.test(specifier) ? [] : [{ specifier, target }];
  });
}
