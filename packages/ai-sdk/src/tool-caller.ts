import type { Tool, ToolSet } from "ai";

/** What makes a tool one whose code calls other tools, such as code mode: the SDK hands it those tools. */
interface ToolCaller {
  readonly type: string;
  readonly bind?: (tools: ToolSet) => Tool;
}

/** The name under which the SDK keeps it, where copies of a tool do not have it. */
const mark = "experimental_toolCaller";

/** Whether the SDK runs another tool in the place of this one, which is guarded as it is. */
export function isBinding(tool: Tool | undefined): boolean {
  return callerOf(tool)?.bind !== undefined;
}

function callerOf(tool: Tool | undefined): ToolCaller | undefined {
  return (tool as { readonly [mark]?: ToolCaller } | undefined)?.[mark];
}

/**
 * Lets a guarded tool call other tools as the tool itself does. The SDK hands it the guarded ones, and runs another
 * tool in its place, which is guarded as it is.
 */
export function keepCaller(tool: Tool, guarded: Tool, guardBound: (bound: Tool) => Tool): Tool {
  const caller = callerOf(tool);
  if (caller === undefined) return guarded;
  const { bind } = caller;
  if (bind === undefined) return Object.defineProperty(guarded, mark, { value: caller });
  // fail closed: what runs in the place of a guarded tool is guarded
  const bindGuarded = (tools: ToolSet) => guardBound(bind.call(caller, tools));
  const value = Object.assign(Object.create(Object.getPrototypeOf(caller)), caller, { bind: bindGuarded });
  return Object.defineProperty(guarded, mark, { value });
}
