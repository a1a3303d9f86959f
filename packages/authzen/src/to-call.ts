import type { Call } from "@forego/core";
import type { AuthZenHost, Caller } from "./caller.ts";
import type { Evaluation } from "./evaluation.ts";

/**
 * Makes a call of a question. A resource of the type `tool`, `model`, `mcp_resource` or `mcp_prompt` is what is called,
 * by its id, with the action's properties as arguments. Any other is a tool that is named `<type>.<action>`, with the
 * arguments `id`, `resource` and `action`: the resource's id, and the properties of both.
 *
 * @param requestId identifies the request: the call, unless `context.call_id` does.
 */
export function toCall(
  { subject, action, resource, context }: Evaluation,
  caller: Caller,
  requestId: string | undefined,
): Call<AuthZenHost> {
  const { phase, server, model } = resource;
  const { callId = requestId, conversationId, fulfils, session } = context;
  return {
    host: { caller, subject },
    ...(phase === undefined
      ? generic({ action, resource })
      : { phase, tool: resource.id, args: action.properties ?? {} }),
    // two callers that count alike do not share a call
    ...(callId === undefined ? {} : { callId: JSON.stringify([caller.id, callId]) }),
    ...(conversationId === undefined ? {} : { conversationId: JSON.stringify([caller.id, conversationId]) }),
    ...(server === undefined ? {} : { server }),
    ...(model === undefined ? {} : { model }),
    ...(fulfils === undefined ? {} : { fulfils }),
    ...(session === undefined ? {} : { session }),
  };
}

function generic({ action, resource }: Pick<Evaluation, "action" | "resource">) {
  return {
    tool: `${resource.type}.${action.name}`,
    args: { id: resource.id, resource: resource.properties ?? {}, action: action.properties ?? {} },
  };
}
