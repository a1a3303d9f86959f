import type { Input } from "../contract/contract.ts";
import type { ReservedReason } from "../contract/reserved-reasons.ts";
import { concludeCall } from "../decision/conclude-call.ts";
import type { Decision } from "../decision/decision.ts";
import type { Notifier } from "../decision/notifier.ts";
import { type Evaluation, isAllowed } from "../evaluation/evaluation.ts";
import { judgeCall } from "../evaluation/judge-call.ts";
import { fetchFactsFor, type PreparedCall } from "../input/prepare-call.ts";
import { type Json, sameJson } from "../json/json-snapshot.ts";
import { isRefusal, refuseOutput } from "../release/engine.ts";
import type { ActiveRelease } from "../setup/active-release.ts";
import { runSteps, type Steps } from "../steps/steps.ts";
import { isTrouble, troubleOf } from "../steps/trouble.ts";
import { type ClearedCall, clearCall, clearUntold } from "./clear-call.ts";
import { createLookingState } from "./looking-state.ts";
import { redactJudged } from "./settle-call.ts";

/** A decision that stands, and what the shadow release has to know to be asked the same. */
export interface Standing extends Pick<ClearedCall, "evaluation" | "held" | "granted" | "isUntold"> {
  readonly prepared: PreparedCall;
  readonly decision: Decision;
}

/** Troubles that rules make, and another release may not. */
const ofRules: ReadonlySet<ReservedReason> = new Set([
  "forego.obligation_unfulfilled",
  "forego.conflicting_obligations",
]);

/**
 * Lets the shadow release decide what was decided, in its own time, and tells observers where the two differ: about the
 * call as rules change it, and about limits by what is used of them without the call. What trouble decided is nothing to
 * compare. Reserves nothing, asks nobody, and never throws.
 */
export function askShadow(standing: Standing, notify: Notifier): void {
  const { setup, ready } = standing.prepared;
  const { decided } = standing.evaluation;
  if (setup.shadow === undefined || "trouble" in ready) return;
  if (isTrouble(decided) && !ofRules.has(decided.trouble)) return;
  void compare(standing, setup.shadow, notify);
}

async function compare(standing: Standing, release: ActiveRelease, notify: Notifier): Promise<void> {
  const { prepared, decision } = standing;
  const { setup, call, phase } = prepared;
  try {
    const shadow = await runSteps(decideInShadow(standing, release), setup.clock, setup.deadlineMs);
    if (!isSame(decision, shadow)) notify.differed({ tool: call.tool, phase, decision, shadow });
  } catch {
    // whatever became of the shadow, the decision stands
  }
}

function* decideInShadow(standing: Standing, shadow: ActiveRelease): Steps<Decision> {
  const { prepared, held } = standing;
  const { setup } = prepared;
  const state = createLookingState(setup.state, held);
  const beside = { ...prepared, setup: { ...setup, ...shadow, state, isEnforced: false } };
  const startedAt = setup.clock.monotonic();
  const evaluation = yield* judgeInShadow({ ...beside, startedAt }, standing);
  return concludeCall({ ...beside, startedAt }, evaluation, setup.newId());
}

function* judgeInShadow(
  prepared: PreparedCall,
  { decision, granted: used = [], isUntold }: Standing,
): Steps<Evaluation> {
  const { setup, call, ready } = prepared;
  if ("trouble" in ready) return { projected: undefined, decided: ready };
  const granted = used.map(({ rule }) => rule);
  try {
    const { input } = yield* fetchFactsFor(setup, call, yield* classifyAnew(prepared, ready.input));
    const known = { ...prepared, ready: { input } };
    const judged = yield* judgeCall(known, granted);
    if (isUntold === true) return yield* clearUntold(known, judged);
    if (isAllowed(judged)) return yield* clearInShadow(known, judged, granted);
    return isRefusal(decision.reasons) ? refuseAsked(judged) : judged;
  } catch (cause) {
    return { projected: undefined, decided: troubleOf(cause, "forego.engine_error") };
  }
}

/** What becomes of what rules allow, by obligations and limits. */
function* clearInShadow(
  prepared: PreparedCall,
  judged: Evaluation,
  granted: readonly string[],
): Steps<Evaluation> {
  if (prepared.phase === "tool_result") return redactJudged(prepared, judged).evaluation;
  return (yield* clearCall(prepared, judged, granted, "")).evaluation;
}

/** Whoever has refused is not asked again. */
function refuseAsked(judged: Evaluation): Evaluation {
  const { decided } = judged;
  if (isTrouble(decided) || decided.effect !== "require_approval") return judged;
  return { ...judged, decided: refuseOutput(decided) };
}

/** A call with the classes that the shadow's own policies declare. A result keeps those that it was found to have. */
function* classifyAnew({ setup, call, phase, args }: PreparedCall, input: Input): Steps<Input> {
  if (phase === "tool_result") return input;
  const classes = yield* setup.classify.call(call.tool, args as Readonly<Record<string, Json>>);
  return classes === undefined
    ? input
    : { ...input, action: { ...input.action, data_classes_referenced: [...classes] } };
}

/** Whether two decisions come to the same: ids of releases, rules and times aside. */
function isSame(one: Decision, other: Decision): boolean {
  const said = ({ effect, reasons, obligations }: Decision) =>
    ({
      effect,
      reasons,
      obligations: obligations.map(({ rule: _whose, ...what }) => what),
    }) as unknown as Json;
  return sameJson(said(one), said(other));
}
