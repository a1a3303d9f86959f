import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { writeRelease } from "@forego/bundles";
import {
  type CompiledPolicy,
  compilePolicies,
  formatDiagnostic,
  linkRelease,
  type RegoFile,
} from "@forego/compiler";
import type { Engine, Json, ReleaseInfo } from "@forego/core";
import type { Policy } from "@forego/dsl";
import type { IrRelease, IrRule } from "@forego/ir";
import { createWasmEngine } from "@forego/wasm";
import { buildModule, createOpaEvalEngine } from "@forego/wasm/opa";
import { plain } from "./javascript.ts";

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

/** What an identity policy derives, as JavaScript has it. */
export interface BuiltDerivation {
  readonly field: string;
  /** The policy's data, as the function sees them. */
  readonly data: unknown;
  readonly value: (context: never) => unknown;
}

/** A rule, as the compiler and as JavaScript have it. */
export interface BuiltRule {
  readonly ir: IrRule;
  /** The policy's data, as its rules see them in JavaScript. */
  readonly data: unknown;
  /** The predicate as the module has it: plain JavaScript. */
  readonly when: (context: never) => unknown;
  /** What the release derives, which the rule may read. */
  readonly derivations: readonly BuiltDerivation[];
  /** When the policy is an override, the time from which the rule matches no more. */
  readonly expires?: string;
}

/** A release, ready to be asked in every way. */
export interface BuiltRelease {
  readonly name: string;
  /** The folder that the policies were compiled from. */
  readonly folder: string;
  readonly info: ReleaseInfo;
  readonly ir: IrRelease;
  readonly rules: readonly BuiltRule[];
  readonly files: readonly RegoFile[];
  /** The module that checks everything itself. */
  readonly wasm: Engine;
  /** The module that matches, with the guards of the intermediate form before it. */
  readonly checked: Engine;
  readonly opa: Engine;
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
  const { policies, diagnostics } = await compilePolicies(folder);
  if (diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join("\n\n"));
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

function nameOf({ category, name }: CompiledPolicy): string {
  return `${category}.${name}`;
}

/** Every policy by itself, but for those that derive what others read: they are a group with these. */
function groupsOf(policies: readonly CompiledPolicy[]): readonly (readonly CompiledPolicy[])[] {
  const needs = (reader: CompiledPolicy, other: CompiledPolicy) =>
    reader.uses.some(({ field }) => other.derivations.has(field));
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
  const { policies, diagnostics } = await compilePolicies(folder);
  if (diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join("\n\n"));
  const out = await mkdtemp(join(tmpdir(), "forego-differential-"));
  const together = await buildRelease("batch", policies, folder, out);
  const { default_effect } = together.ir;
  return {
    policies: policies.map(({ ir, category, name }) => ({
      ...together,
      name: `${category}.${name}`,
      ir: { default_effect, policies: [ir] },
      rules: together.rules.filter((rule) => ir.rules.includes(rule.ir)),
    })),
    dispose: () => rm(out, { recursive: true, force: true }),
  };
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
  const loaded = await Promise.all(policies.map((policy) => loadPolicy(policy, folder)));
  const derivations = loaded.flatMap((policy) => policy.derivations);
  const linked = new Map(release.ir.policies.flatMap((policy) => policy.rules.map((ir) => [ir.id, ir])));
  return {
    name,
    folder,
    info,
    ir: release.ir,
    rules: loaded.flatMap(({ rules }) =>
      rules.map((rule) => ({ ...rule, ir: linked.get(rule.ir.id) ?? rule.ir, derivations })),
    ),
    files,
    wasm: createWasmEngine({ release: info, module: new Uint8Array(module), data }),
    checked: createWasmEngine({ release: info, module: new Uint8Array(module), data, ir: release.ir }),
    opa: createOpaEvalEngine({ release: info, bundles }),
  };
}

interface LoadedPolicy {
  readonly rules: readonly Omit<BuiltRule, "derivations">[];
  readonly derivations: readonly BuiltDerivation[];
}

async function loadPolicy(policy: CompiledPolicy, folder: string): Promise<LoadedPolicy> {
  const loaded: { default: Policy } = await import(pathToFileURL(join(folder, policy.file)).href);
  const { rules, category, expires } = loaded.default;
  const data = plain(policy.ir.data as Json);
  const end = category === "override" && expires !== undefined ? { expires } : {};
  return {
    rules: policy.ir.rules.map((ir) => {
      const rule = rules[ir.id.split(".").at(-1) ?? ""];
      if (rule === undefined || !("when" in rule)) throw new Error(`the module has no rule ${ir.id}`);
      return { ir, data, when: rule.when, ...end };
    }),
    derivations: policy.ir.derivations.map(({ id, field }) => {
      const rule = rules[field];
      if (rule === undefined || !("value" in rule)) throw new Error(`the module does not derive ${id}`);
      return { field, data, value: rule.value };
    }),
  };
}
