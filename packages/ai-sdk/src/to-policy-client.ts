import { ForegoError, type Guard, type SessionView } from "@forego/core";
import type { AiSdkHost } from "./ai-sdk-host.ts";
import { type ConversationOptions, createConversation, placeOf, withMemory } from "./conversation.ts";
import { type ReadableMessage, readMessages, readSession } from "./read-messages.ts";

/** The interface by which `@ai-sdk/policy-opa` asks an engine. */
export interface PolicyClient {
  evaluate<TInput = unknown, TResult = unknown>(path: string, input: TInput): Promise<TResult>;
}

/** What a policy client answers for. */
export interface PolicyClientOptions<TContext = unknown> extends ConversationOptions<TContext> {
  /** The tools that `forego/tools` chooses from. */
  readonly tools?: readonly string[];
}

/**
 * A guard as the engine of `@ai-sdk/policy-opa`, so that its `opaPolicy()`, `shadow()`, `wrapMcpTools()` and
 * `opaCapabilityMiddleware()` run on releases of Forego. `forego/decision` answers `{ decision, reason }` for one call,
 * `forego/tools` the names of the tools that may be shown. Who calls is up to `context`, never to what the SDK hands over.
 *
 * That package asks before tools run, and nobody asks again when they do: approvals are the SDK's own, limits are
 * neither asked nor charged, and the conversation does not remember the data classes of its calls. What rules would redact or transform, and tools whose results they decide, are denied
 * (`forego.obligation_unfulfilled`). {@link guardTools} does all of it.
 *
 * @throws ForegoError FG4201, as a rejection, for another path.
 */
export function toPolicyClient<TContext = unknown>(
  guard: Guard<AiSdkHost<TContext>>,
  { tools = [], ...options }: PolicyClientOptions<TContext> = {},
): PolicyClient {
  const conversation = createConversation(guard, options);
  const { guard: any } = conversation;
  /** What messages tell of it: nothing where they are none, so that rules that count them cannot be checked. */
  const sessionOf = (messages: unknown, read: (messages: readonly ReadableMessage[]) => SessionView) =>
    withMemory(conversation, areReadable(messages) ? read(messages) : {});
  return {
    async evaluate<TInput, TResult>(path: string, input: TInput): Promise<TResult> {
      const { tool, args, messages } = (input ?? {}) as OpaInput;
      if (path === "forego/tools") {
        const session = sessionOf(messages, readMessages);
        const offer = await any.offer({ ...placeOf(conversation), session, tools });
        return [...offer.tools] as TResult;
      }
      if (path !== "forego/decision") throw unknownPath(path);
      const session = sessionOf(messages, (readable) => readSession(undefined, readable));
      // what is no name is denied as such
      const call = { ...placeOf(conversation), session, tool: tool?.name as string, args };
      const { effect, message } = await any.decide(call);
      return { decision: decisions[effect], reason: message } as TResult;
    },
  };
}

/** The input of `@ai-sdk/policy-opa`, unless the application makes another of it. */
interface OpaInput {
  readonly tool?: { readonly name?: unknown };
  readonly args?: unknown;
  readonly messages?: unknown;
}

function areReadable(messages: unknown): messages is readonly ReadableMessage[] {
  return Array.isArray(messages) && messages.every(isReadable);
}

function isReadable(message: unknown): message is ReadableMessage {
  const { role, content } = (message ?? {}) as Partial<ReadableMessage>;
  if (typeof role !== "string") return false;
  return (
    typeof content === "string" || (Array.isArray(content) && content.every((part) => part instanceof Object))
  );
}

const decisions = { allow: "allow", deny: "deny", require_approval: "requires-approval" } as const;

function unknownPath(path: string): ForegoError {
  return new ForegoError(
    "FG4201",
    `The policy client has no entrypoint ${JSON.stringify(path)}.`,
    "ask for 'forego/decision' or 'forego/tools'.",
  );
}
