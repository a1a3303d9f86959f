import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import { ForegoError } from "@forego/core";
import type { Project, SourceFile } from "ts-morph";
import { findUnknownTools } from "./analysis/unknown-tools.ts";
import { compilePolicy } from "./compile-policy.ts";
import type { CompiledPolicy } from "./compiled-policy.ts";
import { type Diagnostic, formatDiagnostic } from "./diagnostics/diagnostic.ts";
import { createMistakes } from "./diagnostics/mistakes.ts";
import { findIntrinsics } from "./frontend/intrinsics.ts";
import { loadRego, readRegoFiles, regoFilesOf } from "./handwritten/load-rego.ts";
import type { RegoParser } from "./handwritten/rego-syntax.ts";
import { readDataFile } from "./project/data-file.ts";
import { findPolicies, policyFolders } from "./project/find-policies.ts";
import { reportModuleChanges } from "./project/module-changes.ts";
import { createPolicyProject, localFiles } from "./project/policy-project.ts";
import { readPolicySource } from "./project/policy-source.ts";
import { reportTypeErrors } from "./project/type-errors.ts";
import { contractShape } from "./schema/contract-shape.ts";
import { describeSources, modulesOf } from "./schema/describe-sources.ts";
import { createModuleRunner, type ModuleRunner } from "./schema/module-runner.ts";
import type { PolicyModules } from "./schema/policy-modules.ts";

/** What compiling a folder gave: policies, or mistakes. While there is a mistake, there are no policies to link. */
export interface Compilation {
  readonly policies: readonly CompiledPolicy[];
  readonly diagnostics: readonly Diagnostic[];
  /** What works, and costs more than it seems to. */
  readonly warnings: readonly Diagnostic[];
  /** How many policies were compiled for this; the others are as they were. */
  readonly compiled: number;
}

/** Compiles a folder again and again, each time only what changed. */
export interface PolicyCompiler {
  /** Compiles the folder as it is now, and throws as {@link compilePolicies} does. One at a time. */
  compile(): Promise<Compilation>;
  /** The folders, absolute, in which a file can be that changes what the next compilation says. */
  folders(): readonly string[];
  /** The modules of the last compilation as JavaScript, so that another process can run them. */
  modules(): PolicyModules;
  /** Ends the process that waits for the next compilation. */
  close(): void;
}

