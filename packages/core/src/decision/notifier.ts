import type { Evaluation } from "../evaluation/evaluation.ts";
import { withServer } from "../evaluation/join-server.ts";
import type { PreparedCall } from "../input/prepare-call.ts";
import { copyJson } from "../json/json-snapshot.ts";
import type { ApprovalRequest } from "../ports/approval-store.ts";
import { findRules } from "../release/rule-index.ts";
import { quietly } from "../steps/quietly.ts";
import { isTrouble } from "../steps/trouble.ts";
import type { Decision } from "./decision.ts";
import type { AnswerEvent, DecisionEvent, DifferenceEvent, Observer, SettleEvent } from "./observer.ts";

/** Tells a guard's observers what happened. Never throws, and no observer keeps another from hearing. */
export interface Notifier {
  decided(prepared: PreparedCall, evaluation: Evaluation, decision: Decision): void;
  asked(decision: Decision, requests: readonly ApprovalRequest[]): void;
  answered(event: AnswerEvent): void;
  settled(event: SettleEvent): void;
  differed(event: DifferenceEvent): void;
}

/** Makes the notifier of one guard. */
export function createNotifier(observers: readonly Observer[]): Notifier {
  return {
    decided(prepared, evaluation, decision) {
      if (observers.length === 0) return;
      let event = describe(prepared, evaluation, decision);
      for (const observer of observers) {
        const seen = event;
        const trace = quietly(() => observer.onDecision?.(seen));
        if (trace) event = { ...event, trace };
      }
    },
    asked: (decision, requests) => each(observers, (observer) => observer.onAsk?.({ decision, requests })),
    answered: (event) => each(observers, (observer) => observer.onAnswer?.(event)),
    settled: (event) => each(observers, (observer) => observer.onSettle?.(event)),
    differed: (event) => each(observers, (observer) => observer.onDifference?.(event)),
  };
}

function describe(prepared: PreparedCall, evaluation: Evaluation, decision: Decision): DecisionEvent {
  const { setup, call, identity, phase, factFailures } = prepared;
  const rules = withServer(setup.rules, evaluation.server);
  const { decided } = evaluation;
  const invalid = findRules(rules, decision.metadata.invalid_rules);
  return {
    decision,
    phase,
    tenant: identity?.tenant.id,
    agent: setup.agent.id,
    tool: call.tool,
    callId: call.callId,
    conversationId: call.conversationId,
    engine: setup.engine.kind,
    decidedAt: setup.clock.now(),
    matched: findRules(rules, decision.metadata.matched_rules),
    invalid: invalid.map((rule) => ({ rule, paths: failedPaths(rule.requires, decided) })),
    factFailures,
    limits: evaluation.limits,
    server: evaluation.server,
    trouble: isTrouble(decided) ? { reason: decided.trouble, cause: decided.cause } : undefined,
    // an observer that masks values in it changes nothing of what is decided after it
    input: evaluation.projected && copyJson(evaluation.projected),
  };
}

function failedPaths(requires: readonly string[], decided: Evaluation["decided"]): readonly string[] {
  return isTrouble(decided) ? [] : requires.filter((path) => decided.missing.includes(path));
}

function each(observers: readonly Observer[], tell: (observer: Observer) => void): void {
  for (const observer of observers) quietly(() => tell(observer));
}
