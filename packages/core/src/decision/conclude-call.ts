import type { Evaluation } from "../evaluation/evaluation.ts";
import { withServer } from "../evaluation/join-server.ts";
import type { PreparedCall } from "../input/prepare-call.ts";
import { createDecision, type Decision } from "./decision.ts";

/** Makes the decision of what was said about a call. */
export function concludeCall(prepared: PreparedCall, evaluation: Evaluation, decisionId: string): Decision {
  const { engine, rules, isEnforced, clock } = prepared.setup;
  const durationUs = Math.max(0, Math.round((clock.monotonic() - prepared.startedAt) * 1000));
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

/** The decision as a host gets it that is told to obey nothing. */
export function unenforced(decision: Decision): Decision {
  return { ...decision, allow: true, effect: "allow", obligations: [] };
}