/** What became of one policy file. */
interface Outcome {
  readonly policy: CompiledPolicy | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** What a compiler is handed. */
export interface CompilerOptions {
  /** Reads hand-written Rego with OPA. Without it, policies made by `rego()` are mistakes; others need no OPA. */
  readonly parseRego?: RegoParser;
}

/** Makes the compiler of a folder. The caller closes it. */
export function createPolicyCompiler(dir: string, { parseRego }: CompilerOptions = {}): PolicyCompiler {
  const root = resolve(dir);
  const policyProject = createPolicyProject();
  const runner = createModuleRunner();
  let known: ReadonlyMap<string, Outcome> = new Map();
  let sources: readonly SourceFile[] = [];

  const compile = async (): Promise<Compilation> => {
    const paths = findPolicies(root);
    runner.prepare();
    const project = policyProject.refresh(paths);
    // one that was removed since it was found is gone
    const found = paths.flatMap((path) => project.getSourceFile(path) ?? []);
    const files = found.map((file) => withDigest({ file }));
    const changed = files.filter(({ digest }) => !known.has(digest));
    const outcomes = await compileFiles(
      changed.map(({ file }) => file),
      { root, project, runner, parseRego },
    );
    const fresh = new Map(changed.map(({ digest }, index) => [digest, outcomes[index]]));
    // what is gone is forgotten
    known = new Map(
      files.flatMap(({ digest }) => {
        const outcome = fresh.get(digest) ?? known.get(digest);
        return outcome === undefined ? [] : [[digest, outcome] as const];
      }),
    );
    sources = files.map(({ file }) => file);
    const outcomesNow = [...known.values()];
    const compiled = outcomesNow.flatMap(({ policy }) => policy ?? []);
    const unknown = findUnknownTools(compiled, localFiles(sources), root);
    return { ...gather(outcomesNow, unknown), compiled: changed.length };
  };

  return {
    async compile() {
      try {
        return await compile();
      } catch (cause) {
        throw tooDeep(cause, dir);
      }
    },
    folders: () => {
      const imported = localFiles(sources).map((file) => dirname(file.getFilePath()));
      const named = regoFilesOf(localFiles(sources)).map(dirname);
      return [...new Set([...policyFolders(root), ...imported, ...named])];
    },
    modules: () => modulesOf(sources),
    close: () => runner.close(),
  };
}

/** A policy file, with a digest of everything that it is compiled from. */
function withDigest({ file }: { readonly file: SourceFile }): {
  readonly file: SourceFile;
  readonly digest: string;
} {
  const texts = localFiles([file]).map((one) => [one.getFilePath(), one.getFullText()]);
  const rego = readRegoFiles(regoFilesOf(localFiles([file])));
  const parts = JSON.stringify([texts, readDataFile(file) ?? null, rego]);
  return { file, digest: createHash("sha256").update(parts).digest("hex") };
}

interface Surroundings {
  readonly root: string;
  readonly project: Project;
  readonly runner: ModuleRunner;
  readonly parseRego: RegoParser | undefined;
}

/** Compiles some files of a folder, each with its own mistakes. */
async function compileFiles(
  files: readonly SourceFile[],
  { root, project, runner, parseRego }: Surroundings,
): Promise<readonly Outcome[]> {
  const work = files.map((file) => {
    const mistakes = createMistakes(root);
    // a condition is read with its types: what has none, in a policy or in what it imports, is read no further
    const isTyped = reportTypeErrors(project, localFiles([file]), mistakes);
    return { mistakes, source: isTyped ? mistakes.guard(() => readPolicySource(file)) : undefined };
  });
  const sources = work.flatMap(({ source }) => source ?? []);
  const reports = await describeSources(
    sources.map(({ file }) => file),
    runner,
  );
  const contract = contractShape();
  const intrinsics = findIntrinsics(project);
  const loaded = await Promise.all(
    work.map(({ source, mistakes }) => {
      const facts = source === undefined ? undefined : reports[sources.indexOf(source)]?.facts;
      if (source === undefined || facts === undefined) return undefined;
      return mistakes.guardLater(() => loadRego(source, facts, root, parseRego));
    }),
  );
  return work.map(({ mistakes, source }, index) => {
    const report = source === undefined ? undefined : reports[sources.indexOf(source)];
    const policy =
      source === undefined || report === undefined
        ? undefined
        : compilePolicy({ root, source, report, contract, intrinsics, mistakes, rego: loaded[index] });
    if (source !== undefined) {
      const predicates = [...source.rules.values()].flatMap(({ predicate, programs }) => [
        ...(predicate === undefined ? [] : [predicate]),
        ...programs.values(),
      ]);
      reportModuleChanges({ project, root, files: localFiles([source.file]), predicates }, mistakes);
    }
    return { policy, diagnostics: mistakes.all, warnings: mistakes.warnings };
  });
}

/** All policies, or all mistakes, and what is told beside either. */
function gather(outcomes: readonly Outcome[], unknown: readonly Diagnostic[]): Omit<Compilation, "compiled"> {
  const diagnostics = distinct(outcomes.flatMap((outcome) => outcome.diagnostics));
  return {
    policies: diagnostics.length > 0 ? [] : outcomes.flatMap(({ policy }) => policy ?? []),
    diagnostics,
    warnings: distinct([...outcomes.flatMap((outcome) => outcome.warnings), ...unknown]),
  };
}

/** Each once: a mistake in a file that several policies import is still one. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [formatDiagnostic(one), one] as const)).values()];
}

/** TypeScript walks a condition as deeply as it has parts, and says no more than that its stack is full. */
function tooDeep(cause: unknown, dir: string): unknown {
  if (!(cause instanceof RangeError)) return cause;
  return new ForegoError(
    "FG3012",
    `A policy below '${dir}' is nested too deeply to be read.`,
    "split conditions of more than a thousand parts: a list of texts with includes() is one part.",
    { cause },
  );
}
