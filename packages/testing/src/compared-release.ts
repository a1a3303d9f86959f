import type { Engine } from "@forego/core";
import type { IrRelease, IrRule } from "@forego/ir";

/** A function of a policy, as the module has it: plain JavaScript. */
export type Program = (context: never) => unknown;

/** What an identity policy derives, as JavaScript has it. */
export interface ComparedDerivation {
  readonly field: string;
  /** The policy's data, as the function sees them. */
  readonly data: unknown;
  readonly value: Program;
}

/** A rule, as the compiler and as JavaScript have it. */
export interface ComparedRule {
  readonly ir: IrRule;
  /** The policy's data, as its rules see them in JavaScript. */
  readonly data: unknown;
  /** The predicate as the module has it: plain JavaScript. */
  readonly when: Program;
  /** What it computes where it matches, by name. */
  readonly programs: readonly (readonly [string, Program])[];
  /** What the release derives, which the rule may read. */
  readonly derivations: readonly ComparedDerivation[];
  /** When the policy is an override, the time from which the rule matches no more. */
  readonly expires?: string;
}

/** A release that can be asked in process in every way. */
export interface ComparedRelease {
  /** The folder that the policies were compiled from. */
  readonly folder: string;
  readonly ir: IrRelease;
  readonly rules: readonly ComparedRule[];
  /** The module that checks everything itself. */
  readonly wasm: Engine;
  /** The module that matches, with the guards of the intermediate form before it. */
  readonly checked: Engine;
}
