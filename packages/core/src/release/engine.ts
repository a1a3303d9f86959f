import type { Obligation } from "../contract/obligation.ts";
import type { ReleaseInfo } from "./release.ts";

/**
 * Evaluates a release. In process (WASM, IR) or elsewhere (an OPA server): the decisions are the same.
 *
 * An engine only computes. It is handed the parts of the input that the release reads, and answers with an
 * {@link EngineOutput}; whatever else it answers, and whatever it throws, becomes a deny in {@link evaluateInput}.
 */
export interface Engine {
  /** Short name for spans and logs: `wasm`, `ir`, `opa`. */
  readonly kind: string;
  readonly release: ReleaseInfo;
  /**
   * Evaluates one projected input. A synchronous engine returns the output itself, so that the guard's
   * synchronous path can use it; any other returns a promise. May throw or reject.
   */
  evaluate(input: Readonly<Record<string, unknown>>): unknown;
}

/** What the resolution module of a release answers: a closed shape, the same from every engine. */
export interface EngineOutput {
  readonly effect: "allow" | "deny" | "require_approval";
  /** Reasons of the rules that made the decision, sorted. */
  readonly reasons: readonly string[];
  /** Ids of the applicable rules that matched, sorted. */
  readonly hits: readonly string[];
  /** Ids of the applicable rules whose reads are not what they must be, sorted. */
  readonly invalid: readonly string[];
  /** The paths that made them so, sorted. */
  readonly missing: readonly string[];
  /** Ids of the rules that matched and were lifted, sorted. */
  readonly overridden: readonly string[];
  /** What must be done with the call, by rule; none where it is denied. */
  readonly obligations: readonly Obligation[];
  /** What rules that matched computed, by their ids. */
  readonly values: RuleValues;
}

/** What an output says beside its effect and its reasons where no rule has said anything. */
export const nothingSaid: Omit<EngineOutput, "effect" | "reasons"> = {
  hits: [],
  invalid: [],
  missing: [],
  overridden: [],
  obligations: [],
  values: {},
};

/** What is said of what no rule is about, where nothing needs an allow. */
export const unspoken: EngineOutput = { ...nothingSaid, effect: "allow", reasons: [] };

/** What rules computed: the arguments that they set, or what they take of their limit. */
export type RuleValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What an engine said about a call, with the refusal of a person in place of the question. */
export function refuseOutput(output: EngineOutput): EngineOutput {
  return { ...output, effect: "deny", reasons: ["forego.approval_refused"], obligations: [] };
}

/** Whether reasons are those of {@link refuseOutput}: no policy can use them. */
export function isRefusal(reasons: readonly string[]): boolean {
  return reasons[0] === "forego.approval_refused";
}
