import type { Lifted, RuleInfo } from "@forego/core";
import type { IrRule } from "@forego/ir";
import type { CompiledPolicy } from "../compiled-policy.ts";
import { createDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourcedPlace } from "../diagnostics/place-of.ts";
import type { LiftedFacts } from "../schema/policy-facts.ts";

/** What is lifted in a release. */
export interface LiftLinks {
  readonly diagnostics: readonly Diagnostic[];
  /** The policies: each lift with the rules that it takes back, and each of those with who may. */
  readonly policies: readonly CompiledPolicy[];
}

/** Digits of a meaning that a lift must name at least. */
const fewestDigits = 12;

/**
 * Joins lifts with the rules that they name. A rule must be there, let the owner of the lift override it, and mean
 * what it meant when the lift was reviewed.
 */
export function linkLifts(policies: readonly CompiledPolicy[]): LiftLinks {
  const rules = new Map(policies.flatMap((policy) => policy.rules.map((rule) => [rule.id, rule] as const)));
  const diagnostics: Diagnostic[] = [];
  const lifts = new Map<string, readonly Lifted[]>();
  for (const { lifts: named, owner = "" } of policies) {
    for (const [id, { rules: lifted, at }] of named) {
      const found = lifted.map((one) => findLifted(one, owner, rules, at));
      diagnostics.push(...found.flatMap((one) => ("code" in one ? [one] : [])));
      lifts.set(
        id,
        found.flatMap((one) => ("rule" in one ? [one] : [])),
      );
    }
  }
  const complete = diagnostics.length === 0 && lifts.size > 0;
  return {
    diagnostics,
    policies: complete ? policies.map((policy) => completeRules(policy, lifts)) : policies,
  };
}

function findLifted(
  { rule: id = "", meaning }: LiftedFacts,
  owner: string,
  rules: ReadonlyMap<string, RuleInfo>,
  { place, source }: SourcedPlace,
): Lifted | Diagnostic {
  const rule = rules.get(id);
  if (rule === undefined) {
    return createDiagnostic("FG3004", place, source, { message: `the release has no rule '${id}'` });
  }
  if (rule.overridable?.by.includes(owner) !== true) {
    const message = `'${id}' does not let '${owner}' override it`;
    const fix = `ask ${rule.owner ?? "its owner"} to write \`overridable: { by: ["${owner}"] }\` there`;
    return createDiagnostic("FG3004", place, source, { message, fix });
  }
  const digits = digitsOf(rule.meaning);
  const isPinned =
    typeof meaning === "string" && meaning.length >= fewestDigits && digits.startsWith(meaning);
  if (isPinned) return { rule: id, meaning: rule.meaning };
  const message = `'${id}' is not what the lift says that it means`;
  const fix = `read the rule again, and write \`meaning: "${digits.slice(0, fewestDigits)}"\` for it`;
  return createDiagnostic("FG3005", place, source, { message, fix });
}

function digitsOf(meaning: string): string {
  return meaning.replace(/^sha256:/, "");
}

function completeRules(
  policy: CompiledPolicy,
  lifts: ReadonlyMap<string, readonly Lifted[]>,
): CompiledPolicy {
  const infos = new Map(policy.rules.map((rule) => [rule.id, rule]));
  const complete = (rule: IrRule): IrRule => {
    const { overridable, meaning = "" } = infos.get(rule.id) ?? {};
    const lifted = lifts.get(rule.id);
    return {
      ...rule,
      ...(overridable === undefined ? {} : { overridable: { by: overridable.by, meaning } }),
      ...(lifted === undefined ? {} : { lifts: { owner: policy.owner ?? "", rules: lifted } }),
    };
  };
  return {
    ...policy,
    ir: { ...policy.ir, rules: policy.ir.rules.map(complete) },
    rules: policy.rules.map((rule) => {
      const lifted = lifts.get(rule.id);
      return lifted === undefined ? rule : { ...rule, lifts: lifted };
    }),
  };
}
