import type { Call, Guard } from "@forego/core";
import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { property } from "./json-rpc.ts";
import type { McpHost } from "./mcp-host.ts";
import type { CallPlace } from "./to-call.ts";

/** Which model the client will use for a server, nobody says: what a server hints at is not it. */
const model = "unknown";

/** Whether rules speak about a server's request: one for a sample, as they do about calls of models. */
export function isDecidedSample(guard: Guard<McpHost>, { method }: JSONRPCRequest): boolean {
  return method === "sampling/createMessage" && guard.decidesModel(model);
}

/** A server's request for a sample, as a call of the client's model. */
export function toModelCall({ params }: JSONRPCRequest, place: CallPlace): Call<McpHost> {
  const most = property(params, "maxTokens");
  const tools = property(params, "tools");
  return {
    ...place,
    phase: "model_call",
    server: place.host.server,
    tool: model,
    model,
    args: {
      input_tokens: estimateTokens([property(params, "messages"), property(params, "systemPrompt"), tools]),
      ...(Number.isSafeInteger(most) ? { max_output_tokens: most } : {}),
      tools: Array.isArray(tools) ? tools.map((tool: unknown) => String(property(tool, "name"))) : [],
    },
  };
}

/** Four characters a token, as is usual where no tokenizer is at hand. */
function estimateTokens(values: readonly unknown[]): number {
  return Math.ceil(JSON.stringify(values.filter((value) => value !== undefined)).length / 4);
}
