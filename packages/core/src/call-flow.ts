import type { Admission, AnswerReceipt, CallOutcome, Proposal, Settlement } from "./admission.ts";
import { mayAnswer, nameOf, openRequests, reviewAsks, takeAnswers } from "./approval-flow.ts";
import { asProposed } from "./as-proposed.ts";
import { askShadow } from "./ask-shadow.ts";
import type { Call } from "./call.ts";
import { type CallEntry, createCallLedger, createEntry, type Waiter } from "./call-ledger.ts";
import type { HeldCharges } from "./charge-limits.ts";
import { type ClearedCall, clearCall } from "./clear-call.ts";
import { createDecision, type Decision } from "./decision.ts";
import { refuseOutput } from "./engine.ts";
import { type Evaluation, failed, isAllowed, isTrouble, troubleOf } from "./evaluate-input.ts";
import { ForegoError } from "./forego-error.ts";
import { type DecidedCall, GivenAdmission, type SettledOutcome } from "./given-admission.ts";
import type { GuardSetup } from "./guard-options.ts";
import { withServer } from "./join-server.ts";
import { snapshotJson } from "./json-snapshot.ts";
import { judgeCall } from "./judge-call.ts";
import { isStillSo, type JudgedCall, judgedAs } from "./judged-call.ts";
import { createNotifier } from "./notifier.ts";
import { callIdentity, identifyCaller, type PreparedCall, prepareCall } from "./prepare-call.ts";
import type { ReservedReason } from "./reserved-reasons.ts";
import type { RuleIndex } from "./rule-index.ts";
import { noteAdmitted } from "./session-store.ts";
import { judgeResult, outcomeKey, settleAnswer, settleHeld } from "./settle-call.ts";
import { type Steps, wait } from "./steps.ts";

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
export function createCallFlow(current: () => GuardSetup): CallFlow {
  const { observers, clock, newId } = current();
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

  function conclude(prepared: PreparedCall, evaluation: Evaluation, decisionId: string): Decision {
    const durationUs = Math.max(0, Math.round((clock.monotonic() - prepared.startedAt) * 1000));
    const { engine, rules, isEnforced } = prepared.setup;
    return createDecision({
      release: engine.release,
      rules: withServer(rules, evaluation.server),
      enforced: isEnforced,
      phase: prepared.phase,
      decided: evaluation.decided,
      limits: evaluation.limits ?? [],
      decisionId,
      durationUs,
    });
  }

  /** Makes a decision stand: it is observed now, and later hooks of the same call get it. */
  function stand(
    { prepared, entry }: Pending,
    { evaluation, made = prepared, args, held, granted = [] }: ClearedCall,
    requests: Admission["requests"] = [],
  ): Admission {
    // fail closed: a deny that stands is not replaced by what comes out later
    if (entry.final?.decision.allow === false) {
      if (held !== undefined) giveBack(prepared.setup, held);
      return entry.final;
    }
    const decision = conclude(prepared, evaluation, entry.decisionId);
    const call = {
      tool: prepared.call.tool,
      ...(mustSeeEnd(prepared)
        ? { prepared: made, identity: callIdentity(prepared) }
        : { prepared: undefined, identity: undefined }),
      judged: undefined,
      dataClasses: "trouble" in prepared.ready ? [] : prepared.ready.input.action.data_classes_referenced,
      held,
      run: prepared.call.run,
      isOver: false,
      settled: undefined,
    };
    const { isEnforced } = prepared.setup;
    const admission = new GivenAdmission(giver, call, {
      decision: isEnforced ? decision : unenforced(decision),
      requests: isEnforced ? requests : [],
      ...(args === undefined || !isEnforced ? {} : { args }),
    });
    entry.final = admission;
    entry.proposed = undefined;
    notify.decided(prepared, evaluation, decision);
    if (prepared.setup.shadow !== undefined) void askShadow(prepared, decision, granted, notify);
    return admission;
  }

  /** Notes what an admission stands on, for those who share it. */
  function standAs(judged: JudgedCall | undefined, admission: Admission): Admission {
    const known = GivenAdmission.callOf(admission, giver);
    if (known !== undefined) known.judged = judged;
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
    const decision = conclude(pending.prepared, evaluation, pending.entry.decisionId);
    const isNew = asks.some(({ state }) => state === "new");
    if (isNew) notify.asked(decision, requests);
    return { decision, requests, isNew, isRefused: asks.some(({ state }) => state === "refused") };
  }

  function* proposeKnown(pending: Pending): Steps<Proposal> {
    if (pending.entry.final !== undefined) return pending.entry.final;
    const { setup } = pending.prepared;
    const evaluation = yield* judgeCall(pending.prepared, []);
    pending.entry.proposed = { prepared: pending.prepared, evaluation };
    if (isTrouble(evaluation.decided) || evaluation.decided.effect === "deny")
      return stand(pending, { evaluation });
    if (evaluation.decided.effect === "require_approval" && setup.isEnforced)
      return yield* ask(pending, evaluation);
    const decision = conclude(pending.prepared, evaluation, pending.entry.decisionId);
    return { decision: setup.isEnforced ? decision : unenforced(decision), requests: [] };
  }

  function* admitKnown(pending: Pending): Steps<Admission> {
    const { entry } = pending;
    if (entry.final !== undefined) return yield* admitFinal(pending, entry.final);
    if (entry.waiting !== undefined) return yield* shareAdmission(pending, entry.waiting);
    const waiting: Waiter<Admission>[] = [];
    entry.waiting = waiting;
    const admission = yield* guarded(pending, admitJudged(pending));
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
      return standAs(judgedAs(asked, evaluation), stand(pending, cleared));
    }
    const asks = yield* reviewAsks(pending.prepared, evaluation);
    const refused = asks.filter(({ state }) => state === "refused");
    if (refused.length > 0) {
      // fail closed: one refusal is enough; it answers this call and not the next
      yield* takeAnswers(setup, refused, "refused");
      const refusal = { projected: evaluation.projected, decided: refuseOutput(decided) };
      return standOnce(pending, { evaluation: refusal });
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
      if (yield* orGiveBack(setup, cleared, takeAnswers(setup, granted, "granted")))
        return standOnce(pending, yield* note(pending, { ...cleared, granted: ids }));
      if (cleared.held !== undefined) yield* wait(setup.state.release(cleared.held.id));
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
  ): Steps<TResult | Admission> {
    try {
      return yield* steps;
    } catch (cause) {
      // fail closed: work that broke off has not decided
      const trouble = troubleOf(cause, "forego.engine_error");
      return stand(pending, { evaluation: { projected: undefined, decided: trouble } });
    }
  }

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
    const isDecided = decidesResults(setup, prepared.call.tool, prepared.call.server);
    const judging = judgeResult(setup, prepared, outcome.result, isDecided);
    const { prepared: returned, evaluation, ...judged } = yield* judging;
    return evaluation === undefined ? { ...handedOn, ...judged } : concludeEnd(returned, evaluation, judged);
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
    const decision = conclude(prepared, evaluation, setup.newId());
    notify.decided(prepared, evaluation, decision);
    if (!setup.isEnforced) return { withheld: false, dataClasses, decision: unenforced(decision) };
    // what is withheld has not been seen
    if (!decision.allow) return { withheld: true, ...handedOn, decision };
    return { withheld: false, dataClasses, ...handedOn, decision };
  }

  return {
    *propose(call) {
      const pending = yield* begin(call);
      return yield* guarded(pending, proposeKnown(pending));
    },
    *admit(call) {
      const pending = yield* begin(call);
      return yield* guarded(pending, admitKnown(pending));
    },
    *decide({ callId: _shared, ...call }) {
      const pending = yield* begin(call);
      return stand(pending, { evaluation: yield* judgeCall(pending.prepared, []) }).decision;
    },
    *deny(call, reason, cause) {
      const pending = yield* begin(call);
      return stand(pending, { evaluation: failed(reason, cause, undefined) }).decision;
    },
    *settle(admission, outcome) {
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
        const spent = yield* settleHeld(current(), known, outcome);
        const became = "result" in outcome ? "done" : "failed";
        notify.settled({ decision: admission.decision, tool, outcome: became, ...spent });
        settled.settlement = yield* settleOnce(known, outcome);
        if (known.identity !== undefined) ledger.grow(known.identity, sizeOf(settled.settlement));
        resolve(settled.settlement);
        return settled.settlement;
      } catch (cause) {
        known.settled = settled.before;
        reject(cause);
        throw cause;
      }
    },
    *answer(requestId, granted, by) {
      const setup = current();
      const identity = yield* identifyCaller(setup, by);
      if ("trouble" in identity) return { accepted: false, problem: "not_identified" };
      const request = yield* wait(setup.approvals.get(requestId));
      if (request === undefined) return { accepted: false, problem: "not_open" };
      if (!mayAnswer(request, identity, granted)) return { accepted: false, problem: "not_entitled" };
      const outcome = yield* wait(setup.approvals.answer(requestId, granted, nameOf(identity)));
      return outcome === "taken" ? { accepted: true } : { accepted: false, problem: outcome };
    },
  };
}

