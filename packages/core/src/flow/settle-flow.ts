import { ForegoError } from "../contract/forego-error.ts";
import type { Admission, CallOutcome, Settlement } from "../decision/admission.ts";
import { concludeCall, unenforced } from "../decision/conclude-call.ts";
import type { Notifier } from "../decision/notifier.ts";
import type { Evaluation } from "../evaluation/evaluation.ts";
import type { PreparedCall } from "../input/prepare-call.ts";
import { snapshotJson } from "../json/json-snapshot.ts";
import { unspoken } from "../release/engine.ts";
import { decidesResultOf, shadowDecidesResults } from "../setup/decides-results.ts";
import type { GuardSetup } from "../setup/guard-setup.ts";
import { type Steps, wait } from "../steps/steps.ts";
import { askShadow } from "./ask-shadow.ts";
import type { CallLedger } from "./call-ledger.ts";
import { type DecidedCall, GivenAdmission, type SettledOutcome } from "./given-admission.ts";
import { endOf, judgeResult, outcomeKey, settleAnswer, settleGrants, settleHeld } from "./settle-call.ts";

/** What the ends of a guard's calls share with their beginnings. */
export interface SettleParts {
  /** Whose admissions they are. */
  readonly giver: object;
  readonly current: () => GuardSetup;
  readonly notify: Notifier;
  readonly ledger: Pick<CallLedger<Admission>, "grow">;
}

/** Makes what settles the calls that one guard has admitted. */
export function createSettleFlow({
  giver,
  current,
  notify,
  ledger,
}: SettleParts): (admission: Admission, outcome: CallOutcome) => Steps<Settlement> {
  function* settleOnce({ prepared, dataClasses }: DecidedCall, outcome: CallOutcome): Steps<Settlement> {
    const handedOn = { withheld: false, dataClasses };
    if (prepared === undefined) return handedOn;
    if (prepared.phase === "model_call") {
      const evaluation = yield* settleAnswer(prepared, outcome);
      return evaluation === undefined ? handedOn : concludeEnd(prepared, evaluation, { dataClasses });
    }
    if (!("result" in outcome)) return yield* settleFailed(prepared, outcome.error, handedOn);
    // it ends under the release that it began with
    const { setup } = prepared;
    const isDecided = decidesResultOf(prepared);
    const judging = judgeResult(setup, prepared, outcome.result, isDecided);
    const { prepared: returned, evaluation, ...judged } = yield* judging;
    if (evaluation !== undefined) return concludeEnd(returned, evaluation, judged);
    if (shadowDecidesResults(setup, prepared.call.tool, prepared.call.server)) compareUnspoken(returned);
    return { ...handedOn, ...judged };
  }

  /** Lets the shadow release decide a result that no rule of the active one speaks about. */
  function compareUnspoken(prepared: PreparedCall): void {
    const evaluation = { projected: undefined, decided: unspoken };
    const decision = concludeCall(prepared, evaluation, prepared.setup.newId());
    askShadow({ prepared, evaluation, decision }, notify);
  }

  /** What was thrown is shown to the model, as a rule: classifiers of results look at it, too. */
  function* settleFailed(prepared: PreparedCall, error: unknown, handedOn: Settlement): Steps<Settlement> {
    if (!prepared.setup.classify.addsByResult(prepared.call.tool)) return handedOn;
    const told = error instanceof Error ? String(error) : error;
    const { dataClasses } = yield* judgeResult(prepared.setup, prepared, told, false);
    return { ...handedOn, dataClasses };
  }

  /** What was decided when a call had ended. */
  function concludeEnd(
    prepared: PreparedCall,
    evaluation: Evaluation,
    { dataClasses, ...handedOn }: Omit<Settlement, "withheld">,
  ): Settlement {
    const { setup } = prepared;
    const decision = concludeCall(prepared, evaluation, setup.newId());
    notify.decided(prepared, evaluation, decision);
    askShadow({ prepared, evaluation, decision }, notify);
    if (!setup.isEnforced) return { withheld: false, dataClasses, decision: unenforced(decision) };
    // what is withheld has not been seen
    if (!decision.allow) return { withheld: true, ...handedOn, decision };
    return { withheld: false, dataClasses, ...handedOn, decision };
  }

  return function* settle(admission, outcome) {
    const known = GivenAdmission.callOf(admission, giver);
    if (known === undefined) throw unknownAdmission();
    // fail closed: nothing was admitted, so there is nothing to use
    if (!admission.decision.allow) return { withheld: true };
    const { tool, prepared } = known;
    known.run = undefined;
    // fail closed: a call that runs again returns something else, which is decided for itself
    const key = outcomeKey(prepared, outcome);
    for (let one = known.settled; one !== undefined; one = one.before) {
      if (one.key === key) return yield* wait(one.settlement);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Settlement>();
    // nobody may wait for it
    promise.catch(() => {});
    const settled: SettledOutcome = { key, settlement: promise, before: known.settled };
    known.settled = settled;
    try {
      // a retry of what has failed, and holds nothing, is the same call still
      known.isOver ||= outcome.isAhead !== true && ("result" in outcome || known.held !== undefined);
      yield* settleGrants(current(), known, outcome);
      const spent = yield* settleHeld(current(), known, outcome);
      notify.settled({ decision: admission.decision, tool, outcome: endOf(outcome), ...spent });
      settled.settlement = yield* settleOnce(known, outcome);
      if (known.identity !== undefined) ledger.grow(known.identity, sizeOf(settled.settlement));
      resolve(settled.settlement);
      return settled.settlement;
    } catch (cause) {
      known.settled = settled.before;
      reject(cause);
      throw cause;
    }
  };
}

/** What is kept of a settlement, in the unit of the ledger. */
function sizeOf({ result }: Settlement): number {
  const snapshot = snapshotJson(result ?? null);
  return snapshot.ok ? snapshot.size : 0;
}

/** Whether something remains to be done with an admitted call when it has ended. */
export function mustSeeEnd(prepared: PreparedCall): boolean {
  const { setup, phase, call } = prepared;
  if (phase === "model_call") return setup.sessions !== undefined && call.conversationId !== undefined;
  if (phase !== "tool_call") return false;
  const { tool, server } = call;
  const isDecided = decidesResultOf(prepared) || shadowDecidesResults(setup, tool, server);
  return isDecided || setup.classify.addsByResult(tool);
}

function unknownAdmission(): ForegoError {
  return new ForegoError(
    "FG4003",
    "The admission that is settled was not given by this guard.",
    "hand settle() the very object that admit() returned.",
  );
}
