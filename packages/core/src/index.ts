export type { Grant, GrantStore, Person } from "./approvals/break-glass.ts";
export { breakGlass, checkGrant } from "./approvals/break-glass.ts";
export type { Call, SessionView } from "./contract/call.ts";
export type { Input, Phase, PolicyInput } from "./contract/contract.ts";
export { contractVersion, inputJsonSchema, inputSchema, phases, unclassified } from "./contract/contract.ts";
export { ForegoError } from "./contract/forego-error.ts";
export type { Obligation } from "./contract/obligation.ts";
export type { ReservedReason } from "./contract/reserved-reasons.ts";
export { isReservedReason, reservedPrefix, reservedReasons } from "./contract/reserved-reasons.ts";
export type { DecideInputOptions } from "./decide-input.ts";
export { decideInput } from "./decide-input.ts";
export type { Admission, AnswerReceipt, CallOutcome, Proposal, Settlement } from "./decision/admission.ts";
export { denied } from "./decision/admission.ts";
export type { Decision, DecisionMetadata, DecisionParts } from "./decision/decision.ts";
export { createDecision } from "./decision/decision.ts";
export type {
  AnswerEvent,
  AskEvent,
  DecisionEvent,
  DifferenceEvent,
  Observer,
  SettleEvent,
  TraceReference,
} from "./decision/observer.ts";
export type { DecisionRecord, Replay } from "./decision-record.ts";
export { createRecord, decideAgain, recordVersion } from "./decision-record.ts";
export type { RequestPlace } from "./doors/is-welcome.ts";
export { hostnameOf, isWelcome, loopbackHosts } from "./doors/is-welcome.ts";
export { isMcpResult, rebuildMcpResult, textOfContent, viewMcpResult } from "./doors/mcp-result.ts";
export { toolFailed } from "./doors/tool-failed.ts";
export type { LimitOutcome } from "./evaluation/charge-limits.ts";
export { evaluateInput, readInput } from "./evaluation/evaluate-input.ts";
export type { Evaluation, ServerOutput } from "./evaluation/evaluation.ts";
export type { Offer, OfferedTools } from "./flow/offer-tools.ts";
export type { Guard } from "./guard.ts";
export { createGuard } from "./guard.ts";
export type { GuardOptions } from "./guard-options.ts";
export type { FactFailure } from "./input/fetch-facts.ts";
export { canonicalDigest, textDigest } from "./json/canonical-digest.ts";
export type { Json, JsonLimits, Snapshot } from "./json/json-snapshot.ts";
export { callLimits, sameAsJson, sameJson, snapshotJson } from "./json/json-snapshot.ts";
export { readableText } from "./json/readable-text.ts";
export type { AnswerOutcome, ApprovalRequest, ApprovalState, ApprovalStore } from "./ports/approval-store.ts";
export { createMemoryApprovals, grantsNeeded } from "./ports/approval-store.ts";
export type { Classifier } from "./ports/classifier.ts";
export type { FactProvider, FactRequest } from "./ports/fact-provider.ts";
export type { Identity, VerifiedIdentity } from "./ports/identity.ts";
export { isVerifiedIdentity, verified } from "./ports/identity.ts";
export type { SessionAddition, SessionKey, SessionStore, SessionTotals } from "./ports/session-store.ts";
export type { Charge, Counter, OpenReservation, Reservation, StateStore } from "./ports/state-store.ts";
export { mostCounted } from "./ports/state-store.ts";
export type { Engine, EngineOutput, RuleValues } from "./release/engine.ts";
export type { Picker, ReadSet } from "./release/read-set.ts";
export { createPicker, mergeReadSets } from "./release/read-set.ts";
export type {
  ApprovalSource,
  BudgetTerms,
  BundleInfo,
  Category,
  Effect,
  Lifted,
  ReleaseInfo,
  RuleInfo,
  SourceLocation,
  Told,
  ToolInfo,
} from "./release/release.ts";
export { categories, effects, serverEffects } from "./release/release.ts";
export type { ApplicableRules, RuleIndex } from "./release/rule-index.ts";
export { createRuleIndex } from "./release/rule-index.ts";
export type { DataClassifier, ToolDeclaration } from "./setup/classify.ts";
export type { Environment } from "./setup/guard-setup.ts";
export type { Clock } from "./steps/clock.ts";
export { systemClock } from "./steps/clock.ts";
export { EngineTrouble } from "./steps/engine-trouble.ts";
export { quietly } from "./steps/quietly.ts";
export type { Trouble } from "./steps/trouble.ts";
export { isTrouble } from "./steps/trouble.ts";
