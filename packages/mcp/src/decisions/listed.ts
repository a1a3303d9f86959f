import { setImmediate } from "node:timers/promises";
import type { Guard, OfferedTools } from "@forego/core";
import { property, type Result } from "../json-rpc.ts";
import type { McpHost } from "../mcp-host.ts";

/** Who looks at a list, and of which server. */
export type Viewer = Pick<OfferedTools<McpHost>, "host" | "conversationId" | "session">;

/** Makes a list as the client gets it of the server's. */
export type MakeList = (guard: Guard<McpHost>, viewer: Viewer, result: Result) => Promise<Result>;

/** What a method lists: where its entries stand, what they are called by, and how calls of them are decided. */
interface ListKind extends Pick<OfferedTools, "phase" | "areTemplates"> {
  readonly entries: string;
  readonly name: string;
}

const lists: ReadonlyMap<string, ListKind> = new Map<string, ListKind>([
  ["tools/list", { entries: "tools", name: "name", phase: "tool_call" }],
  ["prompts/list", { entries: "prompts", name: "name", phase: "mcp_prompt_get" }],
  ["resources/list", { entries: "resources", name: "uri", phase: "mcp_resource_read" }],
  [
    "resources/templates/list",
    { entries: "resourceTemplates", name: "uriTemplate", phase: "mcp_resource_read", areTemplates: true },
  ],
]);

/**
 * How the answer to a method that lists is made: without what would be denied whatever the arguments of its call, or
 * whatever a template is filled with. `undefined` for any other method.
 *
 * Where rules speak about what a tool returns, its output schema is left out: values may be taken out of the result,
 * and clients refuse one that does not fit what was promised.
 */
export function listOf(method: string): MakeList | undefined {
  const kind = lists.get(method);
  return kind && ((guard, viewer, result) => listed(kind, guard, viewer, result));
}

async function listed(
  { entries: at, name, ...asked }: ListKind,
  guard: Guard<McpHost>,
  viewer: Viewer,
  result: Result,
): Promise<Result> {
  const entries = property(result, at);
  if (!Array.isArray(entries)) return result;
  const { server } = viewer.host;
  const named = entries.map((entry) => [nameOf(entry, name), entry] as const);
  const names = named.flatMap(([one]) => one ?? []);
  const shown = await shownOf(guard, { ...viewer, ...asked, server, tools: names });
  return {
    ...result,
    [at]: named.flatMap(([one, entry]) => {
      // fail closed: what has no name cannot be decided, and is not shown
      if (one === undefined || !shown.has(one)) return [];
      return [asked.phase === "tool_call" ? withoutPromise(guard, server, one, entry) : entry];
    }),
  };
}

/** How many names are looked at before others have their turn: a server may list as many as it likes. */
const atOnce = 100;

async function shownOf(
  guard: Guard<McpHost>,
  { tools, ...offered }: OfferedTools<McpHost>,
): Promise<ReadonlySet<string>> {
  const shown = new Set<string>();
  for (let from = 0; from < tools.length; from += atOnce) {
    if (from > 0) await setImmediate();
    const offer = await guard.offer({ ...offered, tools: tools.slice(from, from + atOnce) });
    for (const tool of offer.tools) shown.add(tool);
  }
  return shown;
}

function nameOf(entry: unknown, name: string): string | undefined {
  const value = property(entry, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function withoutPromise(guard: Guard<McpHost>, server: string, name: string, tool: unknown): unknown {
  if (property(tool, "outputSchema") === undefined || !guard.decidesResults(name, server)) return tool;
  const { outputSchema: _promised, ...others } = tool as Readonly<Record<string, unknown>>;
  return others;
}
