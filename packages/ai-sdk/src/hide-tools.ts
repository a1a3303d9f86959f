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
  // the SDK throws when a model does not call what the run forces it to: such a call is denied where it is made
  const isForced = ({ type, name }: (typeof tools)[number]) =>
    type === "function" && toolChoice?.type === "tool" && toolChoice.toolName === name;
  const left = tools.filter((tool) => shown.includes(tool.name) || isForced(tool));
  if (left.length === tools.length) return params;
  const kept =
    left.length > 0 || toolChoice?.type !== "required"
      ? left
      : tools.filter(({ type }) => type === "function");
  if (kept.length === 0) return rest;
  const isHidden = toolChoice?.type === "tool" && !kept.some(({ name }) => name === toolChoice.toolName);
  return { ...rest, tools: kept, ...(isHidden || toolChoice === undefined ? {} : { toolChoice }) };
}
