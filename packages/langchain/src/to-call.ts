import { type Call, type SessionView, sameAsJson } from "@forego/core";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { type LangChainHost, type LangChainRuntime, toHost } from "./langchain-host.ts";
import { classesSeen } from "./results/seen-classes.ts";

/** A tool call as the model made it. */
export interface LangChainToolCall {
  readonly id?: string;
  readonly name: string;
  readonly args: unknown;
}

/**
 * A tool call of a LangChain agent as the guard takes it. Every hook makes the same call of it; those that run it name
 * the `run`, since models may give one id to several calls of a turn.
 */
export function toCall(
  toolCall: LangChainToolCall,
  messages: readonly BaseMessage[] | undefined,
  runtime: LangChainRuntime,
  run?: object,
): Call<LangChainHost> {
  return {
    host: toHost(runtime),
    ...(run === undefined ? {} : { run }),
    ...(toolCall.id === undefined ? {} : { callId: toolCall.id }),
    ...conversationOf(runtime),
    tool: toolCall.name,
    args: toolCall.args,
    fulfils: ["redact", "transform"],
    ...(messages === undefined ? {} : madeBy(toolCall, messages)),
  };
}

/** The thread is the conversation. */
export function conversationOf({ configurable }: LangChainRuntime): Pick<Call, "conversationId"> {
  const threadId = configurable?.thread_id;
  return typeof threadId === "string" ? { conversationId: threadId } : {};
}

/** The conversation up to and including the answer of the model that made the call, and which of its equal calls it is. */
function madeBy(
  { id }: LangChainToolCall,
  messages: readonly BaseMessage[],
): Pick<Call, "session" | "ordinal"> {
  const made = messages.findLastIndex((message) => callsOf(message).some((call) => call.id === id));
  if (made < 0) return { session: viewSession(messages) };
  const seen = messages.slice(0, made + 1);
  const calls = callsOf(messages[made]);
  const own = calls.findIndex((call) => call.id === id);
  // as the model made them: what schemas and middleware make of their arguments is another matter
  const equal = calls.slice(0, own).filter((call) => isEqual(call, calls[own]));
  return { session: viewSession(seen), ordinal: equal.length };
}

function callsOf(message: BaseMessage | undefined): readonly LangChainToolCall[] {
  return AIMessage.isInstance(message) ? (message.tool_calls ?? []) : [];
}

function isEqual(one: LangChainToolCall, other: LangChainToolCall | undefined): boolean {
  return one.name === other?.name && sameAsJson(one.args, other.args);
}

/** What messages tell of their conversation. */
export function viewSession(seen: readonly BaseMessage[]): SessionView {
  const answers = seen.filter((message) => AIMessage.isInstance(message));
  const dataClassesSeen = classesSeen(seen);
  const usages = answers.flatMap(({ usage_metadata }) => usage_metadata ?? []);
  return {
    turnCount: answers.length,
    toolCallCount: seen.filter((message) => ToolMessage.isInstance(message)).length,
    ...(usages.length === 0
      ? {}
      : { cumulativeTokens: usages.reduce((sum, { total_tokens }) => sum + total_tokens, 0) }),
    ...(dataClassesSeen.length === 0 ? {} : { dataClassesSeen }),
  };
}
