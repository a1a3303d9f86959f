import type { CallOutcome, Settlement } from "./admission.ts";
import { canonicalDigest } from "./canonical-digest.ts";
import { settleCharges } from "./charge-limits.ts";
import { type Evaluation, failed, isTrouble } from "./evaluate-input.ts";
import { reaches, redactResult } from "./fulfil-obligations.ts";
import type { DecidedCall } from "./given-admission.ts";
import type { GuardSetup } from "./guard-options.ts";
import { type Json, snapshotJson } from "./json-snapshot.ts";
import { judgeCall } from "./judge-call.ts";
import { type PreparedCall, prepareResult } from "./prepare-call.ts";
import type { Steps } from "./steps.ts";

/** What makes two outcomes of an admission the same one: the result, where rules speak about it. */
export function outcomeKey(prepared: DecidedCall["prepared"], outcome: CallOutcome): string {
  if (!("result" in outcome)) return "failed";
  if (prepared === undefined) return "done";
  const result = snapshotJson(outcome.result ?? null);
  return result.ok ? canonicalDigest(result.value) : result.problem;
}

/** Charges what a call really cost, once, however often it is settled. */
export function* settleHeld(
  setup: GuardSetup,
  known: DecidedCall,
  { usage = {}, ...outcome }: CallOutcome,
): Steps<void> {
  const { held } = known;
  if (held === undefined) return;
  known.held = undefined;
  try {
    yield* settleCharges(setup, held, !("result" in outcome), usage);
  } catch {
    // the call has happened; what it reserved stays charged in full, until somebody reconciles it
  }
}

/** A result that was decided, and how it is handed on. */
export interface JudgedResult extends Pick<Settlement, "result"> {
  readonly prepared: PreparedCall;
  readonly evaluation: Evaluation;
}

/** Decides what a call returned, and takes out of it what rules say. */
export function* judgeResult(
  setup: GuardSetup,
  prepared: PreparedCall,
  result: unknown,
): Steps<JudgedResult> {
  const returned = yield* prepareResult(setup, prepared, result);
  return { prepared: returned, ...redactJudged(returned, yield* judgeCall(returned, [])) };
}

function redactJudged(
  { call, ready }: PreparedCall,
  evaluation: Evaluation,
): Pick<JudgedResult, "evaluation" | "result"> {
  const { decided } = evaluation;
  if (isTrouble(decided) || "trouble" in ready || !reaches("result", decided.obligations))
    return { evaluation };
  const isAble = call.fulfils?.includes("redact") === true;
  const result = isAble ? redactResult(ready.input.action.result as Json, decided.obligations) : undefined;
  if (result !== undefined) return { evaluation, result };
  // fail closed: a result that cannot be handed on without what must be taken out is not handed on
  const cause = isAble ? "the result has another form" : "the adapter cannot change results";
  return { evaluation: failed("forego.obligation_unfulfilled", cause, evaluation.projected) };
}
