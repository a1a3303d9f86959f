import {
  answerRequest,
  openRequests,
  reviewAsks,
  takeGrants,
  takeRefusals,
} from "../approvals/approval-flow.ts";
import type { Call } from "../contract/call.ts";
import type { ReservedReason } from "../contract/reserved-reasons.ts";
import type { Admission, AnswerReceipt, CallOutcome, Proposal, Settlement } from "../decision/admission.ts";
import { concludeCall, unenforced } from "../decision/conclude-call.ts";
import type { Decision } from "../decision/decision.ts";
import { createNotifier } from "../decision/notifier.ts";
import type { Observer } from "../decision/observer.ts";
import { type Evaluation, failed, isAllowed } from "../evaluation/evaluation.ts";
import { judgeCall } from "../evaluation/judge-call.ts";
import { asProposed } from "../input/as-proposed.ts";
import { callIdentity } from "../input/call-identity.ts";
import { noteAdmitted } from "../input/note-session.ts";
import { type PreparedCall, prepareCall } from "../input/prepare-call.ts";
import { copyJson } from "../json/json-snapshot.ts";
import { refuseOutput } from "../release/engine.ts";
import { decidesResultOf } from "../setup/decides-results.ts";
import type { GuardSetup } from "../setup/guard-setup.ts";
import { type Steps, wait } from "../steps/steps.ts";
import { fromStore } from "../steps/store-trouble.ts";
import { isTrouble, troubleOf } from "../steps/trouble.ts";
import { askShadow } from "./ask-shadow.ts";
import { type CallEntry, createCallLedger, createEntry, type Waiter } from "./call-ledger.ts";
import { type ClearedCall, clearCall, clearProposed, clearUntold } from "./clear-call.ts";
import { giveBack, orGiveBack } from "./give-back.ts";
import { GivenAdmission } from "./given-admission.ts";
import { isStillSo, judgedAs } from "./judged-call.ts";
import { createSettleFlow, mustSeeEnd } from "./settle-flow.ts";

/** The life of a call, as work that may have to wait. The guard runs it, awaiting or not. */
export interface CallFlow {
  propose(call: Call): Steps<Proposal>;
  admit(call: Call): Steps<Admission>;
  decide(call: Call): Steps<Decision>;
  deny(call: Call, reason: ReservedReason, cause: unknown): Steps<Decision>;
  settle(admission: Admission, outcome: CallOutcome): Steps<Settlement>;
  answer(requestId: string, granted: boolean, by: unknown): Steps<AnswerReceipt>;
}

/** A call on its way, with its entry in the ledger. */
interface Pending {
  readonly prepared: PreparedCall;
  readonly entry: CallEntry<Admission>;
}

