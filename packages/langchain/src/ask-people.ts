import type { ApprovalRequest, Call, Guard, Proposal } from "@forego/core";
import type { ToolMessage } from "@langchain/core/messages";
import { interrupt, isGraphBubbleUp } from "@langchain/langgraph";
import { denialMessage } from "./denial-message.ts";
import type { LangChainHost } from "./langchain-host.ts";
import type { LangChainToolCall } from "./to-call.ts";

/** A call that somebody must approve. */
export interface AskedCall {
  readonly toolCall: LangChainToolCall;
  readonly call: Call<LangChainHost>;
  readonly proposal: Proposal;
}

/** One answer in LangChain's own human-in-the-loop form. */
interface HumanAnswer {
  readonly type?: unknown;
  readonly message?: unknown;
}

/**
 * Asks about all calls of a turn at once, before any of them runs, in the form of LangChain's human-in-the-loop
 * middleware, so that interfaces made for it work: `{ actionRequests, reviewConfigs }`, answered by `{ decisions }`
 * in the same order. `forego` beside them names the approval requests, for interfaces that show more.
 *
 * Answers with error messages for the calls that were refused. What is granted shows when the call is admitted: a
 * host's answer grants what its identity may grant, for the requests that were shown, and no more. Without a checkpointer nobody can be asked, and the
 * calls are denied when they are admitted.
 *
 * @throws GraphInterrupt, LangGraph's own, until there is an answer.
 */
export async function askPeople(
  guard: Guard<LangChainHost>,
  asked: readonly AskedCall[],
  shown: readonly string[],
): Promise<ToolMessage[]> {
  const answers = readAnswers(waitForAnswer(asked), asked.length);
  const requests = asked.flatMap(({ proposal }) => proposal.requests);
  // fail closed: an answer is about the requests that were shown; one that comes in again finds others
  if (answers === undefined || !requests.every(({ id }) => shown.includes(id))) return [];
  const refusals: ToolMessage[] = [];
  for (const [index, one] of asked.entries()) {
    const answer = answers[index];
    // fail closed: only a plain approval grants; an edited call is another call
    const granted = answer?.type === "approve";
    if (!granted && answer?.type !== "reject") continue;
    await answerAll(guard, one.proposal.requests, granted, one.call.host);
    if (granted) continue;
    const { decision } = await guard.admit(one.call);
    const remark = typeof answer.message === "string" ? answer.message : undefined;
    refusals.push(denialMessage(one.toolCall, decision, remark));
  }
  return refusals;
}

function waitForAnswer(asked: readonly AskedCall[]): unknown {
  try {
    return interrupt({
      actionRequests: asked.map(({ toolCall, proposal }) => ({
        name: toolCall.name,
        args: toolCall.args,
        description: proposal.decision.message,
      })),
      reviewConfigs: asked.map(({ toolCall }) => ({
        actionName: toolCall.name,
        allowedDecisions: ["approve", "reject"],
      })),
      forego: asked.map(({ toolCall, proposal }) => ({
        callId: toolCall.id,
        decisionId: proposal.decision.metadata.decision_id,
        requests: proposal.requests.map(({ id, rule, reason, from, expiresAt }) => ({
          id,
          rule,
          reason,
          from,
          expiresAt,
        })),
      })),
    });
  } catch (error) {
    if (isGraphBubbleUp(error)) throw error;
    // fail closed: nobody can be asked here, so nothing is granted
    return undefined;
  }
}

function readAnswers(answer: unknown, count: number): readonly HumanAnswer[] | undefined {
  const decisions = (answer as { readonly decisions?: unknown } | undefined)?.decisions;
  // fail closed: one answer a call, in their order; a single answer for several calls answers none
  return Array.isArray(decisions) && decisions.length === count ? decisions : undefined;
}

async function answerAll(
  guard: Guard<LangChainHost>,
  requests: readonly ApprovalRequest[],
  granted: boolean,
  by: LangChainHost,
): Promise<void> {
  for (const { id } of requests) await guard.answer(id, granted, by);
}
