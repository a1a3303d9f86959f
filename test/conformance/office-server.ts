import { z } from "zod";
import type { OfficeTools } from "./office-tools.ts";

/** The office's tools, as a server of MCP lists them. */
export function listOffice({ tools }: OfficeTools) {
  return Object.entries(tools).map(([name, { schema }]) => ({
    name,
    inputSchema: z.toJSONSchema(schema) as { type: "object" },
  }));
}

/** A call of one of them, as a server of MCP answers it. */
export async function callOffice(
  { tools }: OfficeTools,
  { name, arguments: given = {} }: { readonly name: string; readonly arguments?: unknown },
  signal: AbortSignal,
) {
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  const text = (value: string, isError = false) => ({
    content: [{ type: "text" as const, text: value }],
    isError,
  });
  if (tool === undefined) return text("unknown tool", true);
  const args = tool.schema.safeParse(given);
  if (!args.success) return text("invalid arguments", true);
  try {
    const result = await tool.run(args.data, signal);
    return text(typeof result === "string" ? result : JSON.stringify(result));
  } catch (error) {
    return text(String(error), true);
  }
}
