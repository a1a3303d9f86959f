import type { Guard } from "@forego/core";
import { property, type Result } from "./json-rpc.ts";
import type { McpHost } from "./mcp-host.ts";

/**
 * A list of tools as the client gets it. Where rules speak about what a tool returns, its output schema is left out:
 * values may be taken out of the result, and clients refuse one that does not fit what was promised.
 */
export function listedTools(guard: Guard<McpHost>, server: string, result: Result): Result {
  const tools = property(result, "tools");
  if (!Array.isArray(tools)) return result;
  return { ...result, tools: tools.map((tool: unknown) => listedTool(guard, server, tool)) };
}

function listedTool(guard: Guard<McpHost>, server: string, tool: unknown): unknown {
  const name = property(tool, "name");
  if (typeof name !== "string" || property(tool, "outputSchema") === undefined) return tool;
  if (!guard.decidesResults(name, server)) return tool;
  const { outputSchema: _promised, ...others } = tool as Readonly<Record<string, unknown>>;
  return others;
}
