import { type Clock, systemClock } from "./clock.ts";
import { createDecision, type Decision } from "./decision.ts";
import type { Engine } from "./engine.ts";
import { evaluateInput, readInput } from "./evaluate-input.ts";
import type { RuleIndex } from "./rule-index.ts";
import { runSteps } from "./steps.ts";

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
    "trouble" in input
      ? input
      : (await runSteps(evaluateInput(engine, rules, input), clock, deadlineMs)).decided;
  const durationUs = Math.round((clock.monotonic() - startedAt) * 1000);
  return createDecision({ release: engine.release, rules, decided, decisionId: newId(), durationUs });
}
