import type {
  JSONRPCErrorResponse,
  JSONRPCMessage,
  JSONRPCNotification,
  JSONRPCRequest,
  JSONRPCResultResponse,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";

/** What a request came to. */
export type Result = JSONRPCResultResponse["result"];

/** Why a request did not go well, as its answer says it. */
export type ToolError = JSONRPCErrorResponse["error"];

/** Codes of JSON-RPC and MCP, and `denied`: Forego's own. */
export const errorCodes = {
  connectionClosed: -32000,
  /** What a client throws that has waited long enough. */
  timedOut: -32001,
  denied: -32003,
  /** What a client answers whose user refuses a sample. */
  refused: -1,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
} as const;

/** Tells a request from other messages. Transports have checked the form of each already. */
export function isRequest(message: JSONRPCMessage): message is JSONRPCRequest {
  return "method" in message && "id" in message;
}

/** Tells a notification from other messages. */
export function isNotification(message: JSONRPCMessage): message is JSONRPCNotification {
  return "method" in message && !("id" in message);
}

/** Tells the answer to a request that went well. */
export function isResult(message: JSONRPCMessage): message is JSONRPCResultResponse {
  return "result" in message;
}

/** Tells the answer to a request that did not go well. */
export function isError(message: JSONRPCMessage): message is JSONRPCErrorResponse {
  return "error" in message;
}

/** A result as the answer to a request. */
export function resultOf(id: RequestId, result: Result): JSONRPCResultResponse {
  return { jsonrpc: "2.0", id, result };
}

/** An error as the answer to a request. */
export function errorOf(id: RequestId, code: number, message: string, data?: unknown): JSONRPCErrorResponse {
  return { jsonrpc: "2.0", id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}

/** An own property of a record that came over a wire; `undefined` where there is none. */
export function property(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