/** What is kept of a settlement, in the unit of the ledger. */
function sizeOf({ result }: Settlement): number {
  const snapshot = snapshotJson(result ?? null);
  return snapshot.ok ? snapshot.size : 0;
}

/** Whether something remains to be done with an admitted call when it has ended. */
function mustSeeEnd({ setup, phase, call }: PreparedCall): boolean {
  if (phase === "model_call") return setup.sessions !== undefined && call.conversationId !== undefined;
  if (phase !== "tool_call") return false;
  return decidesResults(setup, call.tool, call.server) || setup.classify.addsByResult(call.tool);
}

/** Whether rules speak about what a tool returns. */
export function decidesResults(setup: GuardSetup, tool: string, server?: string): boolean {
  return indexesOf(setup, server).some((index) => index.applicable("tool_result", tool).rules.length > 0);
}

/** Whether a rule may ask somebody about a call of a tool. */
export function mayAsk(setup: GuardSetup, tool: string, server?: string): boolean {
  return indexesOf(setup, server).some((index) =>
    index.applicable("tool_call", tool).rules.some(({ effect }) => effect === "require_approval"),
  );
}

/** The rules that may speak about a tool: of the main release, and of its server's, or of any where none is named. */
function indexesOf({ rules, servers }: GuardSetup, server: string | undefined): readonly RuleIndex[] {
  const beside = server === undefined ? [...servers.values()] : [servers.get(server)];
  return [rules, ...beside.flatMap((one) => (one === undefined ? [] : [one.rules]))];
}

/** The decision as a host gets it that is told to obey nothing. */
function unenforced(decision: Decision): Decision {
  return { ...decision, allow: true, effect: "allow", obligations: [] };
}

/** Does what may fail while a call holds something of limits, and gives that back when it does. */
function* orGiveBack<TResult>(
  setup: GuardSetup,
  { held }: ClearedCall,
  steps: Steps<TResult>,
): Steps<TResult> {
  try {
    return yield* steps;
  } catch (cause) {
    if (held !== undefined) giveBack(setup, held);
    throw cause;
  }
}

function giveBack({ state }: GuardSetup, { id }: HeldCharges): void {
  // nobody waits for it; where it fails, the charge stays until its window has passed
  new Promise((resolve) => resolve(state.release(id))).catch(() => {});
}

function unknownAdmission(): ForegoError {
  return new ForegoError(
    "FG4003",
    "The admission that is settled was not given by this guard.",
    "hand settle() the very object that admit() returned.",
  );
}
