import type { Call, SessionView } from "@forego/core";
import type { AuthZenHost, Caller } from "./caller.ts";
import { type Evaluation, isRecord, type Properties } from "./evaluation.ts";

/** The types of resource that stand for what agents call, each with the phase that it is decided in. */
const phases: Readonly<Record<string, NonNullable<Call["phase"]>>> = {
  tool: "tool_call",
  model: "model_call",
  mcp_resource: "mcp_resource_read",
  mcp_prompt: "mcp_prompt_get",
};

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
  const phase = Object.hasOwn(phases, resource.type) ? phases[resource.type] : undefined;
  const callId = textOf(context, "call_id") ?? requestId;
  const conversation = textOf(context, "conversation_id");
  const server = textOf(resource.properties, "server");
  const model = textOf(resource.properties, "model");
  const fulfils = fulfilsOf(context);
  return {
    host: { caller, subject },
    ...(phase === undefined
      ? generic({ action, resource })
      : { phase, tool: resource.id, args: action.properties ?? {} }),
    // two callers that count alike do not share a call
    ...(callId === undefined ? {} : { callId: JSON.stringify([caller.id, callId]) }),
    ...(conversation === undefined ? {} : { conversationId: JSON.stringify([caller.id, conversation]) }),
    ...(server === undefined || phase === undefined ? {} : { server }),
    ...(model === undefined || phase === undefined ? {} : { model }),
    ...(fulfils.length === 0 ? {} : { fulfils }),
    session: sessionOf(context),
  };
}

function generic({ action, resource }: Pick<Evaluation, "action" | "resource">) {
  return {
    tool: `${resource.type}.${action.name}`,
    args: { id: resource.id, resource: resource.properties ?? {}, action: action.properties ?? {} },
  };
}

/** What the caller says it can do with a call that may only be made in a changed form. */
function fulfilsOf({ fulfils }: Properties): NonNullable<Call["fulfils"]> {
  const known = ["redact", "transform"] as const;
  return Array.isArray(fulfils) ? known.filter((one) => fulfils.includes(one)) : [];
}

/** What the caller knows of the conversation, named as the contract does. */
function sessionOf({ session }: Properties): SessionView {
  const known = isRecord(session) ? session : {};
  const count = (from: string, to: keyof SessionView) => {
    const value = Object.hasOwn(known, from) ? known[from] : undefined;
    return typeof value === "number" ? { [to]: value } : {};
  };
  const { data_classes_seen: seen } = known;
  return {
    ...count("turn_count", "turnCount"),
    ...count("tool_call_count", "toolCallCount"),
    ...count("cumulative_tokens", "cumulativeTokens"),
    ...count("session_age_seconds", "ageSeconds"),
    ...(Array.isArray(seen) ? { dataClassesSeen: seen.filter((one) => typeof one === "string") } : {}),
  };
}

function textOf(properties: Properties | undefined, name: string): string | undefined {
  const value = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
