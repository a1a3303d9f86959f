import { resolve } from "node:path";
import { ForegoError } from "@forego/core";
import { compilePolicy } from "./compile-policy.ts";
import type { CompiledPolicy } from "./compiled-policy.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { createMistakes } from "./diagnostics/mistakes.ts";
import { findIntrinsics } from "./frontend/intrinsics.ts";
import { findPolicies } from "./project/find-policies.ts";
import { createPolicyProject, localFiles } from "./project/policy-project.ts";
import { readPolicySource } from "./project/policy-source.ts";
import { reportTypeErrors } from "./project/type-errors.ts";
import { contractShape } from "./schema/contract-shape.ts";
import { describeSources } from "./schema/describe-sources.ts";

/** What compiling a folder gave: policies, or mistakes. While there is a mistake, there are no policies to link. */
export interface Compilation {
  readonly policies: readonly CompiledPolicy[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles every policy below a folder. Mistakes are collected over all files, and returned.
 *
 * The policy modules run, in a child process without environment: compile only what has been reviewed.
 *
 * @throws ForegoError FG3010 when the modules do not end, FG3011 when there is no policy, FG3012 when one is nested too
 * deeply to be read.
 */
export async function compilePolicies(dir: string): Promise<Compilation> {
  try {
    return await compileFolder(resolve(dir));
  } catch (cause) {
    // TypeScript walks a condition as deeply as it has parts, and says no more than that its stack is full
    if (!(cause instanceof RangeError)) throw cause;
    throw new ForegoError(
      "FG3012",
      `A policy below '${dir}' is nested too deeply to be read.`,
      "split conditions of more than a thousand parts: a list of texts with includes() is one part.",
      { cause },
    );
  }
}

async function compileFolder(root: string): Promise<Compilation> {
  const paths = findPolicies(root);
  const project = createPolicyProject(paths);
  const all = paths.map((path) => project.getSourceFileOrThrow(path));
  const mistakes = createMistakes(root);
  const wrong = reportTypeErrors(project, localFiles(all), mistakes);
  // a condition is read with its types: what has none, in a policy or in what it imports, hides no other policy's mistakes
  const files = all.filter((file) => !localFiles([file]).some((one) => wrong.has(one)));

  const sources = files.flatMap((file) => mistakes.guard(() => readPolicySource(file)) ?? []);
  const reports = await describeSources(sources.map(({ file }) => file));
  const contract = contractShape();
  const intrinsics = findIntrinsics(project);
  const policies = sources.flatMap((source, index) => {
    const report = reports[index];
    if (report === undefined) return [];
    return compilePolicy({ root, source, report, contract, intrinsics, mistakes }) ?? [];
  });
  return mistakes.all.length > 0
    ? { policies: [], diagnostics: mistakes.all }
    : { policies, diagnostics: [] };
}
