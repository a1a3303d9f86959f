import type { Phase } from "./contract/contract.ts";
import type { ReservedReason } from "./contract/reserved-reasons.ts";
import { createDecision, type Decision } from "./decision/decision.ts";
import { transformArguments } from "./decision/fulfil-obligations.ts";
import type { DecisionEvent } from "./decision/observer.ts";
import { type LimitOutcome, limitsAsOf, refuseByLimits } from "./evaluation/charge-limits.ts";
import { withTold } from "./evaluation/evaluate-input.ts";
import type { DecidedOutput, Evaluation, ServerOutput } from "./evaluation/evaluation.ts";
import { joinServer, withServer } from "./evaluation/join-server.ts";
import { readEngineOutput } from "./evaluation/read-engine-output.ts";
import { asChanged } from "./flow/made-call.ts";
import { type Json, sameJson } from "./json/json-snapshot.ts";
import { type Engine, type EngineOutput, isRefusal, refuseOutput } from "./release/engine.ts";
import type { RuleIndex } from "./release/rule-index.ts";
import { timeText } from "./steps/clock.ts";
import { isTrouble } from "./steps/trouble.ts";

/** The version of the record's form. */
export const recordVersion = 1;

/**
 * One decision that stood, with what is needed to decide it again: one JSON line in a log.
 * `input` is the projected input, and so holds the values that rules read: keep records as safe as the data itself.
 */
export interface DecisionRecord {
  readonly record: typeof recordVersion;
  /** RFC 3339, UTC. */
  readonly decided_at: string;
  readonly tenant?: string;
  readonly agent: string;
  readonly phase: Phase;
  readonly tool: string;
  readonly call_id?: string;
  readonly conversation_id?: string;
  readonly engine: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  /** The reserved reason that decided in place of the rules. */
  readonly trouble?: ReservedReason;
  /** What went wrong, where the guard itself has said it: what others throw may hold secrets, and is not kept. */
  readonly cause?: string;
  /** What became of the limits that the call takes from. */
  readonly limits?: readonly LimitOutcome[];
  /** What the release that came with the call's server said: replay takes it over, and decides the rest again. */
  readonly server?: ServerOutput;
  /** What the engine was handed; absent when the call did not get that far. */
  readonly input?: Readonly<Record<string, unknown>>;
  readonly decision: Decision;
}

/** Makes the record of a decision. What is not known is `undefined`, which JSON leaves out. */
export function createRecord(event: DecisionEvent): DecisionRecord {
  return {
    record: recordVersion,
    decided_at: timeText(event.decidedAt),
    tenant: event.tenant,
    agent: event.agent,
    phase: event.phase,
    tool: event.tool,
    call_id: event.callId,
    conversation_id: event.conversationId,
    engine: event.engine,
    trace_id: event.trace?.traceId,
    span_id: event.trace?.spanId,
    trouble: event.trouble?.reason,
    cause: typeof event.trouble?.cause === "string" ? event.trouble.cause : undefined,
    limits: event.limits,
    server: event.server,
    input: event.input,
    decision: event.decision,
  };
}

/** What came of deciding a record again. */
export interface Replay {
  /** Whether the bytes are equal, but for `decision_id` and `duration_us`. */
  readonly equal: boolean;
  /** The decision now, with the id and the duration of the record. */
  readonly decision: Decision;
}

/**
 * Decides a record again with an engine. What trouble decided (a deadline, a failed identity) is carried over:
 * there were no rules in it to decide again.
 *
 * @throws what the engine throws; Error when its answer is not readable.
 */
export async function decideAgain(record: DecisionRecord, engine: Engine, rules: RuleIndex): Promise<Replay> {
  const { decision_id: decisionId, duration_us: durationUs } = record.decision.metadata;
  const { trouble, server } = record;
  const { enforced } = record.decision.metadata;
  const { decided, limits } =
    trouble === undefined
      ? await evaluateRecord(record, engine, rules)
      : { decided: { trouble }, limits: record.limits ?? [] };
  const decision = createDecision({
    release: engine.release,
    rules: withServer(rules, server),
    phase: record.phase,
    decided,
    limits,
    enforced,
    decisionId,
    durationUs,
  });
  return { equal: JSON.stringify(decision) === JSON.stringify(record.decision), decision };
}

/** What is said of a record now, and of the limits that it takes from. */
interface DecidedAgain extends Pick<Evaluation, "decided"> {
  readonly limits: readonly LimitOutcome[];
}

async function evaluateRecord(
  record: DecisionRecord,
  engine: Engine,
  rules: RuleIndex,
): Promise<DecidedAgain> {
  const { input = {} } = record;
  const first = await evaluateProjected(input, record, engine, rules);
  // what is not asked any more cannot be refused
  if (first.effect === "require_approval" && isRefusal(record.decision.reasons))
    return { decided: refuseOutput(first), limits: [] };
  if (first.effect !== "allow") return { decided: first, limits: [] };
  const action = (input.action ?? {}) as { readonly args?: Readonly<Record<string, Json>> };
  const args = transformArguments(action.args ?? {}, first.obligations);
  if (sameJson(args, action.args ?? {})) return countAgain(record, first, first, rules);
  // a call that rules change is decided once more, as it will be made
  const made = { ...input, action: { ...action, args } };
  const again = await evaluateProjected(made, record, engine, rules);
  const stands = asChanged(first, again, args);
  return isTrouble(stands) || stands.effect === "deny"
    ? { decided: stands, limits: [] }
    : countAgain(record, stands, again, rules);
}

/** What was left of limits is not known any more: the record says what was used of them, `made` what the call takes. */
function countAgain(
  { limits = [] }: DecisionRecord,
  allowed: DecidedOutput,
  made: EngineOutput,
  rules: RuleIndex,
): DecidedAgain {
  const now = limitsAsOf(limits, made, rules);
  return { decided: refuseByLimits(allowed, now, rules), limits: now };
}

async function evaluateProjected(
  input: Readonly<Record<string, unknown>>,
  { server }: DecisionRecord,
  engine: Engine,
  rules: RuleIndex,
): Promise<DecidedOutput> {
  const answer = await engine.evaluate(input);
  const granted = Array.isArray(input.granted) ? input.granted : [];
  const read = readEngineOutput(answer, rules, granted);
  if (read === undefined) throw new Error("the engine gave no readable answer");
  const main = withTold(read, rules, input);
  return server === undefined ? main : joinServer(main, server, granted);
}
