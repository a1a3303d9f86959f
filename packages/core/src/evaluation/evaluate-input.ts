import { type Input, inputSchema } from "../contract/contract.ts";
import { type Json, sameJson, snapshotJson } from "../json/json-snapshot.ts";
import type { Engine, EngineOutput } from "../release/engine.ts";
import { findRules, type RuleIndex } from "../release/rule-index.ts";
import { ask, type Steps } from "../steps/steps.ts";
import { type Trouble, troubleOf } from "../steps/trouble.ts";
import type { DecidedOutput, Evaluation } from "./evaluation.ts";
import { readEngineOutput } from "./read-engine-output.ts";
import { tellValues } from "./told-values.ts";

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
