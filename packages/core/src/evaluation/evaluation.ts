import type { ReservedReason } from "../contract/reserved-reasons.ts";
import type { Engine, EngineOutput } from "../release/engine.ts";
import type { RuleInfo } from "../release/release.ts";
import { isTrouble, type Trouble } from "../steps/trouble.ts";
import type { LimitOutcome } from "./charge-limits.ts";
import type { ToldByRule } from "./told-values.ts";

/** What an engine said, and the values that its rules tell of what they were asked about. */
export interface DecidedOutput extends EngineOutput {
  readonly told?: ToldByRule;
}

/** What the release that came with a server said about one of its calls. Rules are named with the server before them. */
export interface ServerOutput {
  readonly server: string;
  /** Digest of its release. */
  readonly release: string;
  readonly output: EngineOutput;
  /** Its rules that matched, or could not be checked. */
  readonly rules: readonly RuleInfo[];
}

/** The projected input, and what the engine said about it. */
export interface Evaluation {
  /** What the engine was handed; `undefined` when the call did not get that far. */
  readonly projected: Readonly<Record<string, unknown>> | undefined;
  readonly decided: DecidedOutput | Trouble;
  /** The engine that said it, by itself; absent where it did not get that far. */
  readonly engine?: Engine;
  /** What became of the limits that the call takes from, where it came to that. */
  readonly limits?: readonly LimitOutcome[];
  /** What the release that came with the call's server said, where there is one. */
  readonly server?: ServerOutput;
}

/** Whether an evaluation came to an allow. */
export function isAllowed({ decided }: Evaluation): boolean {
  return !isTrouble(decided) && decided.effect === "allow";
}

/** An evaluation that came to nothing. */
export function failed(
  trouble: ReservedReason,
  cause: unknown,
  projected: Evaluation["projected"],
): Evaluation {
  return { projected, decided: { trouble, cause } };
}
