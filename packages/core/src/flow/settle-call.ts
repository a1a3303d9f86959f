import { giveBackGrants } from "../approvals/approval-flow.ts";
import type { CallOutcome, Settlement } from "../decision/admission.ts";
import { reaches, redactResult } from "../decision/fulfil-obligations.ts";
import type { SettleEvent } from "../decision/observer.ts";
import { type CallEnd, settledCharges } from "../evaluation/charge-limits.ts";
import { type Evaluation, isAllowed } from "../evaluation/evaluation.ts";
import { judgeCall } from "../evaluation/judge-call.ts";
import { noteAnswer, noteReturned } from "../input/note-session.ts";
import { type PreparedCall, prepareResult } from "../input/prepare-call.ts";
import { canonicalDigest } from "../json/canonical-digest.ts";
import { type Json, snapshotResult } from "../json/json-snapshot.ts";
import type { GuardSetup } from "../setup/guard-setup.ts";
import { type Steps, wait } from "../steps/steps.ts";
import { isTrouble, troubleOf } from "../steps/trouble.ts";
import type { DecidedCall } from "./given-admission.ts";
import { unfulfilled } from "./made-call.ts";

/** What makes two outcomes of an admission the same one: the result, where it is looked at. */
export function outcomeKey(prepared: DecidedCall["prepared"], outcome: CallOutcome): string {
  if (outcome.isSuspended === true) return "suspended";
  if (!("result" in outcome)) return "failed";
  if (prepared === undefined || prepared.phase === "model_call") return "done";
  const result = snapshotResult(outcome.result);
  return result.ok ? canonicalDigest(result.value) : result.problem;
}

/** What became of a call, as far as anybody says. */
export function endOf(outcome: CallOutcome): CallEnd {
  if (outcome.isSuspended === true) return "suspended";
  return !("result" in outcome) || outcome.hasFailed === true ? "failed" : "done";
}

/** Charges what a call really cost, once, however often it is settled; answers with what the operator is told of it. */
export function* settleHeld(
  setup: GuardSetup,
  known: DecidedCall,
  { usage = {}, ...outcome }: CallOutcome,
): Steps<Pick<SettleEvent, "charges" | "cause">> {
  const { held } = known;
  if (held === undefined) return {};
  known.held = undefined;
  const charges = settledCharges(held, endOf(outcome), usage);
  const costs = charges.map(({ charged }) => charged);
  try {
    if (yield* wait(setup.state.commit(held.id, costs))) return { charges };
    const cause = new Error("the call's reservation was settled or given back, or has left its window");
    return { charges: charges.map((one) => ({ ...one, charged: 0 })), cause };
  } catch (cause) {
    // the call has happened; what it reserved stays charged in full, until somebody reconciles it
    return { charges: charges.map((one) => ({ ...one, charged: one.reserved })), cause };
  }
}

/** Lets the approvals that a call used serve once more, where it will be made again; whatever else it came to, they have served. */
export function* settleGrants(setup: GuardSetup, known: DecidedCall, outcome: CallOutcome): Steps<void> {
  const { granted } = known;
  known.granted = [];
  if (endOf(outcome) !== "suspended" || granted.length === 0) return;
  try {
    yield* wait(giveBackGrants(setup, granted));
  } catch {
    // as where the store has failed: people are asked again
  }
}

/** A result that was decided, and how it is handed on. */
export interface JudgedResult extends Pick<Settlement, "result"> {
  readonly prepared: PreparedCall;
  /** Absent where no rule speaks about results. */
  readonly evaluation?: Evaluation;
  /** The data classes of the call and its result. */
  readonly dataClasses: readonly string[];
}

/**
 * Classifies what a call returned, decides it where rules speak about it, takes out of it what they say, and adds its
 * classes to the conversation, unless it is withheld.
 */
export function* judgeResult(
  setup: GuardSetup,
  prepared: PreparedCall,
  result: unknown,
  isDecided: boolean,
): Steps<JudgedResult> {
  const returned = yield* prepareResult(setup, prepared, result);
  const judged: Pick<JudgedResult, "evaluation" | "result"> = isDecided
    ? redactJudged(returned, yield* judgeCall(returned, []))
    : {};
  const { evaluation } = judged;
  const dataClasses = yield* classesOf(setup, prepared, returned);
  const all = { prepared: returned, dataClasses, ...judged };
  if (setup.isEnforced && evaluation !== undefined && !isAllowed(evaluation)) return all;
  try {
    yield* noteReturned(prepared, dataClasses);
    return all;
  } catch (cause) {
    // fail closed: a conversation that cannot be told what it has seen does not get to see it
    const decided = troubleOf(cause, "forego.engine_error");
    return { prepared: returned, dataClasses, evaluation: { projected: evaluation?.projected, decided } };
  }
}

function* classesOf(
  setup: GuardSetup,
  { call, ready }: PreparedCall,
  returned: PreparedCall,
): Steps<readonly string[]> {
  if (!("trouble" in returned.ready)) return returned.ready.input.action.data_classes_referenced;
  const ofCall = "trouble" in ready ? [] : ready.input.action.data_classes_referenced;
  // fail closed: a result that cannot be read may hold all that is looked for
  return yield* setup.classify.result(call.tool, undefined, ofCall);
}

/** Counts what came of a call of a model. */
export function* settleAnswer(prepared: PreparedCall, outcome: CallOutcome): Steps<Evaluation | undefined> {
  try {
    yield* noteAnswer(prepared, "result" in outcome, outcome.usage ?? {});
    return undefined;
  } catch (cause) {
    // fail closed: an answer that cannot be counted is not handed on
    return { projected: undefined, decided: troubleOf(cause, "forego.engine_error") };
  }
}

/** A result that was judged, without what rules take out of it; a deny where that cannot be done. */
export function redactJudged(
  { call, ready }: PreparedCall,
  evaluation: Evaluation,
): { readonly evaluation: Evaluation } & Pick<JudgedResult, "result"> {
  const { decided } = evaluation;
  if (isTrouble(decided) || "trouble" in ready || !reaches("result", decided.obligations))
    return { evaluation };
  const isAble = call.fulfils?.includes("redact") === true;
  const result = isAble ? redactResult(ready.input.action.result as Json, decided.obligations) : undefined;
  if (result !== undefined) return { evaluation, result };
  // fail closed: a result that cannot be handed on without what must be taken out is not handed on
  const cause = isAble ? "the result has another form" : "the adapter cannot change results";
  return { evaluation: { ...unfulfilled(cause, decided), projected: evaluation.projected } };
}
