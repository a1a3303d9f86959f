import { resolve } from "node:path";
import { callLimits, snapshotJson, type ToolInfo } from "@forego/core";
import {
  conforms,
  type Expression,
  type GuardedPath,
  type IrFunction,
  type IrRule,
  type ObjectShape,
  programsOf,
  re2PatternsOf,
} from "@forego/ir";
import type { Node } from "ts-morph";
import { warnOfAssumedReads } from "./analysis/assumed-reads.ts";
import { derivedReads } from "./analysis/derived-reads.ts";
import { costOfRule } from "./analysis/rule-cost.ts";
import {
  compileDerivation,
  type ReadDerivation,
  readDerivation,
  reportUnderived,
} from "./compile-derivation.ts";
import { compileRule, type ReadRule, readRule } from "./compile-rule.ts";
import type { CompiledPolicy } from "./compiled-policy.ts";
import type { DerivedUse } from "./derivation.ts";
import type { Mistakes } from "./diagnostics/mistakes.ts";
import { fileName, placeOf, sourcedPlaceOf } from "./diagnostics/place-of.ts";
import type { IntrinsicTable } from "./frontend/intrinsics.ts";
import { createPolicyScope } from "./frontend/read-rule.ts";
import type { PolicyScope } from "./frontend/visit-context.ts";
import type { LoadedRego } from "./handwritten/load-rego.ts";
import { type RegoModule, readRego } from "./handwritten/read-rego.ts";
import { mergeTools } from "./link/merge-tools.ts";
import { dataFileOf, readDataFile } from "./project/data-file.ts";
import { describeStatement, type PolicySource } from "./project/policy-source.ts";
import { reportProblems } from "./report-problems.ts";
import type { ModuleReport, PolicyFacts, RuleFacts } from "./schema/policy-facts.ts";
import { reportStrayStateReads } from "./state-reads.ts";
import { checkPolicyTerms, type PolicyTerms } from "./terms/policy-terms.ts";

/** Everything that one policy is compiled from. */
export interface PolicyParts {
  /** The policy folder, absolute. */
  readonly root: string;
  readonly source: PolicySource;
  readonly report: ModuleReport;
  readonly contract: ObjectShape;
  readonly intrinsics: IntrinsicTable;
  readonly mistakes: Mistakes;
  /** The hand-written Rego that the policy names. */
  readonly rego?: LoadedRego | undefined;
}

/** Compiles one policy; `undefined` when something about it was reported. Every rule is looked at, whatever the others say. */
export function compilePolicy(parts: PolicyParts): CompiledPolicy | undefined {
  const { root, source, report, contract, intrinsics, mistakes } = parts;
  reportProblems(report, source, root, mistakes);
  const { facts } = report;
  if (facts === undefined || report.problems.length > 0) return undefined;
  const terms = mistakes.guard(() => checkPolicyTerms(facts, source.terms));
  if (terms === undefined) return undefined;
  const data = readData(facts, source, mistakes);
  const scope = createPolicyScope(root, contract, intrinsics, mistakes.report);
  const before = mistakes.all.length;
  const rego = readModule(parts, terms, facts);
  if (facts.rego !== undefined && rego === undefined) return undefined;
  const derivations: ReadDerivation[] = [];
  const rules: ReadRule[] = [];
  for (const [name, rule] of source.rules) {
    mistakes.guard(() => {
      const known = ruleFacts(facts, name);
      // what another category derives is refused with all else that it may not
      if (known?.effect !== "derive" || terms.category !== "identity")
        rules.push(readRule(name, rule, known, { policy: facts, terms, scope, data, rego }));
      else derivations.push(readDerivation(name, rule, known, facts, scope));
    });
  }
  reportUnderived(facts, source, mistakes);
  const unread = Object.keys(facts.rules).filter((name) => !source.rules.has(name));
  for (const name of unread)
    mistakes.report(source.terms, "FG1004", { message: `the rule '${name}' has no place in the source` });
  if (mistakes.all.length > before) return undefined;
  return assemble(parts, facts, terms, data, { rules, derivations, rego }, scope);
}

/** The hand-written Rego of a policy; `undefined` where there is none, or none that can be read. */
function readModule(
  { rego, source, mistakes }: PolicyParts,
  terms: PolicyTerms,
  facts: PolicyFacts,
): RegoModule | undefined {
  if (rego === undefined) return undefined;
  return readRego(rego, terms, source, facts.rego?.reads, mistakes);
}

/** Tells of patterns of schemas that RE2 has to match before a rule is asked. */
function warnOfPatterns(guard: readonly GuardedPath[], rule: Node, mistakes: Mistakes): void {
  for (const { path, shape } of guard) {
    if (re2PatternsOf(shape).length === 0) continue;
    const message = `RE2 has to match a pattern of the schema of ${path.join(".")}: that takes 10 to 200 us at every evaluation, and the module grows by 190 KB`;
    mistakes.report(rule, "FG2063", { message });
  }
}

function ruleFacts(policy: PolicyFacts, name: string): RuleFacts | undefined {
  return Object.hasOwn(policy.rules, name) ? policy.rules[name] : undefined;
}

