import type { RuleInfo } from "@forego/core";
import type { IrPolicy } from "@forego/ir";
import type { PolicyCaption } from "./emit/policy-module.ts";

/** A policy that compiled: its meaning, and what a release and its readers are told about it. */
export interface CompiledPolicy {
  /** The policy file, relative to the policy folder. */
  readonly file: string;
  readonly category: RuleInfo["category"];
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly default_effect?: "allow";
  readonly ir: IrPolicy;
  readonly rules: readonly RuleInfo[];
  readonly caption: PolicyCaption;
  /** Data classes that the policy's tools declare, by tool. */
  readonly tools: ReadonlyMap<string, readonly string[]>;
}
