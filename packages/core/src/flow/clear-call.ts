import {
  chargesOf,
  type HeldCharges,
  type LimitOutcome,
  refuseByLimits,
  reserveCharges,
} from "../evaluation/charge-limits.ts";
import { type DecidedOutput, type Evaluation, failed } from "../evaluation/evaluation.ts";
import type { PreparedCall } from "../input/prepare-call.ts";
import { type Json, sameJson } from "../json/json-snapshot.ts";
import type { ApprovalRequest } from "../ports/approval-store.ts";
import { decidesResultOf } from "../setup/decides-results.ts";
import type { Steps } from "../steps/steps.ts";
import { isTrouble, troubleOf } from "../steps/trouble.ts";
import type { JudgedCall } from "./judged-call.ts";
import { type MadeCall, makeCall, refuseUnable } from "./made-call.ts";

type Arguments = Readonly<Record<string, Json>>;

/** A call whose rules allow it, in the form in which it may be made; or the deny that came instead. */
export interface ClearedCall {
  readonly evaluation: Evaluation;
  /** The call as it will be made, where rules change it. */
  readonly made?: PreparedCall;
  /** The arguments to run with, where they are not those of the call. */
  readonly args?: Arguments;
  /** What it holds of limits. */
  readonly held?: HeldCharges;
  /** The approvals that it used. */
  readonly granted?: readonly ApprovalRequest[];
  /** What its rules said, where others may share the admission. */
  readonly judged?: JudgedCall | undefined;
  /** There where the host is told the decision and nothing else ({@link clearUntold}). */
  readonly isUntold?: true;
}

/**
 * Does with an allowed call what its obligations say, and takes what it costs from the limits: all of it, or the call
 * is denied.
 *
 * @param granted the asks that were granted for the call.
 */
export function* clearCall(
  prepared: PreparedCall,
  evaluation: Evaluation,
  granted: readonly string[],
  reservation: string,
): Steps<ClearedCall> {
  if (isTrouble(evaluation.decided) || "trouble" in prepared.ready) return { evaluation };
  const made = yield* makeCall(prepared, evaluation, evaluation.decided, granted);
  if (!("made" in made)) return { evaluation: made };
  const cleared = yield* chargeCall(made, reservation);
  if (sameJson(made.args, prepared.args)) return cleared;
  return { ...cleared, made: made.prepared, args: made.args };
}

/**
 * Clears a call that is not denied for a host that is told the decision and nothing else: it changes no arguments,
 * holds back no result, and limits are not asked.
 */
export function* clearUntold(prepared: PreparedCall, evaluation: Evaluation): Steps<Evaluation> {
  // a call that somebody is to approve owes the same as one that is allowed
  if (isTrouble(evaluation.decided) || evaluation.decided.effect === "deny") return evaluation;
  // fail closed: what the tool returns does not come back here, so that nobody could keep it back
  if (decidesResultOf(prepared))
    return failed("forego.obligation_unfulfilled", "results of this tool are decided", undefined);
  const unable = { ...prepared, call: { ...prepared.call, fulfils: [] } };
  return yield* asMade(unable, evaluation, evaluation.decided);
}

/**
 * Clears a call that is only proposed: it is made as its rules want it, where they allow it, and limits are not asked.
 * Where they ask, it must be one that could be made: nobody is asked in vain.
 */
export function* clearProposed(prepared: PreparedCall, evaluation: Evaluation): Steps<Evaluation> {
  const { decided } = evaluation;
  if (isTrouble(decided) || decided.effect === "deny") return evaluation;
  if (decided.effect === "allow") return yield* asMade(prepared, evaluation, decided);
  return refuseUnable(prepared, decided) ?? evaluation;
}

/** What is said of a call as it would be made, before anybody has granted anything. */
function* asMade(prepared: PreparedCall, evaluation: Evaluation, decided: DecidedOutput): Steps<Evaluation> {
  const made = yield* makeCall(prepared, evaluation, decided, []);
  // fail closed: a call that cannot be made as its rules want it is not made
  return "made" in made ? made.evaluation : made;
}

/** Takes what the call costs from the limits. */
function* chargeCall({ prepared, evaluation, made }: MadeCall, id: string): Steps<ClearedCall> {
  const charges = chargesOf(prepared, made);
  if (charges.length === 0) return { evaluation };
  let limits: readonly LimitOutcome[];
  try {
    limits = yield* reserveCharges(prepared.setup, id, charges);
  } catch (cause) {
    // fail closed: what cannot be counted is not spent
    const decided = troubleOf(cause, "forego.state_unavailable");
    return { evaluation: { projected: evaluation.projected, decided } };
  }
  const decided = refuseByLimits(evaluation.decided as DecidedOutput, limits, prepared.setup.rules);
  const counted = { ...evaluation, decided, limits };
  return decided.effect === "allow"
    ? { evaluation: counted, held: { id, charges } }
    : { evaluation: counted };
}
