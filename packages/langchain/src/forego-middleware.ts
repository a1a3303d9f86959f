import type { Guard } from "@forego/core";
import { type AnyAgentMiddleware, createMiddleware } from "langchain";
import { admitCall } from "./admit-call.ts";
import { askPeople } from "./approvals/ask-people.ts";
import { noteAsked } from "./approvals/asked-calls.ts";
import { denialMessage } from "./denial-message.ts";
import { type LangChainHost, runInside } from "./langchain-host.ts";
import { guardModelCall } from "./models/guard-model-call.ts";
import { hideTools } from "./models/hide-tools.ts";
import { callingMessageOf } from "./models/model-answer.ts";
import { reportDecision } from "./report-decision.ts";
import { runAdmitted } from "./results/run-admitted.ts";
import { toCall } from "./to-call.ts";
import { sealTool } from "./tools/seal-tool.ts";
import { createSealedCalls, type SealedCalls } from "./tools/sealed-calls.ts";
import { copyPlain, parseArgs, parseChanged } from "./tools/tool-args.ts";

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

type Gate = ReturnType<typeof createGate>;
type Seal = ReturnType<typeof createSeal>;

/**
 * Puts a guard before every tool call of a LangChain agent: hand the answer to `createAgent` as its `middleware`.
 *
 * A denied call comes back to the model as an error message with the reasons; its siblings run. A call that needs
 * approval interrupts the run, and its siblings run meanwhile. Never throws at decision time: trouble denies.
 */
export function foregoMiddleware<const TInside extends readonly AnyAgentMiddleware[] = readonly []>(
  guard: Guard<LangChainHost>,
  options: ForegoMiddlewareOptions<TInside> = {},
): readonly [Gate, ...TInside, Seal] {
  const calls = createSealedCalls();
  const inside = options.inside ?? ([] as unknown as TInside);
  const gate = createGate(guard, calls, options.toolErrors ?? "message");
  return [gate, ...inside, createSeal(guard, calls, options.hideTools ?? true)];
}

/** The outermost middleware: notes who must be asked about a model's answer, and admits each call before it runs. */
function createGate(guard: Guard<LangChainHost>, calls: SealedCalls, toolErrors: "message" | "throw") {
  return createMiddleware({
    name: "ForegoGate",
    // hooks of the model's step cost nothing; one that comes after it is a step of its own, for every answer
    wrapModelCall: async (request, handler) => {
      const answer = await handler(request);
      const calling = callingMessageOf(answer);
      if (calling !== undefined) await noteAsked(guard, calling, request);
      return answer;
    },
    wrapToolCall: async (request, handler) => {
      const { toolCall, runtime, state, tool } = request;
      const parsed = await parseArgs(tool, toolCall.args);
      const call = toCall({ ...toolCall, args: parsed.args }, state.messages, runtime, runtime);
      const answer = await askPeople(guard, { call, toolCall, messages: state.messages });
      const admission = await admitCall(guard, call, answer?.isRefused);
      reportDecision(runtime, toolCall, admission.decision);
      // fail closed: only an allow runs
      if (!admission.decision.allow) return denialMessage(toolCall, admission.decision, answer?.remark);
      // what rules make of a call is what was decided, and what runs
      const { args } = admission;
      const admitted = args === undefined ? parsed : await parseChanged(tool, args);
      const decided = { ...toolCall, args: copyPlain(admitted.args) as typeof toolCall.args };
      const own = { ...toolCall, args: copyPlain(admitted.args) };
      const before = state.messages;
      calls.seal(runtime, { toolCall: own, admitted, tool, admission, before });
      const run = () => runInside(call.host, async () => handler({ ...request, toolCall: decided }));
      return runAdmitted({ guard, admission, toolCall, before, signal: runtime.signal, toolErrors, run });
    },
  });
}

/**
 * The innermost middleware: hands on only what the gate admitted, as a tool that runs with nothing else, and sees the
 * model calls that are really made.
 */
function createSeal(guard: Guard<LangChainHost>, calls: SealedCalls, hidesTools: boolean) {
  return createMiddleware({
    name: "ForegoSeal",
    wrapModelCall: async (request, handler) => {
      const shown = hidesTools ? await hideTools(guard, request) : request;
      return guardModelCall(guard, shown, handler);
    },
    wrapToolCall: async (request, handler) => {
      const { toolCall, runtime, state, tool } = request;
      const deny = async (cause: string) => {
        const call = toCall(toolCall, state.messages, runtime);
        const decision = await guard.deny(call, "forego.call_changed", cause);
        reportDecision(runtime, toolCall, decision);
        return denialMessage(toolCall, decision);
      };
      const sealed = calls.open(runtime, toolCall, tool);
      // fail closed: a call that changed after its decision has not been decided
      if (sealed === undefined) return deny("no gate admitted it as it came to the seal");
      const changed = { ...request, toolCall: sealed.toolCall };
      return handler(
        tool === undefined ? changed : { ...changed, tool: sealTool(guard, tool, sealed, deny) },
      );
    },
  });
}
