import type { Call, Guard, SessionView } from "@forego/core";
import type { AiSdkHost } from "./ai-sdk-host.ts";
import { type ReadableMessage, readSession } from "./read-messages.ts";

/** What an application says of the conversation that it guards. */
export interface ConversationOptions {
  /** Handed to the guard's `identify`: the application's own session or token, never what a client sent. */
  readonly context?: unknown;
  /** The conversation, below the tenant. Calls of one conversation share decisions by their call ids. */
  readonly conversationId?: string;
  /** Tokens that the conversation used before this run. Defaults to none. */
  readonly usedTokens?: number;
}

/** A conversation as the hooks of one run share it. */
export interface Conversation {
  readonly guard: Guard<AiSdkHost>;
  readonly host: AiSdkHost;
  readonly conversationId: string | undefined;
  /** Tokens so far; `undefined` as long as nobody has counted any. */
  usedTokens: number | undefined;
}

/** A tool call as a hook of the SDK sees it. */
export interface SdkToolCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
}

/** Begins a conversation. */
export function createConversation(guard: Guard<AiSdkHost>, options: ConversationOptions): Conversation {
  const { context, conversationId, usedTokens } = options;
  return { guard, host: { adapter: "ai-sdk", context }, conversationId, usedTokens };
}

/** A tool call as the guard takes it. Every hook makes the same call of it. */
export function toCall(
  { toolCallId, toolName, input }: SdkToolCall,
  messages: readonly ReadableMessage[],
  { host, conversationId, usedTokens }: Conversation,
): Call<AiSdkHost> {
  const session: SessionView = {
    ...readSession(toolCallId, messages),
    ...(usedTokens === undefined ? {} : { cumulativeTokens: usedTokens }),
  };
  return {
    host,
    callId: toolCallId,
    ...(conversationId === undefined ? {} : { conversationId }),
    tool: toolName,
    args: input,
    fulfils: ["redact", "transform"],
    session,
  };
}
