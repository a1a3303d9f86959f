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
  const isShown = ({ name }: (typeof tools)[number]) => shown.includes(name);
  const forcesAny = toolChoice?.type === "required" && !tools.some(isShown);
  const forced = toolChoice?.type === "tool" ? toolChoice.toolName : undefined;
  // the SDK throws when a model does not call what the run forces it to: such a call is denied where it is made
  const kept = tools.filter(
    (tool) => isShown(tool) || (tool.type === "function" && (forcesAny || tool.name === forced)),
  );
  if (kept.length === tools.length) return params;
  if (kept.length === 0) return rest;
  const isHidden = forced !== undefined && !kept.some(({ name }) => name === forced);
  return { ...rest, tools: kept, ...(isHidden || toolChoice === undefined ? {} : { toolChoice }) };
}
