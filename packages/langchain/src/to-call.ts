import type { Call, SessionView } from "@forego/core";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { type LangChainHost, type LangChainRuntime, toHost } from "./langchain-host.ts";

/** A tool call as the model made it. */
export interface LangChainToolCall {
  readonly id?: string;
  readonly name: string;
  readonly args: unknown;
}

/** A tool call of a LangChain agent as the guard takes it. Every hook makes the same call of it. */
export function toCall(
  toolCall: LangChainToolCall,
  messages: readonly BaseMessage[],
  runtime: LangChainRuntime,
): Call<LangChainHost> {
  const threadId = runtime.configurable?.thread_id;
  return {
    host: toHost(runtime),
    ...(toolCall.id === undefined ? {} : { callId: toolCall.id }),
    ...(typeof threadId === "string" ? { conversationId: threadId } : {}),
    tool: toolCall.name,
    args: toolCall.args,
    fulfils: ["redact", "transform"],
    session: viewSession(toolCall, messages),
  };
}

/** The conversation up to and including the answer of the model that made the call, whichever hook looks at it. */
function viewSession(toolCall: LangChainToolCall, messages: readonly BaseMessage[]): SessionView {
  const made = messages.findLastIndex((message) => {
    return AIMessage.isInstance(message) && message.tool_calls?.some(({ id }) => id === toolCall.id);
  });
  const seen = made < 0 ? messages : messages.slice(0, made + 1);
  const answers = seen.filter((message) => AIMessage.isInstance(message));
  const usages = answers.flatMap(({ usage_metadata }) => usage_metadata ?? []);
  return {
    turnCount: answers.length,
    toolCallCount: seen.filter((message) => ToolMessage.isInstance(message)).length,
    ...(usages.length === 0
      ? {}
      : { cumulativeTokens: usages.reduce((sum, { total_tokens }) => sum + total_tokens, 0) }),
  };
}
