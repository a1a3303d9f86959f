import type { ReadSet } from "@forego/core";
import type { Property } from "@forego/ir";
import type { RuleCost } from "./analysis/rule-cost.ts";
import type { SourcedPlace } from "./diagnostics/place-of.ts";

/** A value that a policy computes for others: what those who link it are told, beside what the policy's `ir` says. */
export interface Derivation {
  /** The field, as the policy's schema has it. */
  readonly property: Property;
  /** Digest of what the value means. */
  readonly meaning: string;
  readonly reads: ReadSet;
  readonly cost: RuleCost;
  /** Where the rule stands that computes it. */
  readonly at: SourcedPlace;
}

/** A field that rules of a policy read of what others compute. */
export interface DerivedUse {
  readonly field: string;
  /** The field, as the reading policy's schema has it. */
  readonly property: Property;
  /** Ids of the rules. */
  readonly rules: readonly string[];
  /** Where it is read first. */
  readonly at: SourcedPlace;
}
