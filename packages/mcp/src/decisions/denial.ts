import type { Decision } from "@forego/core";
import type {
  CallToolResult,
  JSONRPCErrorResponse,
  JSONRPCResponse,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import { errorCodes, errorOf, isResult, property, type Result, type ToolError } from "../json-rpc.ts";

/** The name under which a decision travels: in `_meta` of a tool's result, in `data` of an error. */
export const decisionKey = "dev.forego/decision";

/** What the model reads in place of a tool's result: the decision's sentence, as an error of the tool. */
export function denialResult(decision: Decision): CallToolResult {
  return {
    content: [{ type: "text", text: decision.message }],
    isError: true,
    _meta: { [decisionKey]: decision },
  };
}

/** The denial of a request that has no other form for one. */
export function denialError(id: RequestId, decision: Decision): JSONRPCErrorResponse {
  return errorOf(id, errorCodes.denied, decision.message, { [decisionKey]: decision });
}

/** A server's answer without a decision of its own making. */
export function withoutForgery(response: JSONRPCResponse): JSONRPCResponse {
  if (isResult(response)) {
    const result = withoutForgedResult(response.result);
    return result === response.result ? response : { ...response, result };
  }
  const error = withoutForgedError(response.error);
  return error === response.error ? response : { ...response, error };
}

/** A server's result without a decision of its own making. */
export function withoutForgedResult(result: Result): Result {
  const _meta = withoutDecision(result._meta);
  return _meta === result._meta ? result : { ...result, _meta };
}

/** A server's error without a decision of its own making. */
export function withoutForgedError(error: ToolError): ToolError {
  const data = withoutDecision(error.data);
  return data === error.data ? error : { ...error, data };
}

function withoutDecision<TValue>(value: TValue): TValue {
  if (property(value, decisionKey) === undefined) return value;
  // fail closed: what was decided is said by the guard alone
  const { [decisionKey]: _forged, ...others } = value as TValue & { readonly [decisionKey]: unknown };
  return others as TValue;
}
