import {
  type Call,
  type Decision,
  ForegoError,
  type Guard,
  type SessionView,
  sameAsJson,
} from "@forego/core";
import type { AiSdkHost } from "./ai-sdk-host.ts";
import {
  type Conversation,
  type ConversationOptions,
  createConversation,
  placeOf,
  withMemory,
} from "./conversation.ts";
import {
  type ApprovedCall,
  approvedCalls,
  isGoingOn,
  nameRequests,
  type ReadableMessage,
  readMessages,
  readSession,
} from "./read-messages.ts";

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
 * That package asks before tools run, and nobody asks again when they do: a call is charged when it is allowed, and one
 * that fails gives nothing back. What rules would redact or transform, and tools whose results they decide, are denied
 * (`forego.obligation_unfulfilled`). An approval counts for the guard's requests that it was shown, once, and only as
 * what the identity may grant; where the input has no messages, nobody can be asked. {@link guardTools} does all of it.
 *
 * @throws ForegoError FG4201, as a rejection, for another path.
 */
export function toPolicyClient<TContext = unknown>(
  guard: Guard<AiSdkHost<TContext>>,
  { tools = [], ...options }: PolicyClientOptions<TContext> = {},
): PolicyClient {
  const conversation = createConversation(guard, options);
  /** What messages tell of it: nothing where they are none, so that rules that count them cannot be checked. */
  const sessionOf = (messages: unknown, read: (messages: readonly ReadableMessage[]) => SessionView) =>
    withMemory(conversation, areReadable(messages) ? read(messages) : {});
  return {
    async evaluate<TInput, TResult>(path: string, input: TInput): Promise<TResult> {
      const { tool, args, messages } = (input ?? {}) as OpaInput;
      if (path === "forego/tools") {
        const session = sessionOf(messages, readMessages);
        const offer = await conversation.guard.offer({ ...placeOf(conversation), session, tools });
        return [...offer.tools] as TResult;
      }
      if (path !== "forego/decision") throw unknownPath(path);
      const session = sessionOf(messages, (readable) => readSession(undefined, readable));
      // what is no name is denied as such
      const call = { ...placeOf(conversation), session, tool: tool?.name as string, args };
      return (await decideCall(conversation, call, messages)) as TResult;
    },
  };
}

/** An answer that `@ai-sdk/policy-opa` understands. */
interface PolicyAnswer {
  readonly decision: "allow" | "deny" | "requires-approval";
  readonly reason: string;
}

/** Decides a call for whoever hears the decision and nothing else, and charges it when it is allowed. */
async function decideCall(
  { guard, host }: Conversation,
  call: Call<AiSdkHost>,
  messages: unknown,
): Promise<PolicyAnswer> {
  if (guard.decidesResults(call.tool)) {
    // fail closed: what the tool returns does not come here, so that nobody could keep it back
    return deny(await guard.decide(call));
  }
  const { decision, requests } = await guard.propose(call);
  if (decision.effect === "deny") return deny(decision);
  const readable = areReadable(messages) ? messages : [];
  // fail closed: the SDK would take the same answer for a yes where it goes on with a call, which messages alone tell
  const mayAsk = readable === messages && !isGoingOn(readable);
  if (requests.length > 0 && mayAsk)
    return { decision: "requires-approval", reason: nameRequests(decision.message, requests) };
  const shown = approvedCalls(readable).filter((one) => isAbout(one, call));
  for (const { id } of requests) {
    // fail closed: an approval in the history counts for the requests that it was shown, once, and for no others
    if (shown.some((one) => one.requests.includes(id))) await guard.answer(id, true, host);
  }
  const admission = await guard.admit(call);
  if (!admission.decision.allow) return deny(admission.decision);
  await guard.settle(admission, { result: null, isAhead: true });
  return { decision: "allow", reason: admission.decision.message };
}

function deny({ message }: Decision): PolicyAnswer {
  return { decision: "deny", reason: message };
}

function isAbout({ toolName, input }: ApprovedCall, { tool, args }: Call): boolean {
  return toolName === tool && sameAsJson(input, args);
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

function unknownPath(path: string): ForegoError {
  return new ForegoError(
    "FG4201",
    `The policy client has no entrypoint ${JSON.stringify(path)}.`,
    "ask for 'forego/decision' or 'forego/tools'.",
  );
}
