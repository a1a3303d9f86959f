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

/** The message that LangChain makes of what a tool returned. */
export function toMessage(
  { name, responseFormat, metadata }: MessageTool,
  { id }: LangChainToolCall,
  output: unknown,
): ToolMessage | Command {
  const hasArtifact = responseFormat === "content_and_artifact" && Array.isArray(output);
  const [content, artifact]: readonly unknown[] = hasArtifact ? output : [output];
  if (ToolMessage.isInstance(content) || isCommand(content)) return content;
  const isContent = typeof content === "string" || (Array.isArray(content) && content.every(isBlock));
  return new ToolMessage({
    status: "success",
    content: isContent ? content : (JSON.stringify(content) ?? ""),
    artifact,
    tool_call_id: id ?? "",
    name,
    ...(metadata === undefined ? {} : { metadata }),
  });
}

/** What of a tool goes into its messages. */
interface MessageTool {
  readonly name: string;
  readonly responseFormat?: string;
  readonly metadata?: Record<string, unknown>;
}

function isBlock(item: unknown): boolean {
  return typeof item === "object" && item !== null && "type" in item;
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
