import { type Conversation, placeOf, withMemory } from "./conversation.ts";
import type { LanguageModelCall } from "./language-model.ts";
import { readMessages } from "./read-messages.ts";

/** The model's call without the tools whose calls would be denied whatever their arguments. */
export async function hideTools(
  conversation: Conversation,
  params: LanguageModelCall,
): Promise<LanguageModelCall> {
  const { tools = [], toolChoice, ...rest } = params;
  if (tools.length === 0) return params;
  const { tools: shown } = await conversation.guard.offer({
    ...placeOf(conversation),
    session: withMemory(conversation, readMessages(params.prompt)),
    tools: tools.map(({ name }) => name),
  });
  const left = tools.filter(({ name }) => shown.includes(name));
  if (left.length === tools.length) return params;
  const isForced = toolChoice?.type === "tool" && !shown.includes(toolChoice.toolName);
  if (left.length === 0) return rest;
  return { ...rest, tools: left, ...(isForced || toolChoice === undefined ? {} : { toolChoice }) };
}
