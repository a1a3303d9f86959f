import type { Input } from "../contract/contract.ts";
import type { PreparedCall } from "../input/prepare-call.ts";
import type { Steps } from "../steps/steps.ts";
import { isTrouble, troubleOf } from "../steps/trouble.ts";
import { readLimits } from "./charge-limits.ts";
import { evaluateInput } from "./evaluate-input.ts";
import { type Evaluation, failed } from "./evaluation.ts";
import { evaluateBoth } from "./join-server.ts";
import { missedFacts } from "./missed-facts.ts";

/** Evaluates a prepared call, with the asks that were granted; `before` is what was said when it was proposed. Never throws. */
export function* judgeCall(
  prepared: PreparedCall,
  granted: readonly string[],
  before?: Evaluation,
): Steps<Evaluation> {
  const { setup, ready } = prepared;
  if ("trouble" in ready) return { projected: undefined, decided: ready };
  const { input } = ready;
  const asked = granted.length === 0 ? input : { ...input, granted: [...granted] };
  const evaluation = yield* evaluateWithLimits(prepared, asked, before);
  const { decided, projected } = evaluation;
  const isDenied = isTrouble(decided) || decided.effect === "deny";
  const missed = isDenied ? [] : missedFacts(prepared, input, decided);
  // fail closed: that a fact may be absent does not say what to make of one that nobody could tell
  if (missed.length > 0) return failed("forego.invalid_rule", `not known: ${missed.join(", ")}`, projected);
  const elapsed = setup.clock.monotonic() - prepared.startedAt;
  // a clock that ran back does not tell how long it took
  const isInTime = elapsed >= 0 && elapsed <= setup.deadlineMs;
  if (isInTime || isTrouble(decided)) return evaluation;
  // fail closed: an evaluation that returns late is a deny
  return failed("forego.deadline", `decided after ${elapsed.toFixed(1)} ms`, projected);
}

/** Where rules read what is used of limits, the rules of those limits say first whose use that is. */
function* evaluateWithLimits(
  prepared: PreparedCall,
  input: Input,
  before: Evaluation | undefined,
): Steps<Evaluation> {
  const { setup } = prepared;
  const { limits } = setup.rules.applicable(input.action.type, input.action.tool);
  if (limits.length === 0) return yield* evaluateBoth(setup, input, before);
  const evaluation = yield* evaluateInput(setup.engine, setup.rules, input);
  const { decided, projected } = evaluation;
  if (isTrouble(decided)) return evaluation;
  try {
    const state = yield* readLimits(prepared, decided, limits);
    return yield* evaluateBoth(setup, { ...input, state });
  } catch (cause) {
    // fail closed: rules that ask what has been used cannot be asked
    return { projected, decided: troubleOf(cause, "forego.state_unavailable") };
  }
}
