import type { IrPolicy } from "../ir-release.ts";
import type { Expression, Origin } from "../nodes.ts";
import type { LimitFinding } from "./decide-edited.ts";
import type { Edit } from "./edit.ts";

/**
 * Why an input is decided as it is. For operators: it shows the values that rules saw, and the way round a denial, so
 * that no part of it may reach the model.
 */
export interface Explanation {
  readonly effect: "allow" | "deny" | "require_approval";
  readonly reasons: readonly string[];
  /** The rules that made the decision, each with the clauses that made it match. */
  readonly decided: readonly ExplainedRule[];
  /** Where no rule allowed the call: those that could have, each with the clauses that kept it from it. */
  readonly couldAllow: readonly ExplainedRule[];
  /** The rules that could not be checked. */
  readonly unchecked: readonly UncheckedRule[];
  readonly limits: readonly ExplainedLimit[];
  /** The rules that asked hand-written Rego: what it says has no clauses here, and of no change is known what it would. */
  readonly rego?: readonly string[];
  /** The smallest change found that would be allowed; absent where none was found, or none is needed. */
  readonly change?: readonly ExplainedEdit[];
}

/** Where a rule stands in the policies. */
export type RulePlace = Pick<Origin, "file" | "line" | "column">;

export interface ExplainedRule {
  readonly rule: string;
  readonly effect: string;
  readonly reason: string;
  readonly at: RulePlace;
  readonly clauses: readonly ExplainedClause[];
}

/** One clause of a rule, as it was. */
export interface ExplainedClause {
  /** What was so, in words: a clause that is not true is told as its opposite. */
  readonly text: string;
  readonly at: RulePlace;
  readonly saw: readonly SeenValue[];
}

/** A value that a clause looked at; no `value` where nothing was there. */
export interface SeenValue {
  readonly what: string;
  readonly value?: unknown;
}

export interface UncheckedRule {
  readonly rule: string;
  readonly effect: string;
  readonly at: RulePlace;
  readonly paths: readonly {
    readonly path: string;
    /** What must be there, in words. */
    readonly expected: string;
    readonly value?: unknown;
  }[];
}

export interface ExplainedLimit extends LimitFinding {
  readonly at?: RulePlace;
  /** What the call takes of it. */
  readonly cost?: number;
}

/** One part of a change: a value of the input, or an approval. */
export type ExplainedEdit =
  | {
      readonly kind: "set";
      /** The same, as `applyEdits` takes it. */
      readonly edit: Edit;
      readonly path: string;
      /** Absent where nothing was there, or nothing is to be. */
      readonly from?: unknown;
      readonly to?: unknown;
    }
  | { readonly kind: "grant"; readonly edit: Edit; readonly rule: string };

/** How conditions and values of a policy are said: the compiler has one such way. */
export interface ClauseWords {
  condition(node: Expression, truth: boolean, policy: IrPolicy): string;
  value(node: Expression, policy: IrPolicy): string;
}
