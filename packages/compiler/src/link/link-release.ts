import {
  canonicalDigest,
  categories,
  contractVersion,
  type ReleaseInfo,
  type RuleInfo,
  serverEffects,
} from "@forego/core";
import type { IrRelease } from "@forego/ir";
import type { CompiledPolicy } from "../compiled-policy.ts";
import { createDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { emitCategoryModule, emitDecisionModule } from "../emit/decision-module.ts";
import { emitPolicyModule } from "../emit/policy-module.ts";
import type { DerivedRules } from "../lower/lowering.ts";
import { printPrelude } from "../lower/prelude.ts";
import { printModule, type RuleLine } from "../rego/print.ts";
import { compareVersions } from "./compare-versions.ts";
import { findTooManyPatterns } from "./limit-patterns.ts";
import { findTooManySteps } from "./limit-steps.ts";
import { linkDerived } from "./link-derived.ts";
import { linkLifts } from "./link-lifts.ts";
import { mergeTools } from "./merge-tools.ts";

/** A Rego file of a release, by its path in a bundle. */
export interface RegoFile {
  readonly path: string;
  readonly text: string;
}

/** The bundle of a category, or of the resolution module: Rego files, and the data below its root. */
export interface LinkedBundle {
  /** A category, or `decision`. */
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly files: readonly RegoFile[];
  /** The document at `data.forego.<name>`. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where the lines of the Rego files come from: for each file, the first line of each rule and its TypeScript. */
export type SourceMap = Readonly<Record<string, readonly RuleLine[]>>;

/** Policies that were linked: everything that a release holds but the compiled module and the digest. */
export interface LinkedRelease {
  readonly info: Omit<ReleaseInfo, "digest">;
  /** One bundle a category, in the order of the categories, and `decision` last. */
  readonly bundles: readonly LinkedBundle[];
  readonly ir: IrRelease;
  readonly sourceMap: SourceMap;
}

/** What linking gave: a release, or mistakes. */
export type Linking =
  | { readonly ok: true; readonly release: LinkedRelease }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** How a release is linked. */
export interface LinkOptions {
  /** The release's version. Defaults to the highest version of its policies. */
  readonly version?: string;
  /** The MCP server that the release comes with: it may only restrict that server's calls. */
  readonly server?: string;
}

/** Links compiled policies into a release: one bundle a category, and the module that resolves what they say. */
export function linkRelease(given: readonly CompiledPolicy[], options: LinkOptions = {}): Linking {
  const { policies: derivedInto, rules: derived, ...links } = linkDerived(given);
  const { policies, ...lifts } = linkLifts(derivedInto);
  const diagnostics = [
    ...findClashes(policies),
    ...links.diagnostics,
    ...lifts.diagnostics,
    ...(options.server === undefined ? [] : findMoreThanRestrictions(policies)),
    ...findTooManySteps(policies),
    ...findTooManyPatterns(policies),
  ];
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const sourceMap: Record<string, SourceMap[string]> = {};
  const byCategory = categories.flatMap((category) => {
    const members = policies.filter((policy) => policy.category === category);
    return members.length === 0 ? [] : [{ category, members }];
  });
  const bundles = byCategory.map(({ category, members }) =>
    linkBundle(category, members, derived, sourceMap),
  );
  const version = options.version ?? highestVersion(policies);
  const default_effect = policies.some((policy) => policy.default_effect === "allow") ? "allow" : "deny";
  const info: Omit<ReleaseInfo, "digest"> = {
    version,
    ...(options.server === undefined ? {} : { server: options.server }),
    contract: { min: contractVersion, max: contractVersion },
    bundles: Object.fromEntries(bundles.map(({ name, version, digest }) => [name, { version, digest }])),
    default_effect,
    rules: policies.flatMap((policy) => policy.rules).sort((left, right) => (left.id < right.id ? -1 : 1)),
    tools: linkTools(policies),
  };
  const decision = linkDecision(info, byCategory);
  const ir: IrRelease = { default_effect, policies: policies.map((policy) => policy.ir) };
  return { ok: true, release: { info, bundles: [...bundles, decision], ir, sourceMap } };
}

/** A category, with its policies. */
interface CategoryMembers {
  readonly category: string;
  readonly members: readonly CompiledPolicy[];
}

/** Names of the policies whose rules compute values. */
function valuedOf(members: readonly CompiledPolicy[]): readonly string[] {
  return members
    .filter(({ ir }) => ir.rules.some(({ values }) => values !== undefined))
    .map(({ name }) => name);
}

function linkBundle(
  category: string,
  members: readonly CompiledPolicy[],
  derived: DerivedRules,
  sourceMap: Record<string, SourceMap[string]>,
): LinkedBundle {
  const used = new Set<string>();
  const files: RegoFile[] = members.map((policy) => {
    const { module, prelude } = emitPolicyModule(policy.ir, policy.caption, derived);
    for (const name of prelude) used.add(name);
    const path = `forego/${category}/policies/${policy.name}.rego`;
    const { text, lines } = printModule(module);
    sourceMap[path] = lines;
    return { path, text };
  });
  for (const { name, rego } of members) {
    if (rego === undefined) continue;
    const path = `forego/${category}/rego/${name}.rego`;
    files.push({ path, text: rego.text });
    sourceMap[path] = rego.lines;
  }
  const names = members.map((policy) => policy.name);
  files.push({
    path: `forego/${category}/bundle.rego`,
    text: printModule(emitCategoryModule({ category, policies: names, valued: valuedOf(members) })).text,
  });
  if (used.size > 0) {
    files.push({
      path: `forego/${category}/prelude.rego`,
      text: printPrelude(`forego.${category}.prelude`, used),
    });
  }
  const version = highestVersion(members);
  const documents = Object.fromEntries(
    members.flatMap(({ name, ir }) => (ir.data === null ? [] : [[name, ir.data]])),
  );
  const digest = canonicalDigest({ category, version, files, documents });
  return { name: category, version, digest, files, data: { bundle: { version, digest }, documents } };
}

/** The resolution module, with the table of what each rule does. */
function linkDecision(
  info: Omit<ReleaseInfo, "digest">,
  byCategory: readonly CategoryMembers[],
): LinkedBundle {
  const linked = new Map(
    byCategory.flatMap(({ members }) => members.flatMap(({ ir }) => ir.rules.map((rule) => [rule.id, rule]))),
  );
  const rules = info.rules.map(({ id, effect, category, reason, requires, paths }: RuleInfo) => {
    const { overridable, lifts } = linked.get(id) ?? {};
    return [
      id,
      {
        ...{ effect, category, reason, requires },
        ...(paths === undefined ? {} : { paths }),
        ...(overridable === undefined ? {} : { overridable }),
        ...(lifts === undefined ? {} : { lifts }),
      },
    ];
  });
  const data = {
    bundles: info.bundles,
    default_effect: info.default_effect,
    rules: Object.fromEntries(rules),
  };
  const modules = byCategory.map(({ category, members }) => ({ category, valued: valuedOf(members) }));
  const files = [{ path: "forego/decision/resolution.rego", text: emitDecisionModule(modules) }];
  const digest = canonicalDigest({ version: info.version, files, data });
  return { name: "decision", version: info.version, digest, files, data };
}

function linkTools(policies: readonly CompiledPolicy[]): ReleaseInfo["tools"] {
  return Object.fromEntries(mergeTools(policies.flatMap(({ tools }) => [...tools])));
}

function highestVersion(policies: readonly CompiledPolicy[]): string {
  return (
    policies
      .map((policy) => policy.version)
      .sort(compareVersions)
      .at(-1) ?? "0.0.0"
  );
}

function findMoreThanRestrictions(policies: readonly CompiledPolicy[]): readonly Diagnostic[] {
  return policies.flatMap(({ rules, default_effect, named: { place, source } }) => {
    const other = rules.find(({ effect }) => !serverEffects.has(effect));
    if (other === undefined && default_effect === undefined) return [];
    const what =
      other === undefined ? "a default of allow" : `'${other.id}', which is a rule to ${other.effect}`;
    return [
      createDiagnostic("FG3009", place, source, {
        message: `the release comes with a server, and has ${what}`,
      }),
    ];
  });
}

function findClashes(policies: readonly CompiledPolicy[]): readonly Diagnostic[] {
  const claimed = new Map<string, CompiledPolicy>();
  return policies.flatMap((policy) => {
    const name = `${policy.category}.${policy.name}`;
    const other = claimed.get(name);
    claimed.set(name, policy);
    if (other === undefined) return [];
    const { place, source } = policy.named;
    return [
      createDiagnostic("FG3001", place, source, { message: `'${name}' is claimed by ${other.file}, too` }),
    ];
  });
}
