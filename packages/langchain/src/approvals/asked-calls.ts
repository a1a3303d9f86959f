import { type ApprovalRequest, type Guard, sameAsJson } from "@forego/core";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import type { LangChainHost } from "../langchain-host.ts";
import { type ModelRequest, toolName } from "../models/hide-tools.ts";
import { type LangChainToolCall, toCall } from "../to-call.ts";
import { copyPlain, parseArgs } from "../tools/tool-args.ts";

/** A call of a turn that somebody must approve, as the model's answer carries it. */
export interface AskedCall {
  readonly callId: string;
  /** The tool and its arguments as the model named them. */
  readonly given: Pick<LangChainToolCall, "name" | "args">;
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
    asked.push({
      callId,
      given: { name: toolCall.name, args: copyPlain(toolCall.args) },
      args: copyPlain(args),
      decisionId,
      description: decision.message,
      requests: shown,
    });
  }
  if (asked.length > 0) answer.response_metadata = { ...answer.response_metadata, [key]: asked };
}

/** A turn of which somebody is asked about a call. */
export interface AskedTurn {
  readonly asked: readonly AskedCall[];
  /** What is asked about the call that was looked for; `-1` for nothing. */
  readonly index: number;
}

/**
 * The calls that somebody is asked about, of the answer that made a call: not those that middleware has answered or that
 * a person has edited meanwhile, which do not run as they were shown.
 */
export function readAsked(toolCall: LangChainToolCall, messages: readonly BaseMessage[]): AskedTurn {
  const made = messages.findLastIndex(
    (message) => AIMessage.isInstance(message) && message.tool_calls?.some(({ id }) => id === toolCall.id),
  );
  const answer = messages[made];
  if (!AIMessage.isInstance(answer)) return { asked: [], index: -1 };
  const isAnswered = (id: string) =>
    messages.slice(made).some((message) => ToolMessage.isInstance(message) && message.tool_call_id === id);
  const isWaiting = (one: AskedCall) =>
    !isAnswered(one.callId) && answer.tool_calls?.some((call) => isAbout(one, call));
  const noted: unknown = answer.response_metadata[key];
  const asked: readonly AskedCall[] = Array.isArray(noted) ? noted.filter(isWaiting) : [];
  return { asked, index: asked.findIndex((one) => isAbout(one, toolCall)) };
}

/** Models may give one id to several calls of a turn: each is asked about for itself. */
function isAbout({ callId, given }: AskedCall, { id, name, args }: LangChainToolCall): boolean {
  return id === callId && sameAsJson({ name, args }, given);
}

const key = "forego_asked";
