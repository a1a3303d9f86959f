import type { Admission, Settlement } from "../decision/admission.ts";
import type { Decision } from "../decision/decision.ts";
import type { HeldCharges } from "../evaluation/charge-limits.ts";
import type { CallIdentity } from "../input/call-identity.ts";
import type { PreparedCall } from "../input/prepare-call.ts";
import type { ApprovalRequest } from "../ports/approval-store.ts";
import type { JudgedCall } from "./judged-call.ts";

/** What a guard keeps of a call that it decided, until the call is settled and after: hosts settle twice. */
export interface DecidedCall {
  readonly tool: string;
  /** The call itself, where its end will be looked at: by rules about its result, by classifiers, or to count an answer. */
  readonly prepared: PreparedCall | undefined;
  /** What the ledger knows it by, where something is kept of its end. */
  readonly identity: CallIdentity | undefined;
  /** What its rules said, where others may share the admission. */
  readonly judged: JudgedCall | undefined;
  /** The data classes that it touches. */
  readonly dataClasses: readonly string[];
  /** What it holds of limits, until it is settled. */
  held: HeldCharges | undefined;
  /** The approvals that it used. */
  granted: readonly ApprovalRequest[];
  /** The run that it was admitted for, as long as that goes on; `undefined` where no hook has named one. */
  run: object | undefined;
  /** Whether it has come to its end: it ran, or gave back what it held. */
  isOver: boolean;
  /** Its latest settlement, and through it those before. */
  settled: SettledOutcome | undefined;
}

/** One outcome of a call, and what was decided about it. */
export interface SettledOutcome {
  /** What makes two outcomes the same one. */
  readonly key: string;
  /** A promise as long as it is being decided. */
  settlement: Settlement | PromiseLike<Settlement>;
  readonly before: SettledOutcome | undefined;
}

/**
 * An admission, with what the guard that gave it keeps of the call, for that guard alone to see. (A WeakMap from
 * admissions would do the same, and each garbage collection would have to look through all of it.)
 */
export class GivenAdmission implements Admission {
  readonly decision: Decision;
  readonly requests: readonly ApprovalRequest[];
  readonly decidesResult: boolean;
  declare readonly args?: Readonly<Record<string, unknown>>;
  readonly #giver: object;
  readonly #call: DecidedCall;

  constructor(giver: object, call: DecidedCall, { decision, requests, decidesResult, args }: Admission) {
    this.decision = decision;
    this.requests = requests;
    this.decidesResult = decidesResult;
    if (args !== undefined) this.args = args;
    this.#giver = giver;
    this.#call = call;
  }

  /** What the giver keeps of the call; `undefined` for an admission of somebody else's. */
  static callOf(admission: Admission, giver: object): DecidedCall | undefined {
    if (typeof admission !== "object" || admission === null || !(#giver in admission)) return undefined;
    return admission.#giver === giver ? admission.#call : undefined;
  }
}
