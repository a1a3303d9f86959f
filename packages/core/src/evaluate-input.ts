import type { LimitOutcome } from "./charge-limits.ts";
import { type Input, inputSchema } from "./contract.ts";
import type { Engine, EngineOutput } from "./engine.ts";
import { EngineTrouble } from "./engine-trouble.ts";
import type { ServerOutput } from "./join-server.ts";
import { type Json, sameJson, snapshotJson } from "./json-snapshot.ts";
import { readEngineOutput } from "./read-engine-output.ts";
import type { ReservedReason } from "./reserved-reasons.ts";
import { findRules, type RuleIndex } from "./rule-index.ts";
import { ask, Interrupted, type Steps } from "./steps.ts";
import { type ToldByRule, tellValues } from "./told-values.ts";

/** Why there is no engine output: a reserved reason for the model, a cause for the operator. */
export interface Trouble {
  readonly trouble: ReservedReason;
  /** For the operator only. Never shown to the model. */
  readonly cause?: unknown;
}

/** What an engine said, and the values that its rules tell of what they were asked about. */
export interface DecidedOutput extends EngineOutput {
  readonly told?: ToldByRule;
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

/** Tells trouble from an engine's output. */
export function isTrouble(decided: EngineOutput | Trouble): decided is Trouble {
  return "trouble" in decided;
}

/** Whether an evaluation came to an allow. */
export function isAllowed({ decided }: Evaluation): boolean {
  return !isTrouble(decided) && decided.effect === "allow";
}

/**
 * Reads an input that came over a wire (a file, a log, a remote caller).
 * Anything but contract 1 within the bounds of one call is `forego.invalid_input`; never throws.
 */
export function readInput(raw: unknown): Input | Trouble {
  const snapshot = snapshotJson(raw);
  // fail closed: an input over the bounds is not read in part
  if (!snapshot.ok) return { trouble: "forego.invalid_input", cause: snapshot.problem };
  const parsed = inputSchema.safeParse(snapshot.value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "input"}: ${issue.code}`);
  return { trouble: "forego.invalid_input", cause: problems.join("; ") };
}

const unreadable: Trouble = {
  trouble: "forego.invalid_decision",
  cause: "the engine's answer is not of the closed shape, or not about this release",
};

/**
 * Hands the engine what the applicable rules read, and reads its answer; where it has answered the same question
 * `before`, that is the answer. Never throws: trouble is part of the result.
 */
export function* evaluateInput(
  engine: Engine,
  rules: RuleIndex,
  input: Input,
  before?: Evaluation,
): Steps<Evaluation> {
  const { pick } = rules.applicable(input.action.type, input.action.tool);
  const projected = pick(input) as Readonly<Record<string, unknown>>;
  if (before?.engine === engine && sameJson(before.projected as Json, projected as Json)) return before;
  try {
    const answer = yield* ask(engine.evaluate, () => engine.evaluate(projected));
    const output = readEngineOutput(answer, rules, input.granted);
    // fail closed: an unreadable answer is a deny
    if (output === undefined) return { projected, decided: unreadable };
    return { projected, decided: withTold(output, rules, projected), engine };
  } catch (cause) {
    // fail closed: an engine that failed has not decided
    return { projected, decided: troubleOf(cause, "forego.engine_error") };
  }
}

/** Adds the values that rules which matched tell. */
export function withTold(output: EngineOutput, rules: RuleIndex, projected: unknown): DecidedOutput {
  const told = tellValues(findRules(rules, output.hits), projected);
  return told === undefined ? output : { ...output, told };
}

/** An evaluation that came to nothing. */
export function failed(
  trouble: ReservedReason,
  cause: unknown,
  projected: Evaluation["projected"],
): Evaluation {
  return { projected, decided: { trouble, cause } };
}

/** Turns what was thrown into trouble; interruptions of {@link Steps} and {@link EngineTrouble} carry their own reason. */
export function troubleOf(cause: unknown, reason: ReservedReason): Trouble {
  if (cause instanceof Interrupted) return { trouble: cause.reason, cause: cause.message };
  return { trouble: cause instanceof EngineTrouble ? cause.reason : reason, cause };
}
