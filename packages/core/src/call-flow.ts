import type { Admission, AnswerReceipt, CallOutcome, Proposal, Settlement } from "./admission.ts";
import { mayAnswer, nameOf, openRequests, reviewAsks, takeAnswers } from "./approval-flow.ts";
import type { Call } from "./call.ts";
import { type CallEntry, createCallLedger, createEntry, type Waiter } from "./call-ledger.ts";
import { canonicalDigest } from "./canonical-digest.ts";
import { createDecision, type Decision } from "./decision.ts";
import { refuseOutput } from "./engine.ts";
import { type Evaluation, evaluateInput, isTrouble, type Trouble, troubleOf } from "./evaluate-input.ts";
import { ForegoError } from "./forego-error.ts";
import { type DecidedCall, GivenAdmission } from "./given-admission.ts";
import type { GuardSetup } from "./guard-options.ts";
import { snapshotJson } from "./json-snapshot.ts";
import { createNotifier } from "./notifier.ts";
import {
  callIdentity,
  identifyCaller,
  type PreparedCall,
  prepareCall,
  prepareResult,
} from "./prepare-call.ts";
import type { ReservedReason } from "./reserved-reasons.ts";
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

/** Makes the flow of one guard. None of its steps throws for anything that a call, a policy or an engine does. */
export function createCallFlow(setup: GuardSetup): CallFlow {
  const notify = createNotifier(setup);
  const ledger = createCallLedger<Admission>(setup.clock, setup.newId);

  function* begin(call: Call): Steps<Pending> {
    const prepared = yield* prepareCall(setup, call);
    return { prepared, entry: entryOf(prepared) };
  }

  function entryOf(prepared: PreparedCall): CallEntry<Admission> {
    const known = callIdentity(prepared);
    return known === undefined ? createEntry(setup.newId()) : ledger.entry(known);
  }

  function* judge(prepared: PreparedCall, granted: readonly string[]): Steps<Evaluation> {
    if ("trouble" in prepared.ready) return { projected: undefined, decided: prepared.ready };
    const { input } = prepared.ready;
    const asked = granted.length === 0 ? input : { ...input, granted: [...granted] };
    const evaluation = yield* evaluateInput(setup.engine, setup.rules, asked);
    const elapsed = setup.clock.monotonic() - prepared.startedAt;
    if (elapsed <= setup.deadlineMs || isTrouble(evaluation.decided)) return evaluation;
    // fail closed: an evaluation that returns late is a deny
    return failed("forego.deadline", `decided after ${elapsed.toFixed(1)} ms`, evaluation.projected);
  }

  function conclude(prepared: PreparedCall, evaluation: Evaluation, decisionId: string): Decision {
    const durationUs = Math.round((setup.clock.monotonic() - prepared.startedAt) * 1000);
    const { engine, rules } = setup;
    return createDecision({
      release: engine.release,
      rules,
      decided: evaluation.decided,
      decisionId,
      durationUs,
    });
  }

  /** Makes a decision stand: it is observed now, and later hooks of the same call get it. */
  function stand(
    { prepared, entry }: Pending,
    evaluation: Evaluation,
    requests: Admission["requests"] = [],
  ): Admission {
    // fail closed: a deny that stands is not replaced by what comes out later
    if (entry.final?.decision.allow === false) return entry.final;
    const decision = conclude(prepared, evaluation, entry.decisionId);
    const call = {
      tool: prepared.call.tool,
      prepared: mustDecideResult(prepared) ? prepared : undefined,
      settled: undefined,
    };
    const admission = new GivenAdmission(setup, call, decision, requests);
    entry.final = admission;
    notify.decided(prepared, evaluation, decision);
    return admission;
  }

  /** Makes a decision stand for this hook alone: the same call, handed over again, is decided anew. */
  function standOnce(pending: Pending, evaluation: Evaluation, requests?: Admission["requests"]): Admission {
    const admission = stand(pending, evaluation, requests);
    const known = callIdentity(pending.prepared);
    if (known !== undefined) ledger.forget(known);
    return admission;
  }

  function* ask(pending: Pending, evaluation: Evaluation): Steps<Proposal> {
    const asks = yield* reviewAsks(setup, pending.prepared, evaluation);
    const requests = yield* openRequests(setup, pending.prepared, asks);
    const decision = conclude(pending.prepared, evaluation, pending.entry.decisionId);
    const isNew = asks.some(({ state }) => state === "new");
    if (isNew) notify.asked(decision, requests);
    return { decision, requests, isNew };
  }

  function* proposeKnown(pending: Pending): Steps<Proposal> {
    if (pending.entry.final !== undefined) return pending.entry.final;
    const evaluation = yield* judge(pending.prepared, []);
    if (isTrouble(evaluation.decided) || evaluation.decided.effect === "deny")
      return stand(pending, evaluation);
    if (evaluation.decided.effect === "require_approval") return yield* ask(pending, evaluation);
    return { decision: conclude(pending.prepared, evaluation, pending.entry.decisionId), requests: [] };
  }

  function* admitKnown(pending: Pending): Steps<Admission> {
    const { entry, prepared } = pending;
    if (entry.final !== undefined) return entry.final;
    if (entry.waiting !== undefined) return yield* shareAdmission(pending, entry.waiting);
    const waiting: Waiter<Admission>[] = [];
    entry.waiting = waiting;
    const admission = yield* guarded(pending, admitEvaluated(pending, yield* judge(prepared, [])));
    entry.waiting = undefined;
    for (const goOn of waiting) goOn(admission);
    return admission;
  }

  /** Waits for the admission of another hook. One that ran by approval is not shared: whoever waited asks again. */
  function* shareAdmission({ prepared, entry }: Pending, waiting: Waiter<Admission>[]): Steps<Admission> {
    const admission = yield* wait(new Promise<Admission>((resolve) => waiting.push(resolve)));
    if (!admission.decision.allow) return admission;
    const renewed = { prepared, entry: entryOf(prepared) };
    return renewed.entry === entry ? admission : yield* admitKnown(renewed);
  }

  function* admitEvaluated(pending: Pending, evaluation: Evaluation): Steps<Admission> {
    const { decided } = evaluation;
    if (isTrouble(decided) || decided.effect !== "require_approval") return stand(pending, evaluation);
    const asks = yield* reviewAsks(setup, pending.prepared, evaluation);
    const refused = asks.filter(({ state }) => state === "refused");
    if (refused.length > 0) {
      // fail closed: one refusal is enough; it answers this call and not the next
      yield* takeAnswers(setup, refused, "refused");
      return standOnce(pending, { projected: evaluation.projected, decided: refuseOutput(decided) });
    }
    const granted = asks.filter(({ state }) => state === "granted");
    const again = yield* judge(
      pending.prepared,
      granted.map(({ rule }) => rule.id),
    );
    if (isTrouble(again.decided) || again.decided.effect === "deny") return stand(pending, again);
    // an approval serves one admission: the next one with the same call asks again
    const isOpen = again.decided.effect === "allow" && (yield* takeAnswers(setup, granted, "granted"));
    if (isOpen) return standOnce(pending, again);
    // fail closed: what has not been granted, or was used up meanwhile, is asked
    const { requests } = yield* ask(pending, evaluation);
    return standOnce(pending, evaluation, requests);
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
      return stand(pending, { projected: undefined, decided: trouble });
    }
  }

  function mustDecideResult({ phase, call }: PreparedCall): boolean {
    return phase === "tool_call" && setup.rules.applicable("tool_result", call.tool).rules.length > 0;
  }

  /** What makes two outcomes of an admission the same one: the result, where rules speak about it. */
  function outcomeKey(prepared: DecidedCall["prepared"], outcome: CallOutcome): string {
    if (!("result" in outcome)) return "failed";
    if (prepared === undefined) return "done";
    const result = snapshotJson(outcome.result ?? null);
    return result.ok ? canonicalDigest(result.value) : result.problem;
  }

  function* settleOnce(prepared: DecidedCall["prepared"], outcome: CallOutcome): Steps<Settlement> {
    if (!("result" in outcome) || prepared === undefined) return { withheld: false };
    const result = yield* prepareResult(setup, prepared, outcome.result);
    const evaluation = yield* judge(result, []);
    const decision = conclude(result, evaluation, setup.newId());
    notify.decided(result, evaluation, decision);
    return { withheld: !decision.allow, decision };
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
      return stand(pending, yield* judge(pending.prepared, [])).decision;
    },
    *deny(call, reason, cause) {
      const pending = yield* begin(call);
      return stand(pending, failed(reason, cause, undefined)).decision;
    },
    *settle(admission, outcome) {
      const known = GivenAdmission.callOf(admission, setup);
      if (known === undefined) throw unknownAdmission();
      // fail closed: nothing was admitted, so there is nothing to use
      if (!admission.decision.allow) return { withheld: true };
      const { tool, prepared } = known;
      // fail closed: a call that runs again returns something else, which is decided for itself
      const key = outcomeKey(prepared, outcome);
      for (let one = known.settled; one !== undefined; one = one.before) {
        if (one.key === key) return one.settlement;
      }
      notify.settled(admission.decision, tool, "result" in outcome ? "done" : "failed");
      const settlement = yield* settleOnce(prepared, outcome);
      known.settled = { key, settlement, before: known.settled };
      return settlement;
    },
    *answer(requestId, granted, by) {
      const identity = yield* identifyCaller(setup, by);
      if ("trouble" in identity) return { accepted: false, problem: "not_identified" };
      const request = yield* wait(setup.approvals.get(requestId));
      if (request === undefined) return { accepted: false, problem: "not_open" };
      if (!mayAnswer(request, identity, granted)) return { accepted: false, problem: "not_entitled" };
      const accepted = yield* wait(setup.approvals.answer(requestId, granted, nameOf(identity)));
      return accepted ? { accepted } : { accepted: false, problem: "not_open" };
    },
  };
}

function failed(trouble: ReservedReason, cause: unknown, projected: Evaluation["projected"]): Evaluation {
  return { projected, decided: { trouble, cause } satisfies Trouble };
}

function unknownAdmission(): ForegoError {
  return new ForegoError(
    "FG4003",
    "The admission that is settled was not given by this guard.",
    "hand settle() the very object that admit() returned.",
  );
}
