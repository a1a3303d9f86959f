import type { Expression, IrDerivation, IrFunction, ObjectShape, Property } from "@forego/ir";
import { digestMeaning } from "./analysis/meaning.ts";
import { analyseReads } from "./analysis/read-analysis.ts";
import { guardedPaths, readSetOf } from "./analysis/read-tree.ts";
import type { RuleCost } from "./analysis/rule-cost.ts";
import type { Derivation } from "./derivation.ts";
import type { Mistakes } from "./diagnostics/mistakes.ts";
import { sourcedPlaceOf } from "./diagnostics/place-of.ts";
import { refuse } from "./diagnostics/refusal.ts";
import { readPredicate, ruleContract } from "./frontend/read-rule.ts";
import { originOf, type PolicyScope } from "./frontend/visit-context.ts";
import { visitNarrowed } from "./frontend/visit-narrowed.ts";
import type { PolicySource, RuleSource } from "./project/policy-source.ts";
import { documentsOf } from "./rule-documents.ts";
import type { PolicyFacts, RuleFacts } from "./schema/policy-facts.ts";
import { checkRuleName } from "./terms/rule-terms.ts";
import { misfitOf } from "./types/misfit-of.ts";

/** A derive rule, read. */
export interface ReadDerivation {
  readonly field: string;
  readonly property: Property;
  readonly source: RuleSource;
  readonly facts: RuleFacts;
  readonly value: Expression;
}

/** A derive rule, compiled: its meaning, and what linking is told about it. */
export interface CompiledDerivation {
  readonly ir: IrDerivation;
  readonly info: Derivation;
  readonly description: string | undefined;
}

/** Reads a derive rule; what is wrong with it is refused where it stands. */
export function readDerivation(
  field: string,
  source: RuleSource,
  facts: RuleFacts,
  policy: PolicyFacts,
  scope: PolicyScope,
): ReadDerivation {
  const name = source.property.getNameNode();
  checkRuleName(field, name);
  const properties = policy.derives?.properties ?? {};
  const property = Object.hasOwn(properties, field) ? properties[field] : undefined;
  if (property === undefined) {
    return refuse(name, "FG1020", `'${field}' is no field of what the policy derives`, namesOf(properties));
  }
  const [other] = facts.others ?? [];
  if (other !== undefined) {
    return refuse(
      source.options.getProperty(other) ?? source.options,
      "FG1021",
      `a derive rule has no '${other}'`,
    );
  }
  const { predicate } = source;
  if (predicate === undefined) return refuse(source.options, "FG1005");
  const value = readPredicate(predicate, documentsOf(policy, facts), scope, visitNarrowed);
  const misfit =
    value.type.undefinable && !property.optional
      ? "it can be undefined"
      : misfitOf(value.type.shape, property.shape);
  if (misfit !== undefined) {
    return refuse(predicate, "FG1022", `the value may not fit the field '${field}': ${misfit}`);
  }
  return { field, property, source, facts, value };
}

function namesOf(properties: ObjectShape["properties"]): string {
  const names = Object.keys(properties).join(", ");
  return names === ""
    ? "say what the policy derives: `derives: z.object({ ... })`, with a field of that name"
    : `name the rule as one of ${names}, or add the field to the schema`;
}

/** Reports the fields that no derive rule computes. */
export function reportUnderived(policy: PolicyFacts, source: PolicySource, mistakes: Mistakes): void {
  const at = source.terms.getProperty("derives") ?? source.terms;
  for (const field of Object.keys(policy.derives?.properties ?? {})) {
    const rule = Object.hasOwn(policy.rules, field) ? policy.rules[field] : undefined;
    if (rule?.effect === "derive") continue;
    const fix = `write \`${field}: derive({ value: ... })\``;
    mistakes.report(at, "FG1020", { message: `no rule derives the field '${field}'`, fix });
  }
}

/** What a derive rule is compiled in. */
export interface DerivationSurroundings {
  readonly policy: PolicyFacts;
  /** `category.policy` */
  readonly owner: string;
  readonly data: unknown;
  readonly functions: readonly IrFunction[];
  readonly scope: PolicyScope;
  readonly costOf: (value: Expression) => RuleCost;
}

/** Compiles a derive rule that was read. */
export function compileDerivation(
  { field, property, source, facts, value }: ReadDerivation,
  { policy, owner, data, functions, scope, costOf }: DerivationSurroundings,
): CompiledDerivation {
  const tree = analyseReads([value], functions, ruleContract(scope.contract, documentsOf(policy, facts)));
  const rule = { field, guard: guardedPaths(tree), value };
  const origin = originOf(source.property, { policy: scope });
  return {
    ir: { id: `${owner}.${field}`, ...rule, origin },
    info: {
      property,
      meaning: digestMeaning({ rule, functions, data }),
      reads: readSetOf(tree),
      cost: costOf(value),
      at: sourcedPlaceOf(source.property.getNameNode(), scope.root),
    },
    description: source.description,
  };
}
