export type { ReleaseTrust } from "@forego/bundles";
export type {
  Admission,
  ApprovalRequest,
  Call,
  Decision,
  DecisionEvent,
  DecisionRecord,
  Engine,
  FactProvider,
  Guard,
  GuardOptions,
  Identity,
  Observer,
  VerifiedIdentity,
} from "@forego/core";
export { createGuard, ForegoError, unclassified, verified } from "@forego/core";
export type { EngineKind, RemoteEngine } from "./load-engine.ts";
export { createEngine, loadEngine } from "./load-engine.ts";
export type { LoadGuardOptions } from "./load-guard.ts";
export { loadGuard } from "./load-guard.ts";
export type { RecordFile } from "./record-to-file.ts";
export { recordToFile } from "./record-to-file.ts";
