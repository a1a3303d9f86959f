import { isRecord, ownProperty } from "../json/own-property.ts";

/**
 * What rules see of a result in MCP's form (`CallToolResult`): its structured content, else the text that it consists
 * of, else its content as it is.
 */
export function viewMcpResult(result: unknown): unknown {
  const structured = ownProperty(result, "structuredContent");
  if (structured !== undefined) return structured;
  const content = ownProperty(result, "content");
  return textOfContent(content) ?? content ?? [];
}

/** The text of a content in blocks that consists of one, as MCP and LangChain have it. */
export function textOfContent(content: unknown): string | undefined {
  if (!Array.isArray(content) || content.length !== 1) return undefined;
  const text = ownProperty(content[0], "text");
  return ownProperty(content[0], "type") === "text" && typeof text === "string" ? text : undefined;
}

/**
 * A result in MCP's form, made of nothing but what was decided: where there is structured content, the text beside it
 * says the same. What else a server put into its result, nobody has looked at. What rules left of it need not be blocks
 * any more, nor a record: it is told in JSON then.
 *
 * @param decided what rules left of {@link viewMcpResult}.
 */
export function rebuildMcpResult(result: unknown, decided: unknown): Readonly<Record<string, unknown>> {
  const isError = ownProperty(result, "isError") === true ? { isError: true } : {};
  const asJson = () => [{ type: "text", text: JSON.stringify(decided) }];
  if (ownProperty(result, "structuredContent") !== undefined) {
    const structured = isRecord(decided) ? { structuredContent: decided } : {};
    return { content: asJson(), ...structured, ...isError };
  }
  if (typeof decided === "string") return { content: [{ type: "text", text: decided }], ...isError };
  return { content: isContent(decided) ? decided : asJson(), ...isError };
}

const members: readonly string[] = ["content", "structuredContent", "isError", "_meta"];
const blockTypes: readonly unknown[] = ["text", "image", "audio", "resource", "resource_link"];

/**
 * Whether a result that came from anywhere is in MCP's form: blocks of its types, or none, and then nothing that MCP does
 * not have. Beside blocks there may be other members: servers and later versions of the protocol add some.
 */
export function isMcpResult(result: unknown): boolean {
  const content = ownProperty(result, "content");
  if (!Array.isArray(content)) return false;
  if (content.length === 0) return Object.keys(result as object).every((name) => members.includes(name));
  return content.every((block) => blockTypes.includes(ownProperty(block, "type")));
}

function isContent(value: unknown): boolean {
  return Array.isArray(value) && value.every((block) => typeof ownProperty(block, "type") === "string");
}
