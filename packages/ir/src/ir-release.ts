import type { Expression, IrFunction, Origin } from "./nodes.ts";
import type { Shape } from "./shape.ts";

/** One path that a rule reads, and what must be there before the rule may run. */
export interface GuardedPath {
  readonly path: readonly string[];
  /** Whether it may be absent. */
  readonly optional: boolean;
  /** Only what the rule reads of the value. */
  readonly shape: Shape;
}

/** What a rule does when it matches. */
export type IrEffect =
  | "allow"
  | "deny"
  | "require_approval"
  | "lift"
  | "redact"
  | "transform"
  | "audit"
  | "budget";

/** A rule, with its meaning. */
export interface IrRule {
  /** `category.policy.rule` */
  readonly id: string;
  readonly effect: IrEffect;
  readonly reason: string;
  readonly on: readonly string[];
  readonly tool?: string;
  readonly guard: readonly GuardedPath[];
  readonly predicate: Expression;
  /** What the rule computes where it matches: the arguments that it sets, or `cost`, `limit` and `key` of a budget. */
  readonly values?: Readonly<Record<string, Expression>>;
  /** What is taken out, of a rule that redacts. */
  readonly paths?: readonly string[];
  /** Who may lift the rule, and what it means: linking says so. */
  readonly overridable?: { readonly by: readonly string[]; readonly meaning: string };
  /** What the rule lifts, and whose it is: linking says so. */
  readonly lifts?: {
    readonly owner: string;
    readonly rules: readonly { readonly rule: string; readonly meaning: string }[];
  };
  readonly origin: Origin;
}

/** All that a rule evaluates: its predicate, and then its values. */
export function programsOf({
  predicate,
  values = {},
}: Pick<IrRule, "predicate" | "values">): readonly Expression[] {
  return [predicate, ...Object.values(values)];
}

/** A value that a policy computes for the rules of others, with its meaning. */
export interface IrDerivation {
  /** `category.policy.field` */
  readonly id: string;
  /** What the others read it as: `derived.<field>`. One policy of a release derives it. */
  readonly field: string;
  /** Part of the guard of every rule that reads the value. */
  readonly guard: readonly GuardedPath[];
  readonly value: Expression;
  readonly origin: Origin;
}

/** A policy, with its meaning. */
export interface IrPolicy {
  readonly category: string;
  readonly name: string;
  readonly derivations: readonly IrDerivation[];
  readonly rules: readonly IrRule[];
  readonly functions: readonly IrFunction[];
  readonly data: unknown;
}

/** Everything that decides in a release. */
export interface IrRelease {
  readonly default_effect: "allow" | "deny";
  readonly policies: readonly IrPolicy[];
}
