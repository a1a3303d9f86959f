import type { AIMessage } from "@langchain/core/messages";
import type { LangChainToolCall } from "../to-call.ts";

/** A block that LangChain has no form for, as Anthropic's models write it. */
interface ProviderBlock {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  readonly input?: unknown;
}

/** The calls of an answer that the provider made and answered itself. */
export function ranByProvider({ contentBlocks }: AIMessage): readonly LangChainToolCall[] {
  return contentBlocks.flatMap((block) => {
    if (block.type === "server_tool_call") {
      const { id, name, args } = block as { id?: string; name: string; args: unknown };
      return [callOf(id, name, args)];
    }
    const { type, id, name, input } = (block.type === "non_standard" ? block.value : {}) as ProviderBlock;
    return type === "server_tool_use" && typeof name === "string" ? [callOf(id, name, parse(input))] : [];
  });
}

function callOf(id: unknown, name: string, args: unknown): LangChainToolCall {
  return { ...(typeof id === "string" ? { id } : {}), name, args };
}

/** What was streamed is a text. */
function parse(input: unknown): unknown {
  if (typeof input !== "string") return input;
  try {
    return JSON.parse(input);
  } catch {
    // a text is no record of arguments, and denied as such
    return input;
  }
}
