export type { Admission, AnswerReceipt, CallOutcome, Proposal, Settlement } from "./admission.ts";
export type { AnswerOutcome, ApprovalRequest, ApprovalState, ApprovalStore } from "./approval-store.ts";
export { createMemoryApprovals, grantsNeeded } from "./approval-store.ts";
export type { Grant, GrantStore, Person } from "./break-glass.ts";
export { breakGlass, checkGrant } from "./break-glass.ts";
export type { Call, SessionView } from "./call.ts";
export { canonicalDigest, textDigest } from "./canonical-digest.ts";
export type { LimitOutcome } from "./charge-limits.ts";
export type { Classifier } from "./classifier.ts";
export type { DataClassifier, ToolDeclaration } from "./classify.ts";
export type { Clock } from "./clock.ts";
export { systemClock } from "./clock.ts";
export type { Input, Phase, PolicyInput } from "./contract.ts";
export { contractVersion, inputJsonSchema, inputSchema, phases, unclassified } from "./contract.ts";
export type { DecideInputOptions } from "./decide-input.ts";
export { decideInput } from "./decide-input.ts";
export type { Decision, DecisionMetadata, DecisionParts } from "./decision.ts";
export { createDecision } from "./decision.ts";
export type { DecisionRecord, Replay } from "./decision-record.ts";
export { createRecord, decideAgain, recordVersion } from "./decision-record.ts";
export type { Engine, EngineOutput, RuleValues } from "./engine.ts";
export { EngineTrouble } from "./engine-trouble.ts";
export type { Evaluation, Trouble } from "./evaluate-input.ts";
export { evaluateInput, isTrouble, readInput } from "./evaluate-input.ts";
export type { FactFailure, FactProvider, FactRequest } from "./facts.ts";
export { ForegoError } from "./forego-error.ts";
export type { Guard } from "./guard.ts";
export { createGuard } from "./guard.ts";
export type { Environment, GuardOptions } from "./guard-options.ts";
export type { Identity, VerifiedIdentity } from "./identity.ts";
export { isVerifiedIdentity, verified } from "./identity.ts";
export type { ServerOutput } from "./join-server.ts";
export type { Json, JsonLimits, Snapshot } from "./json-snapshot.ts";
export { callLimits, sameJson, snapshotJson } from "./json-snapshot.ts";
export { isMcpResult, rebuildMcpResult, textOfContent, viewMcpResult } from "./mcp-result.ts";
export type { Obligation } from "./obligation.ts";
export type {
  AskEvent,
  DecisionEvent,
  DifferenceEvent,
  Observer,
  SettleEvent,
  TraceReference,
} from "./observer.ts";
export type { Offer, OfferedTools } from "./offer-tools.ts";
export type { Picker, ReadSet } from "./read-set.ts";
export { createPicker, mergeReadSets } from "./read-set.ts";
export { readableText } from "./readable-text.ts";
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
} from "./release.ts";
export { categories, effects, serverEffects } from "./release.ts";
export type { ReservedReason } from "./reserved-reasons.ts";
export { isReservedReason, reservedPrefix, reservedReasons } from "./reserved-reasons.ts";
export type { ApplicableRules, RuleIndex } from "./rule-index.ts";
export { createRuleIndex } from "./rule-index.ts";
export type { SessionAddition, SessionKey, SessionStore, SessionTotals } from "./session-store.ts";
export type { Charge, Counter, OpenReservation, Reservation, StateStore } from "./state-store.ts";
export { mostCounted } from "./state-store.ts";
export { toolFailed } from "./tool-failed.ts";
