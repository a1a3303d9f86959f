import { applies, callOf, passes, pathName } from "../check-input.ts";
import type { IrRelease, IrRule } from "../ir-release.ts";
import { isRecord } from "../own-property.ts";
import { deriveValues } from "./derive-values.ts";
import { evaluateExpression, type Observe, type RegoAnswers, type Scope } from "./evaluate-expression.ts";
import { type Resolution, type RuleValues, resolve } from "./resolve.ts";
import type { SearchedLists } from "./searched-lists.ts";

/** What the resolution module of the same release answers. */
export interface ReleaseOutput extends Resolution {
  readonly hits: readonly string[];
  readonly invalid: readonly string[];
  readonly missing: readonly string[];
  /** What the rules that matched computed, and the limits that apply. */
  readonly values: RuleValues;
}

/**
 * Decides an input with the intermediate form itself. Slower than WASM, and the same decisions.
 *
 * @param observe is told every expression of the rules that could be checked, with its value: see `clausesOf`.
 * @param rego what OPA said of hand-written Rego.
 * @throws Error where there is hand-written Rego (see `regoRules`), and nobody says what OPA said.
 */
export function evaluateRelease(
  release: IrRelease,
  input: unknown,
  observe?: Observe,
  rego?: RegoAnswers,
): ReleaseOutput {
  const { phase, tool } = callOf(input);
  const hits: IrRule[] = [];
  const invalid: IrRule[] = [];
  const missing = new Set<string>();
  const values: [string, RuleValues[string]][] = [];
  const derived = deriveValues(release, input, observe);
  const searched: SearchedLists = new WeakMap();
  for (const policy of release.policies) {
    const functions = new Map(policy.functions.map((one) => [one.id, one]));
    for (const rule of policy.rules) {
      if (!applies(rule, phase, tool)) continue;
      const failed = rule.guard.filter((path) => !passes(path, input));
      for (const path of failed) missing.add(pathName(path));
      if (failed.length > 0) {
        invalid.push(rule);
        continue;
      }
      const locals = new Map();
      const scope = { input, data: policy.data, functions, locals, derived, searched, observe, rego };
      const isHit = matches(rule, scope);
      if (isHit) hits.push(rule);
      // a limit is told wherever it applies, for those that read what is left of it
      if (rule.values !== undefined && (isHit || rule.effect === "budget"))
        values.push([rule.id, valuesOf(rule.values, scope)]);
    }
  }
  const granted = isRecord(input) && Array.isArray(input.granted) ? input.granted : [];
  const computed = Object.fromEntries(values);
  const resolution = resolve({
    phase,
    values: computed,
    granted: new Set(granted),
    hits,
    invalid,
    missing,
    defaultEffect: release.default_effect,
  });
  return {
    ...resolution,
    hits: ids(hits),
    invalid: ids(invalid),
    missing: [...missing].sort(),
    values: computed,
  };
}

function matches(rule: IrRule, scope: Scope): boolean {
  return evaluateExpression(rule.predicate, scope) === true;
}

function valuesOf(values: NonNullable<IrRule["values"]>, scope: Scope): RuleValues[string] {
  const computed = Object.entries(values).map(([name, value]) => [name, evaluateExpression(value, scope)]);
  return Object.fromEntries(computed);
}

function ids(rules: readonly IrRule[]): readonly string[] {
  return rules.map((rule) => rule.id).sort();
}
