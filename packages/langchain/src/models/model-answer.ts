import { AIMessage } from "@langchain/core/messages";

/** What the model itself answered: with a `responseFormat`, it comes beside what LangChain has read out of it. */
export function messageOf(answer: unknown): AIMessage | undefined {
  return messagesOf(answer).find((message) => AIMessage.isInstance(message));
}

/** The answer whose tool calls run next; what LangChain has read out of a call for it is followed by another message. */
export function callingMessageOf(answer: unknown): AIMessage | undefined {
  const last = messagesOf(answer).at(-1);
  return AIMessage.isInstance(last) ? last : undefined;
}

function messagesOf(answer: unknown): readonly unknown[] {
  if (AIMessage.isInstance(answer)) return [answer];
  const messages: unknown = (answer as { readonly messages?: unknown } | undefined)?.messages;
  return Array.isArray(messages) ? messages : [];
}
