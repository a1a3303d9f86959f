import { ToolMessage } from "@langchain/core/messages";
import { type Command, isCommand } from "@langchain/langgraph";
import type { LangChainToolCall } from "../to-call.ts";

/** The message that LangChain makes of what a tool returned. */
export function toMessage(
  { name, responseFormat, metadata }: MessageTool,
  { id }: LangChainToolCall,
  output: unknown,
): ToolMessage | Command {
  const hasArtifact = responseFormat === "content_and_artifact";
  // as LangChain, which tells what was returned
  if (hasArtifact && !(Array.isArray(output) && output.length === 2))
    throw new Error("The tool is to return its content and an artifact, and did not.");
  const [content, artifact]: readonly unknown[] = hasArtifact ? (output as readonly unknown[]) : [output];
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
