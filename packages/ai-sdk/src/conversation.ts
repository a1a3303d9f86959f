import type { Admission, Call, CallOutcome, Guard, SessionView, Settlement } from "@forego/core";
import type { AiSdkHost } from "./ai-sdk-host.ts";
import { ordinalOf } from "./equal-calls.ts";
import { type ReadableMessage, readMessages, readSession } from "./read-messages.ts";

/** What an application says of the conversation that it guards. */
export interface ConversationOptions<TContext = unknown> {
  /** Handed to the guard's `identify`: the application's own session or token, never what a client sent. */
  readonly context?: TContext;
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
  /** Data classes that this run has seen. */
  readonly dataClassesSeen: Set<string>;
}

/** A tool call as a hook of the SDK sees it. */
export interface SdkToolCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
  /** Whether the provider runs it, within the answer of the model that calls it. */
  readonly providerExecuted?: boolean | undefined;
}

/** Begins a conversation. */
export function createConversation(guard: Guard<AiSdkHost>, options: ConversationOptions): Conversation {
  const { context, conversationId, usedTokens } = options;
  const host = { adapter: "ai-sdk", context } as const;
  return { guard, host, conversationId, usedTokens, dataClassesSeen: new Set() };
}

/** Settles a call of a conversation, and remembers what its result brought into it. */
export async function settleCall(
  { guard, dataClassesSeen }: Conversation,
  admission: Admission,
  outcome: CallOutcome,
): Promise<Settlement> {
  const settled = await guard.settle(admission, outcome);
  for (const name of settled.dataClasses ?? []) dataClassesSeen.add(name);
  return settled;
}

/** A tool call as the guard takes it. Every hook makes the same call of it. */
export function toCall(
  toolCall: SdkToolCall,
  messages: readonly ReadableMessage[],
  conversation: Conversation,
): Call<AiSdkHost> {
  const { toolCallId, toolName, input } = toolCall;
  return {
    ...placeOf(conversation),
    callId: toolCallId,
    ordinal: ordinalOf(toolCall, messages),
    tool: toolName,
    args: input,
    fulfils: ["redact", "transform"],
    session: withMemory(conversation, readSession(toolCallId, messages)),
  };
}

/** A call of the model as the guard takes it. */
export function toModelCall(
  conversation: Conversation,
  modelId: string,
  args: Readonly<Record<string, unknown>>,
  prompt: readonly ReadableMessage[],
): Call<AiSdkHost> {
  return {
    ...placeOf(conversation),
    phase: "model_call",
    tool: modelId,
    model: modelId,
    args,
    session: withMemory(conversation, readMessages(prompt)),
  };
}

/** Whose calls those of a conversation are. */
export function placeOf({
  host,
  conversationId,
}: Conversation): Pick<Call<AiSdkHost>, "host" | "conversationId"> {
  return { host, ...(conversationId === undefined ? {} : { conversationId }) };
}

/** A view of the conversation with what the run knows of it: tokens that somebody counted, and classes that it has seen. */
export function withMemory({ usedTokens, dataClassesSeen }: Conversation, session: SessionView): SessionView {
  return {
    ...session,
    ...(usedTokens === undefined ? {} : { cumulativeTokens: usedTokens }),
    ...(dataClassesSeen.size === 0 ? {} : { dataClassesSeen: [...dataClassesSeen] }),
  };
}
