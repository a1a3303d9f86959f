import type { Call, Guard } from "@forego/core";
import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { getCurrentTaskInput, interrupt, isGraphBubbleUp } from "@langchain/langgraph";
import { type AskedCall, readAsked } from "./asked-calls.ts";
import type { LangChainHost } from "./langchain-host.ts";

/** What a person answered to one call. */
export interface PersonsAnswer {
  readonly isGranted: boolean;
  /** What they said to it, for the model. */
  readonly remark: string | undefined;
}

/** One answer in LangChain's own human-in-the-loop form. */
interface HumanAnswer {
  readonly type?: unknown;
  readonly message?: unknown;
}

/**
 * Asks about a call that needs approval, in the form of LangChain's human-in-the-loop middleware, so that interfaces made for it work:
 * `{ actionRequests, reviewConfigs }`, answered by `{ decisions }` in the same order. All calls of the turn that wait
 * ask with the same list, each for itself, so that one answer serves them all. `forego` beside them names the approval
 * requests, for interfaces that show more.
 *
 * What is granted shows when the call is admitted: a host's answer grants what its identity may grant, for the
 * requests that were shown, and no more. `undefined` where nobody
 * need or can be asked, or has answered.
 *
 * @throws GraphInterrupt, LangGraph's own, until there is an answer.
 */
export async function askPeople(
  guard: Guard<LangChainHost>,
  call: Call<LangChainHost>,
  messages: readonly BaseMessage[],
): Promise<PersonsAnswer | undefined> {
  const turn = readAsked(call.callId, messages);
  const index = turn?.asked.findIndex(({ callId }) => callId === call.callId) ?? -1;
  if (turn === undefined || index < 0) return undefined;
  const shown = turn.asked[index]?.requests.map(({ id }) => id) ?? [];
  const { requests } = await guard.propose(call);
  // fail closed: an answer is about the requests that were shown; one that comes in again finds others
  if (requests.length === 0 || !requests.every(({ id }) => shown.includes(id))) return undefined;
  const answer = readAnswers(waitForAnswer(turn), turn.asked.length)?.[index];
  // fail closed: only a plain approval grants; an edited call is another call
  const isGranted = answer?.type === "approve";
  if (!isGranted && answer?.type !== "reject") return undefined;
  for (const { id } of requests) await guard.answer(id, isGranted, call.host);
  return { isGranted, remark: typeof answer.message === "string" ? answer.message : undefined };
}

interface AskingTurn {
  readonly answer: AIMessage;
  readonly asked: readonly AskedCall[];
}

function waitForAnswer({ answer, asked }: AskingTurn): unknown {
  const calls = asked.flatMap(({ callId, args, description }) => {
    const call = answer.tool_calls?.find(({ id }) => id === callId);
    return call === undefined ? [] : [{ name: call.name, args, description }];
  });
  try {
    // fail closed: where all calls of a turn are one task, a resumed run would run those again that have run
    if (!isTaskOfOneCall()) return undefined;
    return interrupt({
      actionRequests: calls,
      reviewConfigs: calls.map(({ name }) => ({
        actionName: name,
        allowedDecisions: ["approve", "reject"],
      })),
      forego: asked.map(({ callId, decisionId, requests }) => ({ callId, decisionId, requests })),
    });
  } catch (error) {
    if (isGraphBubbleUp(error)) throw error;
    // fail closed: nobody can be asked here, so nothing is granted
    return undefined;
  }
}

function isTaskOfOneCall(): boolean {
  const input: unknown = getCurrentTaskInput();
  return typeof input === "object" && input !== null && "lg_tool_call" in input;
}

function readAnswers(answer: unknown, count: number): readonly HumanAnswer[] | undefined {
  const decisions = (answer as { readonly decisions?: unknown } | undefined)?.decisions;
  // fail closed: one answer a call, in their order; a single answer for several calls answers none
  return Array.isArray(decisions) && decisions.length === count ? decisions : undefined;
}
