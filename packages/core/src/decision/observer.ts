import type { Phase } from "../contract/contract.ts";
import type { ReservedReason } from "../contract/reserved-reasons.ts";
import type { CallEnd, LimitOutcome, SettledCharge } from "../evaluation/charge-limits.ts";
import type { ServerOutput } from "../evaluation/evaluation.ts";
import type { FactFailure } from "../input/fetch-facts.ts";
import type { ApprovalRequest } from "../ports/approval-store.ts";
import type { VerifiedIdentity } from "../ports/identity.ts";
import type { RuleInfo } from "../release/release.ts";
import type { AnswerReceipt } from "./admission.ts";
import type { Decision } from "./decision.ts";

/** Ids of the trace in which an observer recorded a decision, as W3C Trace Context writes them. */
export interface TraceReference {
  readonly traceId: string;
  readonly spanId: string;
}

/** A decision that stands: emitted once, however many hooks of the host asked for it. */
export interface DecisionEvent {
  readonly decision: Decision;
  readonly phase: Phase;
  readonly tenant: string | undefined;
  readonly agent: string;
  readonly tool: string;
  readonly callId: string | undefined;
  readonly conversationId: string | undefined;
  readonly engine: string;
  /** Wall time at which the decision stood, in milliseconds since 1970. */
  readonly decidedAt: number;
  /** The rules that matched, with their places in the policies. */
  readonly matched: readonly RuleInfo[];
  /** Rules that could not be checked, each with the paths that made it so. For the operator. */
  readonly invalid: readonly { readonly rule: RuleInfo; readonly paths: readonly string[] }[];
  readonly factFailures: readonly FactFailure[];
  /** What became of the limits that the call takes from, where it came to that. */
  readonly limits: readonly LimitOutcome[] | undefined;
  /** What the release that came with the call's server said, where there is one. */
  readonly server: ServerOutput | undefined;
  /** What went wrong, where the decision is a deny for a reserved reason. The cause is for the operator. */
  readonly trouble?: { readonly reason: ReservedReason; readonly cause: unknown };
  /** The projected input: exactly what was decided on. Holds argument values that rules read. */
  readonly input: Readonly<Record<string, unknown>> | undefined;
  /** What an observer before this one returned. */
  readonly trace?: TraceReference;
}

/** An approval that somebody must give before a call can go on. */
export interface AskEvent {
  readonly decision: Decision;
  readonly requests: readonly ApprovalRequest[];
}

/** What somebody answered to an approval request, and whether it counts: for whoever must know who agreed. */
export interface AnswerEvent {
  readonly request: ApprovalRequest;
  readonly granted: boolean;
  /** Who answered, as `identify` knows them. */
  readonly by: VerifiedIdentity;
  readonly receipt: AnswerReceipt;
}

/** A decision that another release would have made otherwise: another effect, other reasons, or something else to be done. */
export interface DifferenceEvent {
  readonly tool: string;
  readonly phase: Phase;
  /** The decision that stands. */
  readonly decision: Decision;
  /** What the shadow release says about the same call. Costs nothing, and changes nothing. */
  readonly shadow: Decision;
}

/** What became of an admitted call. */
export interface SettleEvent {
  readonly decision: Decision;
  readonly tool: string;
  readonly outcome: CallEnd;
  /** What it took from limits, where it held something: what was charged may be more than was reserved. */
  readonly charges?: readonly SettledCharge[];
  /**
   * Why it could not be charged, for the operator: what it reserved stays charged, until somebody reconciles it; or, where
   * it held nothing any more, nothing is.
   */
  readonly cause?: unknown;
}

/**
 * Watches a guard. Called in the asynchronous context of the call, in the order given; a throw is swallowed, since
 * telemetry must not decide. `onDecision` may return the trace that it recorded to, which later observers then see.
 */
export interface Observer {
  onDecision?(event: DecisionEvent): TraceReference | undefined;
  onAsk?(event: AskEvent): void;
  /** Not called for who cannot be identified, nor for a request that is not there. */
  onAnswer?(event: AnswerEvent): void;
  onSettle?(event: SettleEvent): void;
  onDifference?(event: DifferenceEvent): void;
}
