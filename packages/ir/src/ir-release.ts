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

/** A rule, with its meaning. */
export interface IrRule {
  /** `category.policy.rule` */
  readonly id: string;
  readonly effect: "allow" | "deny" | "require_approval";
  readonly reason: string;
  readonly on: readonly string[];
  readonly tool?: string;
  readonly guard: readonly GuardedPath[];
  readonly predicate: Expression;
  readonly origin: Origin;
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
