import {
  type BaseMessage,
  type BaseMessageLike,
  coerceMessageLikeToMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { type Command, isCommand } from "@langchain/langgraph";
import { messagesOf } from "./result-content.ts";

/**
 * Writes the data classes of a call and its result on the messages that carry it, where checkpoints keep them and
 * models do not read them: what a conversation has seen is known as long as it has its messages, and wherever it is
 * resumed.
 */
export function markClasses<TResult extends ToolMessage | Command>(
  result: TResult,
  classes: readonly string[] = [],
): TResult {
  if (classes.length === 0) return result;
  const messages = isCommand(result) ? messagesOf(result) : [result];
  for (const message of messages) {
    const kept = keptBy(message);
    if (kept !== undefined)
      kept.response_metadata = { ...kept.response_metadata, forego: { data_classes: [...classes] } };
  }
  return result;
}

/** What keeps the metadata of a tool's message: itself, or where it is a record, that, or what its message is made of. */
function keptBy(message: unknown): { response_metadata?: Record<string, unknown> } | undefined {
  if (ToolMessage.isInstance(message)) return message;
  if (typeof message !== "object" || message === null) return undefined;
  try {
    if (!ToolMessage.isInstance(coerceMessageLikeToMessage(message as BaseMessageLike))) return undefined;
  } catch {
    return undefined;
  }
  return "kwargs" in message ? (message.kwargs as object) : message;
}

/** The data classes that are written on messages. */
export function classesSeen(messages: readonly BaseMessage[]): readonly string[] {
  const seen = new Set<string>();
  for (const message of messages) {
    if (!ToolMessage.isInstance(message)) continue;
    const { data_classes: marked } = (message.response_metadata?.forego ?? {}) as { data_classes?: unknown };
    for (const name of Array.isArray(marked) ? marked : []) if (typeof name === "string") seen.add(name);
  }
  return [...seen];
}
