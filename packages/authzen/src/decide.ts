import {
  type Admission,
  type ApprovalRequest,
  type Call,
  canonicalDigest,
  type Decision,
  type Guard,
} from "@forego/core";
import type { AuthZenHost, Caller } from "./caller.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Properties } from "./reading.ts";
import { toCall } from "./to-call.ts";

/** What is answered to one question. */
export interface Answer {
  readonly decision: boolean;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Who asks, and what identifies the question. */
export interface Asked {
  readonly caller: Caller;
  readonly requestId: string | undefined;
}

/**
 * Decides one question. It is admitted and settled at once: what the call takes from limits is charged when it is
 * allowed, since nobody tells later how it ended. With `context.propose` nothing is charged, and the answer is what
 * rules say: limits and approvals that were granted do not count.
 */
export async function decide(
  guard: Guard<AuthZenHost>,
  evaluation: Evaluation,
  { caller, requestId }: Asked,
): Promise<Answer> {
  const call = toCall(evaluation, caller, requestId);
  const isTool = (call.phase ?? "tool_call") === "tool_call";
  if (isTool && guard.decidesResults(call.tool, call.server)) {
    // fail closed: what the tool returns does not come back here, so that nobody could keep it back
    return tell(await guard.decide(call));
  }
  if (evaluation.context.isProposed === true) {
    const { decision, requests } = await guard.propose(call);
    const told = tell(decision, { requests: requests.map((one) => tellRequest(one, call)) });
    return { ...told, context: { ...told.context, proposed: true } };
  }
  // by the release that was just asked: nothing is awaited in between
  const admission = await guard.admit(call);
  if (admission.decision.allow) await guard.settle(admission, { result: null, isAhead: true });
  const { decision, args, requests } = admission;
  return tell(decision, { args, requests: requests.map((one) => tellRequest(one, call)) });
}

/** What is told beside a decision. */
interface Told {
  readonly args?: Admission["args"] | undefined;
  readonly requests?: readonly Properties[];
}

/** A decision as AuthZEN says it; what is beside `decision` is for the caller, and `reason_user` for its user. */
function tell(decision: Decision, { requests = [], args }: Told = {}): Answer {
  const { effect, reasons, remediation, message, obligations, metadata } = decision;
  const { decision_id: id, matched_rules: rules, appeal_path: appealPath } = metadata;
  return {
    decision: decision.allow,
    context: {
      id,
      reason_admin: {
        en: `${effect}: ${reasons.join(", ")}${rules.length === 0 ? "" : ` (${rules.join(", ")})`}`,
      },
      reason_user: { en: message },
      ...{ effect, reasons, obligations },
      ...(args === undefined ? {} : { args }),
      ...(remediation === undefined ? {} : { remediation }),
      ...(appealPath === undefined ? {} : { appeal_path: appealPath }),
      ...(requests.length === 0 ? {} : { requests }),
      audit_required: metadata.audit_required,
      enforced: metadata.enforced,
      policy_version: metadata.policy_version,
      release: metadata.release,
    },
  };
}

/**
 * A request without the facts that it is bound to, and with arguments only where rules change them: the caller knows
 * what it asked, but not what people are to answer for.
 */
function tellRequest(
  { id, rule, reason, description, from, expiresAt, args }: ApprovalRequest,
  call: Call<AuthZenHost>,
): Properties {
  return {
    ...{ id, rule, reason, from },
    ...(description === undefined ? {} : { description }),
    ...(canonicalDigest(args) === canonicalDigest(call.args) ? {} : { args }),
    expires_at: new Date(expiresAt).toISOString(),
  };
}
