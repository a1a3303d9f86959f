import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeRelease } from "@forego/bundles";
import {
  type CompiledPolicy,
  compilePolicies,
  formatDiagnostic,
  linkRelease,
  type RegoFile,
} from "@forego/compiler";
import type { Engine, ReleaseInfo } from "@forego/core";
import { type ComparedRelease, loadRules } from "@forego/testing";
import { createWasmEngine } from "@forego/wasm";
import { buildModule, createOpaEvalEngine, parseRego } from "@forego/wasm/opa";

const fixtures = new URL("../../packages/compiler/fixtures/", import.meta.url);

/** The policies that together use everything the policy language has. */
export const languageFolder: string = fileURLToPath(new URL("language/", fixtures));

/** The policy library. */
export const libraryFolder: string = fileURLToPath(new URL("../../policies/", import.meta.url));

/** The policies of the airline. */
export const airlineFolder: string = fileURLToPath(
  new URL("../../examples/airline/policies/", import.meta.url),
);

/** A policy as authors write them, with its Rego. */
export const readableFolder: string = fileURLToPath(new URL("readable/", fixtures));

/** A policy that compares two points in time. */
export const timesFolder: string = fileURLToPath(new URL("times/", fixtures));

/** A policy that compares what it rounds with what JavaScript has rounded. */
export const roundingFolder: string = fileURLToPath(new URL("rounding/", fixtures));

/** A policy that says whether intrinsics make of texts what they should. */
export const intrinsicsFolder: string = fileURLToPath(new URL("intrinsics/", fixtures));

/** A policy that says whether texts are in lower case, trimmed and as long as they are said to be. */
export const textsFolder: string = fileURLToPath(new URL("texts/", fixtures));

/** Policies with a rule of each effect. */
export const resolutionFolder: string = fileURLToPath(new URL("resolution/", fixtures));

/** Policies with a rule of each effect that others take back, or that leave something to be done. */
export const obligationsFolder: string = fileURLToPath(new URL("obligations/", fixtures));

/** Policies that bring Rego of their own, and one that does not. */
export const handwrittenFolder: string = fileURLToPath(new URL("handwritten/", fixtures));

/** A policy in Rego that says what built-in functions make of odd values. */
export const builtinsFolder: string = fileURLToPath(new URL("builtins/", fixtures));

/** A release, ready to be asked in every way. */
export interface BuiltRelease extends ComparedRelease {
  readonly name: string;
  readonly info: ReleaseInfo;
  readonly files: readonly RegoFile[];
  readonly opa: Engine;
  /** The plain OPA bundles: paths of files. */
  readonly bundles: readonly string[];
}

/** Policies that were built, with the folder that their bundles lie in for as long as OPA needs them. */
export interface BuiltLanguage {
  /** One release a policy; those that derive values and those that read them are one. */
  readonly alone: readonly BuiltRelease[];
  /** One release of all of them. */
  readonly together: BuiltRelease;
  dispose(): Promise<void>;
}

/** Compiles a folder, and builds each policy by itself, or with those that it can only be decided with, and all together. */
export async function buildLanguage(folder: string): Promise<BuiltLanguage> {
  const policies = await compileFolder(folder);
  const out = await mkdtemp(join(tmpdir(), "forego-differential-"));
  const build = async (name: string, members: readonly CompiledPolicy[]) => {
    return buildRelease(name, members, folder, join(out, name));
  };
  const alone = await Promise.all(
    groupsOf(policies).map((group) => build(group.map(nameOf).join(" and "), group)),
  );
  const together = await build("together", policies);
  return { alone, together, dispose: () => rm(out, { recursive: true, force: true }) };
}

/** Compiles a folder, and builds all of its policies together. */
export async function buildTogether(folder: string): Promise<Omit<BuiltLanguage, "alone">> {
  const policies = await compileFolder(folder);
  const out = await mkdtemp(join(tmpdir(), "forego-differential-"));
  const together = await buildRelease("together", policies, folder, out);
  return { together, dispose: () => rm(out, { recursive: true, force: true }) };
}

async function compileFolder(folder: string): Promise<readonly CompiledPolicy[]> {
  const { policies, diagnostics } = await compilePolicies(folder, { parseRego });
  if (diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join("\n\n"));
  return policies;
}

