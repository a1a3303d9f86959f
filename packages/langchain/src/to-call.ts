import type { Call, SessionView } from "@forego/core";
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
    ...(messages === undefined ? {} : { session: viewSession(upTo(toolCall, messages)) }),
  };
}

/** The thread is the conversation. */
export function conversationOf({ configurable }: LangChainRuntime): Pick<Call, "conversationId"> {
  const threadId = configurable?.thread_id;
  return typeof threadId === "string" ? { conversationId: threadId } : {};
}

/** The conversation up to and including the answer of the model that made the call, whichever hook looks at it. */
function upTo(toolCall: LangChainToolCall, messages: readonly BaseMessage[]): readonly BaseMessage[] {
  const made = messages.findLastIndex((message) => {
    return AIMessage.isInstance(message) && message.tool_calls?.some(({ id }) => id === toolCall.id);
  });
  return made < 0 ? messages : messages.slice(0, made + 1);
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
