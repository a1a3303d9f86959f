import { isDeepStrictEqual } from "node:util";
import { canonicalDigest, mergeReadSets } from "@forego/core";
import { type GuardedPath, pathName } from "@forego/ir";
import type { CompiledPolicy } from "../compiled-policy.ts";
import type { Derivation } from "../derivation.ts";
import { createDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { derivedRuleName } from "../lower/lower-named-value.ts";
import type { DerivedRules } from "../lower/lowering.ts";

/** A value that a policy of the release derives. */
interface Derived extends Derivation {
  readonly policy: CompiledPolicy;
  readonly guard: readonly GuardedPath[];
}

/** What is derived and read in a release. */
export interface DerivedLinks {
  readonly diagnostics: readonly Diagnostic[];
  /** The policies, those rules whole that read what is derived. */
  readonly policies: readonly CompiledPolicy[];
  readonly rules: DerivedRules;
}

/**
 * Joins the policies that derive values with those that read them. A rule that reads a derived value also reads what
 * that is computed from: it is invalid when either cannot be checked, and means something else when either does.
 */
export function linkDerived(policies: readonly CompiledPolicy[]): DerivedLinks {
  const diagnostics: Diagnostic[] = [];
  const fields = new Map<string, Derived>();
  for (const policy of policies) {
    for (const { field, guard } of policy.ir.derivations) {
      const derivation = policy.derivations.get(field);
      if (derivation === undefined) throw new Error(`the policy does not say what ${field} is`);
      const other = fields.get(field);
      if (other === undefined) fields.set(field, { ...derivation, policy, guard });
      else diagnostics.push(clash(field, derivation, other));
    }
  }
  diagnostics.push(...policies.flatMap((policy) => findMisuses(policy, fields)));
  const rules = [...fields].map(
    ([
      field,
      {
        policy: { category, name },
      },
    ]): [string, readonly string[]] => [
      field,
      ["forego", category, "policies", name, derivedRuleName(field)],
    ],
  );
  return {
    diagnostics,
    policies: diagnostics.length > 0 ? policies : policies.map((policy) => completeRules(policy, fields)),
    rules: new Map(rules),
  };
}

function clash(field: string, { at }: Derivation, { policy }: Derived): Diagnostic {
  const message = `'${field}' is derived by ${policy.file}, too`;
  return createDiagnostic("FG3006", at.place, at.source, { message });
}

function findMisuses({ uses }: CompiledPolicy, fields: ReadonlyMap<string, Derived>): readonly Diagnostic[] {
  return uses.flatMap(({ field, property, at }) => {
    const derived = fields.get(field);
    if (derived === undefined) {
      const message = `no policy of the release derives '${field}'`;
      return [createDiagnostic("FG3007", at.place, at.source, { message })];
    }
    if (isDeepStrictEqual(property, derived.property)) return [];
    const message = `'${field}' is not what ${derived.policy.file} derives: the schemas differ`;
    return [createDiagnostic("FG3008", at.place, at.source, { message })];
  });
}

/** The policy, its rules with what their derived values are computed from. */
function completeRules(policy: CompiledPolicy, fields: ReadonlyMap<string, Derived>): CompiledPolicy {
  if (policy.uses.length === 0) return policy;
  const usedBy = (id: string) =>
    policy.uses.flatMap(({ field, rules }) => {
      const derived = rules.includes(id) ? fields.get(field) : undefined;
      return derived === undefined ? [] : [[field, derived] as const];
    });
  return {
    ...policy,
    ir: {
      ...policy.ir,
      rules: policy.ir.rules.map((rule) => ({
        ...rule,
        guard: distinct([...rule.guard, ...usedBy(rule.id).flatMap(([, { guard }]) => guard)]),
      })),
    },
    rules: policy.rules.map((info) => {
      const used = usedBy(info.id);
      if (used.length === 0) return info;
      const paths = used.flatMap(([, { guard }]) => guard.map(pathName));
      const derived = Object.fromEntries(used.map(([field, { meaning }]) => [field, meaning]));
      return {
        ...info,
        meaning: canonicalDigest({ meaning: info.meaning, derived }),
        reads: used.reduce((set, [, { reads }]) => mergeReadSets(set, reads), info.reads),
        requires: [...new Set([...info.requires, ...paths])],
      };
    }),
  };
}

/** Each path once: a rule and what it reads may ask for the same. */
function distinct(guard: readonly GuardedPath[]): readonly GuardedPath[] {
  return [...new Map(guard.map((guarded) => [JSON.stringify(guarded), guarded])).values()];
}
