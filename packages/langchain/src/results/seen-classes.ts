import { type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { type Command, isCommand } from "@langchain/langgraph";
import { messagesOf, readMessage } from "./result-parts.ts";

/**
 * Writes the data classes of a call and its result on the messages that carry it, where checkpoints keep them and
 * models do not read them: what a conversation has seen is known as long as it has its messages, and wherever it is
 * resumed.
 *
 * @param before the messages that the conversation had when the call was made.
 */
export function markClasses<TResult extends ToolMessage | Command>(
  result: TResult,
  classes: readonly string[] = [],
  before: readonly unknown[] = [],
): TResult {
  if (classes.length === 0) return result;
  const messages = isCommand(result) ? messagesOf(result) : [result];
  for (const message of messages) {
    // a command may hand on messages of other calls, with what was seen by those
    const kept = before.includes(message) ? undefined : keptBy(message);
    if (kept === undefined) continue;
    const seen = new Set([...classesOn(kept), ...classes]);
    kept.response_metadata = { ...kept.response_metadata, forego: { data_classes: [...seen] } };
  }
  return result;
}

/** What keeps the metadata of a message. */
interface Marked {
  response_metadata?: Record<string, unknown>;
}

/** What keeps the metadata of a tool's message: itself, or where it is a record, that, or what its message is made of. */
function keptBy(message: unknown): Marked | undefined {
  if (ToolMessage.isInstance(message)) return message;
  if (typeof message !== "object" || message === null) return undefined;
  if (!ToolMessage.isInstance(readMessage(message))) return undefined;
  return "kwargs" in message ? (message.kwargs as object) : message;
}

/** The data classes that are written on messages. */
export function classesSeen(messages: readonly BaseMessage[]): readonly string[] {
  return [...new Set(messages.filter((one) => ToolMessage.isInstance(one)).flatMap(classesOn))];
}

function classesOn({ response_metadata: metadata }: Marked): readonly string[] {
  const { data_classes: marked } = (metadata?.forego ?? {}) as { data_classes?: unknown };
  return Array.isArray(marked) ? marked.filter((name) => typeof name === "string") : [];
}
