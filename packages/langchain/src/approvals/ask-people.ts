import type { Call, Guard, Proposal } from "@forego/core";
import type { BaseMessage } from "@langchain/core/messages";
import { getConfig, getCurrentTaskInput, interrupt, isGraphBubbleUp } from "@langchain/langgraph";
import type { LangChainHost } from "../langchain-host.ts";
import type { LangChainToolCall } from "../to-call.ts";
import { type AskedCall, readAsked } from "./asked-calls.ts";
import { matchAnswer } from "./match-answer.ts";

/** What a person answered to one call. */
export interface PersonsAnswer {
  /** Set where the call must not run, and no request holds that: others have granted them, or may answer them alone. */
  readonly isRefused: boolean;
  /** What they said to it, for the model. */
  readonly remark: string | undefined;
}

/** A call that is about to run, and where. */
interface AskedAbout {
  readonly call: Call<LangChainHost>;
  /** The call as the model made it. */
  readonly toolCall: LangChainToolCall;
  readonly messages: readonly BaseMessage[];
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
 * requests that were shown, and no more. Whoever was asked is heard, whatever became of the requests meanwhile: they
 * may refuse what others have granted. `undefined` where nobody need or can be asked.
 *
 * In a graph within another one, LangGraph runs a turn's finished calls again when the run is resumed: there the calls
 * beside those that wait, wait with them.
 *
 * @throws GraphInterrupt, LangGraph's own, until there is an answer.
 */
export async function askPeople(
  guard: Guard<LangChainHost>,
  { call, toolCall, messages }: AskedAbout,
): Promise<PersonsAnswer | undefined> {
  const { asked, index } = readAsked(toolCall, messages);
  const mine = asked[index];
  const mustWait = mine !== undefined || (asked.length > 0 && isNested());
  const said = mustWait ? await waitForAnswer(asked) : undefined;
  if (said === undefined || mine === undefined) return undefined;
  const answer = readAnswers(said.answers, asked.length)?.[index];
  // fail closed: only a plain approval grants; an edited call is another call
  const isGranted = answer?.type === "approve";
  const isRefusal = answer?.type === "reject";
  const { requests, isRefused: isKept = false } = await guard.propose(call);
  // a refusal that is kept is found when the call is admitted, with the rule that asked
  if (isKept) return { isRefused: false, remark: remarkOf(answer) };
  // fail closed: what is no answer lets nothing run that others have granted
  if (!isGranted && !isRefusal) return { isRefused: requests.length === 0, remark: undefined };
  const shown = mine.requests.map(({ id }) => id);
  const isHeld = await answerShown(guard, call, { requests, shown, isGranted });
  return { isRefused: isRefusal && !isHeld, remark: remarkOf(answer) };
}

function remarkOf(answer: HumanAnswer | undefined): string | undefined {
  return typeof answer?.message === "string" ? answer.message : undefined;
}

interface AnsweredRequests {
  readonly requests: Proposal["requests"];
  readonly shown: readonly string[];
  readonly isGranted: boolean;
}

/** Answers the requests that are open; tells whether one of them holds the answer. */
async function answerShown(
  guard: Guard<LangChainHost>,
  { host }: Call<LangChainHost>,
  { requests, shown, isGranted }: AnsweredRequests,
): Promise<boolean> {
  // fail closed: an answer is about the requests that were shown; one that comes in again finds others
  if (!requests.every(({ id }) => shown.includes(id))) return false;
  let isHeld = false;
  for (const { id } of requests) {
    const { accepted } = await guard.answer(id, isGranted, host);
    isHeld ||= accepted;
  }
  return isHeld;
}

async function waitForAnswer(
  asked: readonly AskedCall[],
): Promise<{ readonly answers: unknown } | undefined> {
  const calls = asked.map(({ given: { name }, args, description }) => ({ name, args, description }));
  try {
    // fail closed: where all calls of a turn are one task, a resumed run would run those again that have run
    if (!isTaskOfOneCall()) return undefined;
    const forego = asked.map(({ callId, decisionId, requests }) => ({ callId, decisionId, requests }));
    await matchAnswer(forego);
    const answers: unknown = interrupt({
      actionRequests: calls,
      reviewConfigs: calls.map(({ name }) => ({
        actionName: name,
        allowedDecisions: ["approve", "reject"],
      })),
      forego,
    });
    return { answers };
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

/** Whether the agent runs within another graph: in a node of it, or in a tool. */
function isNested(): boolean {
  const place: unknown = getConfig()?.configurable?.checkpoint_ns;
  return typeof place === "string" && place.includes("|");
}

function readAnswers(answer: unknown, count: number): readonly HumanAnswer[] | undefined {
  const decisions = (answer as { readonly decisions?: unknown } | undefined)?.decisions;
  // fail closed: one answer a call, in their order; a single answer for several calls answers none
  return Array.isArray(decisions) && decisions.length === count ? decisions : undefined;
}