function nameOf({ category, name }: CompiledPolicy): string {
  return `${category}.${name}`;
}

/** Every policy by itself, but for those that others read from, or take back: they are a group with these. */
function groupsOf(policies: readonly CompiledPolicy[]): readonly (readonly CompiledPolicy[])[] {
  const needs = (reader: CompiledPolicy, other: CompiledPolicy) =>
    reader.uses.some(({ field }) => other.derivations.has(field)) ||
    [...reader.lifts.values()].some(({ rules }) =>
      other.rules.some(({ id }) => rules.some(({ rule }) => rule === id)),
    );
  return policies.reduce<readonly (readonly CompiledPolicy[])[]>((groups, policy) => {
    const isNear = (group: readonly CompiledPolicy[]) =>
      group.some((other) => needs(policy, other) || needs(other, policy));
    const joined = [...groups.filter(isNear).flat(), policy];
    return [...groups.filter((group) => !isNear(group)), joined];
  }, []);
}

/** Policies that were built into one module: each is asked by itself. */
export interface BuiltBatch {
  readonly policies: readonly BuiltRelease[];
  dispose(): Promise<void>;
}

/**
 * Compiles a folder of policies that are each pinned to a tool of their own, and builds one module of all of them.
 *
 * @throws Error with the diagnostics, when there are any.
 */
export async function buildBatch(folder: string): Promise<BuiltBatch> {
  const policies = await compileFolder(folder);
  const kept = leaveOutDear(policies);
  if (kept.length === 0) return { policies: [], dispose: async () => {} };
  const out = await mkdtemp(join(tmpdir(), "forego-differential-"));
  const together = await buildRelease("batch", kept, folder, out);
  const { default_effect, policies: linked } = together.ir;
  return {
    policies: groupsOf(kept).map((group) => {
      const names = group.map(nameOf);
      // as they were linked
      const members = linked.filter(({ category, name }) => names.includes(`${category}.${name}`));
      const own = new Set(members.flatMap((policy) => policy.rules));
      return {
        ...together,
        name: names.join(" and "),
        ir: { default_effect, policies: members },
        rules: together.rules.filter(({ ir }) => own.has(ir)),
      };
    }),
    dispose: () => rm(out, { recursive: true, force: true }),
  };
}

/** Leaves out policies that take more steps than a release may: of programs that are made up, a few do. */
function leaveOutDear(policies: readonly CompiledPolicy[]): readonly CompiledPolicy[] {
  const linking = linkRelease(policies);
  const refused = linking.ok ? [] : linking.diagnostics.filter(({ code }) => code === "FG3002");
  if (refused.length === 0) return policies;
  const files = new Set(refused.map(({ file }) => file));
  // linking tells of the dearest alone
  return leaveOutDear(
    groupsOf(policies).flatMap((group) => (group.some(({ file }) => files.has(file)) ? [] : group)),
  );
}

async function buildRelease(
  name: string,
  policies: readonly CompiledPolicy[],
  folder: string,
  out: string,
): Promise<BuiltRelease> {
  const linking = linkRelease(policies);
  if (!linking.ok) throw new Error(linking.diagnostics.map(formatDiagnostic).join("\n\n"));
  const { release } = linking;
  const files = release.bundles.flatMap((bundle) => bundle.files);
  const module = await buildModule(files);
  const written = await writeRelease({ ...release, module }, out);
  const info: ReleaseInfo = { ...release.info, digest: written.digest };
  const data = { forego: Object.fromEntries(release.bundles.map((bundle) => [bundle.name, bundle.data])) };
  const bundles = written.files.filter((file) => file.startsWith("opa/")).map((file) => join(out, file));
  const fileOf = new Map(policies.map((policy) => [`${policy.category}.${policy.name}`, policy.file]));
  return {
    name,
    folder,
    info,
    ir: release.ir,
    rules: await loadRules(release.ir, (policy) => join(folder, fileOf.get(policy) ?? "")),
    files,
    wasm: createWasmEngine({ release: info, module: new Uint8Array(module), data }),
    checked: createWasmEngine({ release: info, module: new Uint8Array(module), data, ir: release.ir }),
    opa: createOpaEvalEngine({ release: info, bundles }),
    bundles,
  };
}
