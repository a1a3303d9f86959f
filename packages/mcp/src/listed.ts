import type { Guard, OfferedTools } from "@forego/core";
import { property, type Result } from "./json-rpc.ts";
import type { McpHost } from "./mcp-host.ts";

/** Who looks at a list of tools, and of which server. */
export type Viewer = Pick<OfferedTools<McpHost>, "host" | "conversationId" | "session">;

/**
 * A list of tools as the client gets it: without those that would be denied whatever their arguments. Where rules
 * speak about what a tool returns, its output schema is left out: values may be taken out of the result, and clients
 * refuse one that does not fit what was promised.
 */
export async function listedTools(guard: Guard<McpHost>, viewer: Viewer, result: Result): Promise<Result> {
  const tools = property(result, "tools");
  if (!Array.isArray(tools)) return result;
  const { server } = viewer.host;
  const names = tools.map(nameOf).filter((name) => name !== undefined);
  const offer = await guard.offer({ ...viewer, server, tools: names });
  const shown = new Set(offer.tools);
  return {
    ...result,
    // fail closed: what has no name cannot be decided, and is not shown
    tools: tools.filter((tool) => shown.has(nameOf(tool) ?? "")).map((tool) => listed(guard, server, tool)),
  };
}

function nameOf(tool: unknown): string | undefined {
  const name = property(tool, "name");
  return typeof name === "string" && name !== "" ? name : undefined;
}

function listed(guard: Guard<McpHost>, server: string, tool: unknown): unknown {
  if (property(tool, "outputSchema") === undefined) return tool;
  if (!guard.decidesResults(nameOf(tool) ?? "", server)) return tool;
  const { outputSchema: _promised, ...others } = tool as Readonly<Record<string, unknown>>;
  return others;
}
