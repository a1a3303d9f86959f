import type { Input } from "./contract/contract.ts";
import { createDecision, type Decision } from "./decision/decision.ts";
import { transformArguments } from "./decision/fulfil-obligations.ts";
import { evaluateInput, readInput } from "./evaluation/evaluate-input.ts";
import type { Evaluation } from "./evaluation/evaluation.ts";
import { asChanged } from "./flow/made-call.ts";
import { type Json, sameJson } from "./json/json-snapshot.ts";
import type { Engine } from "./release/engine.ts";
import type { RuleIndex } from "./release/rule-index.ts";
import { type Clock, systemClock } from "./steps/clock.ts";
import { runSteps, type Steps } from "./steps/steps.ts";
import { isTrouble } from "./steps/trouble.ts";

/** How one whole input is decided, without a guard. */
export interface DecideInputOptions {
  readonly engine: Engine;
  readonly rules: RuleIndex;
  /** Milliseconds that the engine may take. Defaults to 60,000: nobody waits for a tool here. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
  readonly newId?: () => string;
}

/**
 * Decides one input that came whole over a wire, facts and all: a file, a log, a remote caller. Never rejects: what
 * is not contract 1 is a deny for `forego.invalid_input`.
 */
export async function decideInput(raw: unknown, options: DecideInputOptions): Promise<Decision> {
  const {
    engine,
    rules,
    clock = systemClock,
    newId = () => crypto.randomUUID(),
    deadlineMs = 60_000,
  } = options;
  const startedAt = clock.monotonic();
  const input = readInput(raw);
  const decided =
    "trouble" in input ? input : await runSteps(decideMade(engine, rules, input), clock, deadlineMs);
  const durationUs = Math.round((clock.monotonic() - startedAt) * 1000);
  const phase = "trouble" in input ? undefined : input.action.type;
  return createDecision({
    release: engine.release,
    rules,
    ...(phase === undefined ? {} : { phase }),
    decided,
    decisionId: newId(),
    durationUs,
  });
}

/** Decides an input, and where rules change the arguments, as a guard does, what it says of the call as it will be made. */
function* decideMade(engine: Engine, rules: RuleIndex, input: Input): Steps<Evaluation["decided"]> {
  const { decided } = yield* evaluateInput(engine, rules, input);
  if (isTrouble(decided) || decided.effect !== "allow") return decided;
  const given = input.action.args as Readonly<Record<string, Json>>;
  const args = transformArguments(given, decided.obligations);
  if (sameJson(args, given)) return decided;
  const again = yield* evaluateInput(engine, rules, { ...input, action: { ...input.action, args } });
  return asChanged(decided, again.decided, args);
}