/** Makes the flow of one guard, which may change its release between calls. None of its steps throws for anything that a call, a policy or an engine does. */
export function createCallFlow(current: () => GuardSetup, observers: readonly Observer[]): CallFlow {
  const { clock, newId } = current();
  const notify = createNotifier(observers);
  const ledger = createCallLedger<Admission>(clock, newId);
  // what an admission is known by: the guard, whatever release it has by then
  const giver = {};

  function* begin(call: Call): Steps<Pending> {
    const prepared = yield* prepareCall(current(), call);
    return { prepared, entry: entryOf(prepared) };
  }

  function entryOf(prepared: PreparedCall): CallEntry<Admission> {
    const known = callIdentity(prepared);
    if (known === undefined) return createEntry(newId());
    const entry = ledger.entry(known);
    // fail closed: what is over is over; whoever makes the same call again takes from the limits again
    if (entry.final === undefined || GivenAdmission.callOf(entry.final, giver)?.isOver !== true) return entry;
    ledger.forget(known);
    return ledger.entry(known);
  }

  /** Makes a decision stand: it is observed now, and later hooks of the same call get it. */
  function stand(
    { prepared, entry }: Pending,
    { made = prepared, args, judged, ...cleared }: ClearedCall,
    requests: Admission["requests"] = [],
  ): Admission {
    const { evaluation, held, granted = [] } = cleared;
    // fail closed: a deny that stands is not replaced by what comes out later
    if (entry.final?.decision.allow === false) {
      giveBack(prepared.setup, cleared);
      return entry.final;
    }
    const decision = concludeCall(prepared, evaluation, entry.decisionId);
    const call = {
      tool: prepared.call.tool,
      ...(mustSeeEnd(prepared)
        ? { prepared: made, identity: callIdentity(prepared) }
        : { prepared: undefined, identity: undefined }),
      judged,
      dataClasses: "trouble" in prepared.ready ? [] : prepared.ready.input.action.data_classes_referenced,
      held,
      granted,
      run: prepared.call.run,
      isOver: false,
      settled: undefined,
    };
    const { isEnforced } = prepared.setup;
    const admission = new GivenAdmission(giver, call, {
      decision: isEnforced ? decision : unenforced(decision),
      requests: isEnforced ? requests : [],
      decidesResult: isEnforced && decidesResultOf(prepared),
      // the tool may change them; rules about its result see those that were decided
      ...(args === undefined || !isEnforced ? {} : { args: { ...(copyJson(args) as typeof args) } }),
    });
    entry.final = admission;
    entry.proposed = undefined;
    notify.decided(prepared, evaluation, decision);
    askShadow({ ...cleared, prepared, decision }, notify);
    return admission;
  }

  /** Makes a decision stand for this hook alone: the same call, handed over again, is decided anew. */
  function standOnce(pending: Pending, cleared: ClearedCall, requests?: Admission["requests"]): Admission {
    const admission = stand(pending, cleared, requests);
    forget(pending.prepared);
    return admission;
  }

  function* ask(pending: Pending, evaluation: Evaluation): Steps<Proposal> {
    const asks = yield* reviewAsks(pending.prepared, evaluation);
    const requests = yield* openRequests(pending.prepared, evaluation, asks);
    const decision = concludeCall(pending.prepared, evaluation, pending.entry.decisionId);
    const isNew = asks.some(({ state }) => state === "new");
    if (isNew) notify.asked(decision, requests);
    return { decision, requests, isNew, isRefused: asks.some(({ state }) => state === "refused") };
  }

  function* proposeKnown(pending: Pending): Steps<Proposal> {
    if (pending.entry.final !== undefined) return pending.entry.final;
    const { setup } = pending.prepared;
    const judged = yield* judgeCall(pending.prepared, []);
    pending.entry.proposed = { prepared: pending.prepared, evaluation: judged };
    const evaluation = yield* clearProposed(pending.prepared, judged);
    if (isTrouble(evaluation.decided) || evaluation.decided.effect === "deny")
      return stand(pending, { evaluation });
    if (evaluation.decided.effect === "require_approval" && setup.isEnforced)
      return yield* ask(pending, evaluation);
    const decision = concludeCall(pending.prepared, evaluation, pending.entry.decisionId);
    return { decision: setup.isEnforced ? decision : unenforced(decision), requests: [] };
  }

  function* admitKnown(pending: Pending): Steps<Admission> {
    const { entry } = pending;
    if (entry.final !== undefined) return yield* admitFinal(pending, entry.final);
    if (entry.waiting !== undefined) return yield* shareAdmission(pending, entry.waiting);
    const waiting: Waiter<Admission>[] = [];
    entry.waiting = waiting;
    const admission = yield* guarded(pending, admitJudged(pending), standOnce);
    entry.waiting = undefined;
    for (const goOn of waiting) goOn(admission);
    return admission;
  }

  /** What stands already, as long as the rules say so: for this run of the call, and for hooks that name none. */
  function* admitFinal(pending: Pending, final: Admission): Steps<Admission> {
    const { run } = pending.prepared.call;
    const known = GivenAdmission.callOf(final, giver);
    if (known === undefined || !final.decision.allow) return final;
    const { judged } = known;
    if (judged !== undefined && !(yield* isStillSo(pending.prepared, judged)))
      return yield* admitAnew(pending);
    if (run === undefined) return final;
    known.run ??= run;
    // fail closed: what runs twice at once takes from the limits twice
    return known.run === run ? final : yield* admitAnew(pending);
  }

  function* admitAnew({ prepared }: Pending): Steps<Admission> {
    forget(prepared);
    return yield* admitKnown({ prepared, entry: entryOf(prepared) });
  }

  function forget(prepared: PreparedCall): void {
    const known = callIdentity(prepared);
    if (known !== undefined) ledger.forget(known);
  }

  /** Waits for the admission of another hook. One that ran by approval is not shared: whoever waited asks again. */
  function* shareAdmission({ prepared, entry }: Pending, waiting: Waiter<Admission>[]): Steps<Admission> {
    const admission = yield* wait(new Promise<Admission>((resolve) => waiting.push(resolve)));
    if (!admission.decision.allow) return admission;
    const renewed = { prepared, entry: entryOf(prepared) };
    return renewed.entry === entry ? yield* admitFinal(renewed, admission) : yield* admitKnown(renewed);
  }

  function* admitJudged(pending: Pending): Steps<Admission> {
    const { setup } = pending.prepared;
    const { proposed } = pending.entry;
    const asked = asProposed(pending.prepared, proposed?.prepared);
    const evaluation = yield* judgeCall(asked, [], proposed?.evaluation);
    const { decided } = evaluation;
    if (isTrouble(decided) || decided.effect !== "require_approval" || !setup.isEnforced) {
      const cleared = yield* note(pending, yield* clear(pending, evaluation, []));
      // what went wrong need not go wrong again
      if (isTrouble(cleared.evaluation.decided)) return standOnce(pending, cleared);
      // as it will be made; what limits say is not the rules', and is not asked again
      const said = isAllowed(cleared.evaluation) ? cleared.evaluation : evaluation;
      return stand(pending, { ...cleared, judged: judgedAs(asked, said) });
    }
    const asks = yield* reviewAsks(pending.prepared, evaluation);
    const refused = asks.filter(({ state }) => state === "refused");
    if (refused.length > 0) {
      // fail closed: one refusal is enough; it answers this call and not the next
      yield* takeRefusals(setup, refused);
      return standOnce(pending, { evaluation: { ...evaluation, decided: refuseOutput(decided) } });
    }
    const granted = asks.filter(({ state }) => state === "granted");
    const ids = granted.map(({ rule }) => rule.id);
    const again = yield* judgeCall(pending.prepared, ids);
    if (isTrouble(again.decided) || again.decided.effect === "deny")
      return stand(pending, { evaluation: again });
    if (again.decided.effect === "allow") {
      // what it costs is there before the answers are used up, and is given back where they are gone
      const cleared = yield* clear(pending, again, ids);
      if (!isAllowed(cleared.evaluation)) return standOnce(pending, cleared);
      // an approval serves one admission: the next one with the same call asks again
      const taken = yield* orGiveBack(setup, cleared, takeGrants(setup, granted));
      if (taken !== undefined)
        return standOnce(pending, yield* note(pending, { ...cleared, granted: taken }));
      const { held } = cleared;
      if (held !== undefined) yield* fromStore(() => wait(setup.state.release(held.id)));
    }
    // fail closed: what has not been granted, or was used up meanwhile, is asked
    const { requests } = yield* ask(pending, evaluation);
    return standOnce(pending, { evaluation }, requests);
  }

  function* clear(
    { prepared, entry }: Pending,
    evaluation: Evaluation,
    granted: readonly string[],
  ): Steps<ClearedCall> {
    if (!isAllowed(evaluation)) return { evaluation };
    return yield* clearCall(prepared, evaluation, granted, entry.decisionId);
  }

  /** Adds an allowed call to its conversation, before anybody hears of it; gives back what it holds when that fails. */
  function* note({ prepared }: Pending, cleared: ClearedCall): Steps<ClearedCall> {
    // where nothing is enforced, what is denied runs all the same
    if (!isAllowed(cleared.evaluation) && prepared.setup.isEnforced) return cleared;
    yield* orGiveBack(prepared.setup, cleared, noteAdmitted(prepared));
    return cleared;
  }

  /** Whatever interrupts the work makes the call a deny. */
  function* guarded<TResult>(
    pending: Pending,
    steps: Steps<TResult | Admission>,
    how: typeof stand,
  ): Steps<TResult | Admission> {
    try {
      return yield* steps;
    } catch (cause) {
      // fail closed: work that broke off has not decided
      const trouble = troubleOf(cause, "forego.engine_error");
      return how(pending, { evaluation: { projected: undefined, decided: trouble } });
    }
  }

  return {
    settle: createSettleFlow({ giver, current, notify, ledger }),
    answer: (requestId, granted, by) => answerRequest(current(), { requestId, granted, by }, notify),
    *propose(call) {
      const pending = yield* begin(call);
      return yield* guarded(pending, proposeKnown(pending), stand);
    },
    *admit(call) {
      const pending = yield* begin(call);
      return yield* guarded(pending, admitKnown(pending), standOnce);
    },
    *decide({ callId: _shared, ...call }) {
      const pending = yield* begin(call);
      const judged = yield* judgeCall(pending.prepared, []);
      const evaluation = yield* clearUntold(pending.prepared, judged);
      return stand(pending, { evaluation, isUntold: true }).decision;
    },
    *deny(call, reason, cause) {
      const pending = yield* begin(call);
      return stand(pending, { evaluation: failed(reason, cause, undefined) }).decision;
    },
  };
}
