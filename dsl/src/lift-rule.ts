import type { RuleOfAll, RuleOptions } from "./policy.ts";

/** A rule that is lifted. */
export interface LiftedRule {
  /** The rule, as the policy that is imported has it: `dataAccess.rules.user_data_access`. */
  readonly rule: RuleOfAll<never>;
  /**
   * What the rule meant when it was reviewed for this lift: the first digits of its meaning's digest, 12 or more. The
   * compiler names them where they are missing or where the rule means something else by now.
   */
  readonly meaning: string;
}

/** A rule that takes back what others say. */
export interface LiftOptions<TContext, TTool> extends RuleOptions<TContext, TTool> {
  readonly lifts: readonly LiftedRule[];
}

const ruleId = Symbol.for("dev.forego/rule-id");

/** Writes on a rule which one it is, for those that name it. */
export function nameRule(rule: object, id: string): void {
  Object.defineProperty(rule, ruleId, { value: id });
}

/** Which rule this is: `category.policy.rule`; `undefined` for what is no rule of a policy. */
export function ruleIdOf(rule: unknown): string | undefined {
  if (typeof rule !== "object" || rule === null || !Object.hasOwn(rule, ruleId)) return undefined;
  return String((rule as { readonly [ruleId]?: unknown })[ruleId]);
}
