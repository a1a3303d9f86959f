import type { RuleInfo, ToolInfo } from "@forego/core";
import type { IrPolicy } from "@forego/ir";
import type { RuleCost } from "./analysis/rule-cost.ts";
import type { Derivation, DerivedUse } from "./derivation.ts";
import type { SourcedPlace } from "./diagnostics/place-of.ts";
import type { PolicyCaption } from "./emit/policy-module.ts";
import type { RuleLine } from "./rego/print.ts";
import type { LiftedFacts } from "./schema/policy-facts.ts";

/** A policy that compiled: its meaning, and what a release and its readers are told about it. */
export interface CompiledPolicy {
  /** The policy file, relative to the policy folder. */
  readonly file: string;
  /** Where the policy says its name, and the text of that file: for mistakes that show when policies are linked. */
  readonly named: SourcedPlace;
  readonly category: RuleInfo["category"];
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  /** Only of an override: why it is, and from when on its rules match no more. */
  readonly justification?: string;
  readonly expires?: string;
  readonly default_effect?: "allow";
  readonly ir: IrPolicy;
  readonly rules: readonly RuleInfo[];
  /** The hand-written Rego that its rules ask, and where the lines of that come from. */
  readonly rego?: { readonly text: string; readonly lines: readonly RuleLine[] };
  /** By rule id. */
  readonly costs: ReadonlyMap<string, RuleCost>;
  /** What the policy computes for others, by field. */
  readonly derivations: ReadonlyMap<string, Derivation>;
  /** What its rules read of what others compute: `rules` and `ir` become whole when that is linked. */
  readonly uses: readonly DerivedUse[];
  /** What its lifts name, by rule id, and where they do: what that is shows when policies are linked. */
  readonly lifts: ReadonlyMap<string, { readonly rules: readonly LiftedFacts[]; readonly at: SourcedPlace }>;
  readonly caption: PolicyCaption;
  /** What the policy declares of tools, by their names. */
  readonly tools: ReadonlyMap<string, ToolInfo>;
}