function assemble(
  parts: PolicyParts,
  facts: PolicyFacts,
  terms: PolicyTerms,
  data: unknown,
  read: {
    readonly rules: readonly ReadRule[];
    readonly derivations: readonly ReadDerivation[];
    readonly rego: RegoModule | undefined;
  },
  scope: PolicyScope,
): CompiledPolicy {
  const { root, source } = parts;
  const functions = scope.functions.all();
  const { category, name, version, owner, justification, expires, default_effect } = terms;
  const { file } = source;
  const costOf = (...programs: readonly Expression[]) =>
    costOfRule({ programs, functions, root, file }, parts.mistakes);
  const derived = read.derivations.map((rule) =>
    compileDerivation(rule, { policy: facts, owner: `${category}.${name}`, data, functions, scope, costOf }),
  );
  const compiled = read.rules.map((rule) => {
    const one = compileRule(rule, { policy: facts, terms, scope, data });
    warnOfPatterns(one.ir.guard, rule.source.property.getNameNode(), parts.mistakes);
    return one;
  });
  for (const programs of [
    ...derived.map(({ ir }) => [ir.value]),
    ...compiled.map(({ ir }) => programsOf(ir)),
  ])
    warnOfAssumedReads({ programs, functions, root, file }, parts.mistakes);
  reportStrayStateReads(
    compiled.map(({ info }) => info),
    source,
    parts.mistakes,
  );
  const description = describeStatement(source.call);
  const named = source.terms.getProperty("name") ?? source.terms;
  return {
    file: fileName(source.file.getFilePath(), root),
    named: sourcedPlaceOf(named, root),
    category,
    name,
    version,
    ...(owner === undefined ? {} : { owner }),
    ...(justification === undefined ? {} : { justification }),
    ...(expires === undefined ? {} : { expires }),
    ...(default_effect === undefined ? {} : { default_effect }),
    ir: {
      category,
      name,
      derivations: derived.map(({ ir }) => ir),
      rules: compiled.map(({ ir }) => ir),
      functions,
      data: data ?? null,
    },
    rules: compiled.map(({ info }) => info),
    ...(read.rego === undefined ? {} : { rego: { text: read.rego.text, lines: read.rego.lines } }),
    costs: new Map(compiled.map(({ ir }) => [ir.id, costOf(...programsOf(ir))])),
    derivations: new Map(derived.map(({ ir, info }) => [ir.field, info])),
    uses: usesOf(
      compiled.map(({ ir }) => ir),
      functions,
      facts,
      root,
      source,
    ),
    lifts: new Map(
      read.rules.flatMap(({ name: rule, source: { options }, terms: { lifted } }) => {
        if (lifted === undefined) return [];
        const at = sourcedPlaceOf(options.getProperty("lifts") ?? options, root);
        return [[`${category}.${name}.${rule}`, { rules: lifted, at }] as const];
      }),
    ),
    caption: {
      title: `${category}.${name}`,
      ...(description === undefined ? {} : { description }),
      custom: { version, ...(owner === undefined ? {} : { owner }) },
      rules: new Map([
        ...derived.map(({ ir, description }) => [ir.id, description] as const),
        ...compiled.map(({ info }) => [info.id, info.description] as const),
      ]),
    },
    tools: declaredTools(facts),
  };
}

/** What rules read of what others derive, by field. */
function usesOf(
  rules: readonly IrRule[],
  functions: readonly IrFunction[],
  { derived }: PolicyFacts,
  root: string,
  { file }: PolicySource,
): readonly DerivedUse[] {
  const reads = rules.flatMap((rule) =>
    derivedReads(programsOf(rule), functions).map((read) => ({ id: rule.id, ...read })),
  );
  const byField = Map.groupBy(reads, ({ field }) => field);
  return [...byField].flatMap(([field, [first, ...others]]) => {
    const properties = derived?.properties ?? {};
    const property = Object.hasOwn(properties, field) ? properties[field] : undefined;
    if (first === undefined || property === undefined) return [];
    const source = file.getProject().getSourceFileOrThrow(resolve(root, first.origin.file)).getFullText();
    const at = { place: placeOf(first.origin), source };
    return [{ field, property, rules: [first, ...others].map(({ id }) => id), at }];
  });
}

/** What is declared of the tools that rules name, and of those that the module exports. */
function declaredTools(facts: PolicyFacts): ReadonlyMap<string, ToolInfo> {
  const tools = [...facts.tools, ...Object.values(facts.rules).flatMap(({ tool }) => tool ?? [])];
  const said = tools.filter(
    ({ data_classes, classify }) => data_classes !== undefined || classify !== undefined,
  );
  return mergeTools(
    said.map(({ name, data_classes, classify }) => [
      name,
      {
        ...(data_classes === undefined ? {} : { data_classes }),
        // its form has been checked with the policy's terms
        ...(classify === undefined ? {} : { classify: classify as ToolInfo["classify"] & object }),
      },
    ]),
  );
}

function readData(facts: PolicyFacts, source: PolicySource, mistakes: Mistakes): unknown {
  const text = readDataFile(source.file);
  if (facts.data === undefined || text === undefined) return undefined;
  const data: unknown = JSON.parse(text);
  const snapshot = snapshotJson(data, { ...callLimits, maxSize: Number.MAX_SAFE_INTEGER });
  if (snapshot.ok && conforms(facts.data, data)) return data;
  mistakes.reportJson(
    dataFileOf(source.file),
    [],
    "FG1010",
    snapshot.ok
      ? {
          message: "a list or record of the data has more entries than a policy may read",
          fix: "give a longer list its maximum with .max(); a record has at most 1,000 entries",
        }
      : { message: `the data holds what no engine can: ${snapshot.problem}` },
  );
  return undefined;
}
