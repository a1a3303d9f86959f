import type { ApprovalRequest } from "../ports/approval-store.ts";
import type { Decision } from "./decision.ts";

/** What would be decided about a call, and who has to be asked first. */
export interface Proposal {
  readonly decision: Decision;
  /** Open requests: the call goes on when all of them have been granted. */
  readonly requests: readonly ApprovalRequest[];
  /** Set when one of them was opened just now: an answer that is at hand already cannot be meant for it. */
  readonly isNew?: boolean;
  /** Set when somebody has refused: admitted, the call is denied for that. */
  readonly isRefused?: boolean;
}

/** The decision that a call runs under, or does not. Hand it to `settle` when the call has ended. */
export interface Admission {
  readonly decision: Decision;
  /** The arguments to run with in the place of the call's; absent where nothing changes. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** Open requests, when the decision is that somebody must be asked. */
  readonly requests: readonly ApprovalRequest[];
  /**
   * Whether rules of the release that it was admitted under speak about the result, which is then held back until it is
   * settled, and so is what an error says of it.
   */
  readonly decidesResult: boolean;
}

/** What an adapter that refuses a call by itself goes on with, as if it had not been admitted. */
export function denied(decision: Decision): Admission {
  return { decision, requests: [], decidesResult: false };
}

/** How an admitted call ended. */
export type CallOutcome = ({ readonly result: unknown } | { readonly error: unknown }) & {
  /**
   * What the call really cost, by the unit that budgets count, also where it failed. What is not named is charged as
   * reserved, and not at all where the call failed. `tokens` of a `model_call` are added to its conversation.
   */
  readonly usage?: Readonly<Record<string, number>>;
  /**
   * Whether what came back says that the call failed: it is decided and classified as a result, and charged as a call
   * that failed.
   */
  readonly hasFailed?: boolean;
  /**
   * Whether the host says so before the call has run, since nobody tells it later: asked about the same call again, it
   * is answered the same, and nothing more is charged. Otherwise a call that has ended is decided again when it is made
   * again.
   */
  readonly isAhead?: boolean;
  /**
   * Whether it was interrupted before its end, and will be made again from its beginning: what it holds of limits is given
   * back, and so are the approvals that it used, which then serve once more.
   */
  readonly isSuspended?: boolean;
};

/** Whether the host must keep back what the tool returned. */
export interface Settlement {
  readonly withheld: boolean;
  /** What the host must hand on in the place of the result; absent where nothing was taken out of it. */
  readonly result?: unknown;
  /** The decision about the result; absent when no rule speaks about results of this tool. */
  readonly decision?: Decision;
  /**
   * The data classes of the call, and of the result as far as classifiers look at it, where the call was handed over
   * without a conversation: the host then keeps them, and says them as `session.dataClassesSeen`.
   */
  readonly dataClasses?: readonly string[];
}

/**
 * What became of an answer to an approval request: it counts, or why it does not. `granted_before` is said to somebody
 * whose grant counts already, where the request waits for others; `unavailable` where the store has failed, or took too
 * long, and may hold the answer all the same.
 */
export type AnswerReceipt =
  | { readonly accepted: true }
  | {
      readonly accepted: false;
      readonly problem: "not_entitled" | "not_open" | "granted_before" | "not_identified" | "unavailable";
    };
