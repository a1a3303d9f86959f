import { textOfContent } from "@forego/core";
import { ToolMessage } from "@langchain/core/messages";
import { type Command, isCommand } from "@langchain/langgraph";
import type { LangChainToolCall } from "./to-call.ts";

/** What the model would read: content of a single text is that text. A command with one message is to rules what that message is without the command. */
export function contentOf(result: ToolMessage | Command): unknown {
  if (!isCommand(result)) return textOfContent(result.content) ?? result.content;
  const contents = messagesOf(result).map((message) =>
    typeof message === "object" && message !== null && "content" in message ? message.content : message,
  );
  return contents.length === 1 ? (textOfContent(contents[0]) ?? contents[0]) : contents;
}

/** The message with what rules left of its content. Its artifact goes: it may hold the same values. */
export function withContent(
  toolCall: LangChainToolCall,
  result: ToolMessage | Command,
  content: unknown,
): ToolMessage {
  const status = isCommand(result) ? undefined : result.status;
  return new ToolMessage({
    tool_call_id: toolCall.id ?? "",
    name: toolCall.name,
    ...(status === undefined ? {} : { status }),
    content: content as ToolMessage["content"],
  });
}

/** The messages of a command, in every form that LangGraph takes: a record or pairs, a list or a single message. */
export function messagesOf({ update }: Command): readonly unknown[] {
  const entries: readonly unknown[] = Array.isArray(update) ? update : Object.entries(update ?? {});
  return entries.flatMap((entry) => (Array.isArray(entry) && entry[0] === "messages" ? entry[1] : []));
}
