import type { Decision } from "@forego/core";
import { McpError } from "@modelcontextprotocol/sdk/types.js";
import { decisionKey } from "./decisions/denial.ts";
import { errorCodes, property, type Result, type ToolError } from "./json-rpc.ts";

/** Parameters of a call, in whatever form a version of the SDK gives them. */
interface CallParams {
  readonly name: string;
  readonly arguments?: Record<string, unknown> | undefined;
}

/** A client of `@modelcontextprotocol/sdk`, or of `@modelcontextprotocol/client`: what calls go through. */
export interface McpClient {
  callTool(params: CallParams, ...more: readonly never[]): Promise<Result>;
  listTools(...args: readonly never[]): Promise<Result>;
  listPrompts(...args: readonly never[]): Promise<Result>;
  listResources(...args: readonly never[]): Promise<Result>;
  listResourceTemplates(...args: readonly never[]): Promise<Result>;
  readResource(params: { readonly uri: string }, ...more: readonly never[]): Promise<Result>;
  getPrompt(params: CallParams, ...more: readonly never[]): Promise<Result>;
}

/** What only the later client has: one that speaks 2026-07-28 as well. */
interface LaterClient extends McpClient {
  getProtocolEra(): unknown;
}

/** The options of a call of a tool, which the earlier client takes behind the schema of its result. */
export type CallToolOptions<TClient extends McpClient> = TClient extends LaterClient
  ? Parameters<TClient["callTool"]>[1]
  : Parameters<TClient["callTool"]>[2];

/** Calls a tool through either client, with the SDK's own schema of results. */
export function callTool(client: McpClient, params: unknown, options: unknown): Promise<Result> {
  const call = client.callTool.bind(client) as (...args: readonly unknown[]) => Promise<Result>;
  return isLater(client) ? call(params, inOneCall(options)) : call(params, undefined, options);
}

/**
 * Options without the one that hands a server's questions back to the caller: what answers them would go to the server
 * in a call of its own, which nobody has asked about. The client asks its own handlers for the answers, within the call.
 */
export function inOneCall(options: unknown): unknown {
  if (typeof options !== "object" || options === null || !("allowInputRequired" in options)) return options;
  // fail closed: an answer to a server is a part of the call that was decided, or goes nowhere
  const { allowInputRequired: _asked, ...others } = options;
  return others;
}

/** The denial of a request that has no other form for one: an error of the client's own kind. */
export function denialOf(client: McpClient, decision: Decision): Promise<Error> {
  const { message } = decision;
  return errorFor(client, { code: errorCodes.denied, message, data: { [decisionKey]: decision } });
}

/** An error as the client throws one that its server has answered. */
export async function errorFor(client: McpClient, { code, message, data }: ToolError): Promise<Error> {
  if (!isLater(client)) return new McpError(code, message, data);
  // installed where such a client is
  const { ProtocolError } = await import("@modelcontextprotocol/client");
  return new ProtocolError(code, message, data);
}

/** What a client has thrown, as a server's answer says it. */
export function errorIn(thrown: unknown): ToolError {
  const code = property(thrown, "code");
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: typeof code === "number" ? code : errorCodes.internal,
    // the earlier client puts the code before what the server said
    message: message.replace(/^MCP error -?\d+: /, ""),
    data: property(thrown, "data"),
  };
}

/** Whether the server has answered with what a client throws: the client's own troubles have other codes, or names for codes. */
export function isAnswered(thrown: unknown): boolean {
  const code = property(thrown, "code");
  return typeof code === "number" && code !== errorCodes.connectionClosed && code !== errorCodes.timedOut;
}

function isLater(client: McpClient): client is LaterClient {
  return "getProtocolEra" in client;
}
