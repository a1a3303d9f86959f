import { type ApprovalRequest, type Guard, sameAsJson } from "@forego/core";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { type ModelRequest, toolName } from "./hide-tools.ts";
import type { LangChainHost } from "./langchain-host.ts";
import { type LangChainToolCall, toCall } from "./to-call.ts";
import { copyPlain, parseArgs } from "./tool-args.ts";

/** A call of a turn that somebody must approve, as the model's answer carries it. */
export interface AskedCall {
  readonly callId: string;
  /** The tool and its arguments as the model named them. */
  readonly given: unknown;
  /** What the tool would run with: what somebody agrees to. */
  readonly args: unknown;
  readonly decisionId: string;
  /** The decision's sentence. */
  readonly description: string;
  readonly requests: readonly Pick<ApprovalRequest, "id" | "rule" | "reason" | "from" | "expiresAt">[];
}

/**
 * Proposes the calls of a model's answer about which somebody may have to be asked, and notes the requests that were
 * opened in the answer's metadata: the thread keeps them, so that an answer of a person counts for these and no others.
 */
export async function noteAsked(
  guard: Guard<LangChainHost>,
  answer: AIMessage,
  { messages, runtime, tools }: ModelRequest,
): Promise<void> {
  const asked: AskedCall[] = [];
  for (const toolCall of answer.tool_calls ?? []) {
    const { id: callId } = toolCall;
    if (callId === undefined || !guard.mayAsk(toolCall.name)) continue;
    const tool = tools.find((one) => toolName(one) === toolCall.name);
    const { args } = await parseArgs(tool, toolCall.args);
    const call = toCall({ ...toolCall, args }, [...messages, answer], runtime);
    const { decision, requests } = await guard.propose(call);
    if (requests.length === 0) continue;
    const shown = requests.map(({ id, rule, reason, from, expiresAt }) => ({
      id,
      rule,
      reason,
      from,
      expiresAt,
    }));
    const { decision_id: decisionId } = decision.metadata;
    const given = copyPlain(namedIn(toolCall));
    asked.push({
      callId,
      given,
      args: copyPlain(args),
      decisionId,
      description: decision.message,
      requests: shown,
    });
  }
  if (asked.length > 0) answer.response_metadata = { ...answer.response_metadata, [key]: asked };
}

/**
 * The answer that made a call, with the calls of it that somebody is asked about: not those that middleware has answered
 * or that a person has edited meanwhile, which do not run as they were shown.
 */
export function readAsked(
  callId: string | undefined,
  messages: readonly BaseMessage[],
): { readonly answer: AIMessage; readonly asked: readonly AskedCall[] } | undefined {
  const made = messages.findLastIndex(
    (message) => AIMessage.isInstance(message) && message.tool_calls?.some(({ id }) => id === callId),
  );
  const answer = messages[made];
  if (!AIMessage.isInstance(answer)) return undefined;
  const isAnswered = (id: string) =>
    messages.slice(made).some((message) => ToolMessage.isInstance(message) && message.tool_call_id === id);
  const isWaiting = ({ callId: id, given }: AskedCall) =>
    !isAnswered(id) && answer.tool_calls?.some((call) => call.id === id && sameAsJson(namedIn(call), given));
  const noted: unknown = answer.response_metadata[key];
  return { answer, asked: Array.isArray(noted) ? noted.filter(isWaiting) : [] };
}

function namedIn({ name, args }: LangChainToolCall) {
  return { name, args };
}

const key = "forego_asked";
