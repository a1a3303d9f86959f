import type { Guard } from "@forego/core";
import { AIMessage, type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { type AnyAgentMiddleware, createMiddleware } from "langchain";
import { z } from "zod";
import { type AskedCall, askPeople } from "./ask-people.ts";
import { denialMessage } from "./denial-message.ts";
import { guardModelCall } from "./guard-model-call.ts";
import { hideTools } from "./hide-tools.ts";
import { type LangChainHost, type LangChainRuntime, runInside, withFullContext } from "./langchain-host.ts";
import { runWithPermit } from "./permit.ts";
import { reportDecision } from "./report-decision.ts";
import { runAdmitted } from "./run-admitted.ts";
import { createSealedCalls, type SealedCalls } from "./sealed-calls.ts";
import { toCall } from "./to-call.ts";

/** How the guard is put before an agent. */
export interface ForegoMiddlewareOptions<TInside extends readonly AnyAgentMiddleware[]> {
  /**
   * The agent's other middleware: it runs between gate and seal, so that what it changes of a call after the decision
   * is noticed, and what it retries is decided once. Defaults to none.
   */
  readonly inside?: TInside;
  /** What a tool that throws becomes: an error message to the model (the default), or a failed run. */
  readonly toolErrors?: "message" | "throw";
  /** Whether the model is not shown the tools whose calls would be denied whatever their arguments. Defaults to `true`. */
  readonly hideTools?: boolean;
}

type Asker = ReturnType<typeof createAsker>;
type Gate = ReturnType<typeof createGate>;
type Seal = ReturnType<typeof createSeal>;

/**
 * Puts a guard before every tool call of a LangChain agent: hand the answer to `createAgent` as its `middleware`.
 *
 * A denied call comes back to the model as an error message with the reasons; its siblings run. A call that needs
 * approval interrupts the run, before anything of the turn has run. Never throws at decision time: trouble denies.
 */
export function foregoMiddleware<const TInside extends readonly AnyAgentMiddleware[] = readonly []>(
  guard: Guard<LangChainHost>,
  options: ForegoMiddlewareOptions<TInside> = {},
): readonly [Asker, Gate, ...TInside, Seal] {
  const calls = createSealedCalls();
  const inside = options.inside ?? ([] as unknown as TInside);
  const gate = createGate(guard, calls, options.toolErrors ?? "message");
  return [createAsker(guard), gate, ...inside, createSeal(guard, calls, options.hideTools ?? true)];
}

/** The requests that people are asked to answer, from the step that opens them to the one that waits for the answer. */
const stateSchema = z.object({ _foregoAsked: z.array(z.string()).optional() });

/** The outermost middleware, whose hook comes last after the model's answer: waits for people. */
function createAsker(guard: Guard<LangChainHost>) {
  return createMiddleware({
    name: "ForegoAsker",
    stateSchema,
    afterModel: async ({ messages, _foregoAsked: shown = [] }, runtime) => {
      if (shown.length === 0) return undefined;
      const asked = await proposeAll(guard, messages, withFullContext(runtime));
      if (asked.length === 0) return undefined;
      const refusals = await askPeople(guard, asked, shown);
      return refusals.length === 0 ? undefined : { messages: refusals };
    },
  });
}

/** Opens the requests of a turn, and admits each call before it runs. */
function createGate(guard: Guard<LangChainHost>, calls: SealedCalls, toolErrors: "message" | "throw") {
  return createMiddleware({
    name: "ForegoGate",
    stateSchema,
    afterModel: async ({ messages, _foregoAsked: before = [] }, runtime) => {
      const asked = await proposeAll(guard, messages, withFullContext(runtime));
      const requests = asked.flatMap(({ proposal }) => proposal.requests);
      const isNone = requests.length === 0 && before.length === 0;
      return isNone ? undefined : { _foregoAsked: requests.map(({ id }) => id) };
    },
    wrapToolCall: async (request, handler) => {
      const { toolCall, runtime, state, tool } = request;
      const call = toCall(toolCall, state.messages, runtime);
      const admission = await guard.admit(call);
      reportDecision(runtime, toolCall, admission.decision);
      // fail closed: only an allow runs
      if (!admission.decision.allow) return denialMessage(toolCall, admission.decision);
      const { args } = admission;
      // what rules make of a call is what was decided, and what runs
      const admitted = args === undefined ? request : { ...request, toolCall: { ...toolCall, args } };
      calls.seal(runtime, admitted.toolCall, tool);
      const run = () => runInside(call.host, async () => handler(admitted));
      return runAdmitted({ guard, admission, toolCall, signal: runtime.signal, toolErrors, run });
    },
  });
}

/** The innermost middleware: runs only what the gate admitted, unchanged, and sees the model calls that are really made. */
function createSeal(guard: Guard<LangChainHost>, calls: SealedCalls, hidesTools: boolean) {
  return createMiddleware({
    name: "ForegoSeal",
    wrapModelCall: async (request, handler) => {
      const shown = hidesTools ? await hideTools(guard, request) : request;
      return guardModelCall(guard, shown, handler);
    },
    wrapToolCall: async (request, handler) => {
      const { toolCall, runtime, state, tool } = request;
      if (calls.isIntact(runtime, toolCall, tool)) {
        return runWithPermit(async () => handler(request), { guard, toolCall });
      }
      // fail closed: a call that changed after its decision has not been decided
      const decision = await guard.deny(toCall(toolCall, state.messages, runtime), "forego.call_changed");
      reportDecision(runtime, toolCall, decision);
      return denialMessage(toolCall, decision);
    },
  });
}

/** Proposes all calls of the last answer that have no result yet; those that wait for somebody are asked about. */
async function proposeAll(
  guard: Guard<LangChainHost>,
  messages: readonly BaseMessage[],
  runtime: LangChainRuntime,
): Promise<readonly AskedCall[]> {
  const last = messages.findLastIndex((message) => AIMessage.isInstance(message));
  const answer = messages[last];
  if (!AIMessage.isInstance(answer)) return [];
  const answered = new Set(
    messages
      .slice(last)
      .flatMap((message) => (ToolMessage.isInstance(message) ? [message.tool_call_id] : [])),
  );
  const asked: AskedCall[] = [];
  for (const toolCall of answer.tool_calls ?? []) {
    if (toolCall.id !== undefined && answered.has(toolCall.id)) continue;
    const call = toCall(toolCall, messages, runtime);
    const proposal = await guard.propose(call);
    if (proposal.requests.length > 0) asked.push({ toolCall, call, proposal });
  }
  return asked;
}
