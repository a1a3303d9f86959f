import type { Decision } from "@forego/core";
import type { CallToolResult, JSONRPCErrorResponse, RequestId } from "@modelcontextprotocol/sdk/types.js";
import { errorCodes, errorOf } from "./json-rpc.ts";

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
