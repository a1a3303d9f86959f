import type { Guard } from "@forego/core";
import type { AgentMiddleware } from "langchain";
import { type LangChainHost, toHost } from "../langchain-host.ts";
import { conversationOf, viewSession } from "../to-call.ts";

/** A call of the model, as middleware sees it. */
export type ModelRequest = Parameters<NonNullable<AgentMiddleware["wrapModelCall"]>>[0];
type ModelTool = ModelRequest["tools"][number];

/** The request without the tools whose calls would be denied whatever their arguments. */
export async function hideTools(guard: Guard<LangChainHost>, request: ModelRequest): Promise<ModelRequest> {
  if (request.tools.length === 0) return request;
  const { tools: shown } = await guard.offer({
    ...conversationOf(request.runtime),
    host: toHost(request.runtime),
    session: viewSession(request.messages),
    tools: request.tools.map(toolName),
  });
  const tools = request.tools.filter((tool) => shown.includes(toolName(tool)));
  if (tools.length === request.tools.length) return request;
  const { toolChoice, ...rest } = request;
  const forced = namedBy(toolChoice);
  const isForced = forced !== undefined && !shown.includes(forced);
  const isEmpty = tools.length === 0;
  return isForced || isEmpty || toolChoice === undefined
    ? { ...rest, tools }
    : { ...rest, tools, toolChoice };
}

/** Tools that the provider runs are known by their type where they have no name. */
export function toolName(tool: ModelTool): string {
  return namedBy(tool) ?? String((tool as { readonly type?: unknown }).type);
}

/** The name of a tool, or of the one that is chosen, as OpenAI's and other models take it. */
function namedBy(told: unknown): string | undefined {
  const { name, function: called } = (told ?? {}) as { name?: unknown; function?: { name?: unknown } };
  return [called?.name, name].find((one) => typeof one === "string");
}
