import { type Decision, type Guard, textOfContent, toolFailed } from "@forego/core";
import { type BaseMessage, ToolMessage } from "@langchain/core/messages";
import type { RunnableToolLike } from "@langchain/core/runnables";
import { isRunnableToolLike, type StructuredToolInterface } from "@langchain/core/tools";
import { isCommand } from "@langchain/langgraph";
import { admitCall } from "../admit-call.ts";
import { denialMessage } from "../denial-message.ts";
import { type LangChainHost, runInside } from "../langchain-host.ts";
import { reportDecision } from "../report-decision.ts";
import { decideResult, decideThrown, type ReturnedCall } from "../results/decide-result.ts";
import { toMessage } from "../results/result-content.ts";
import { settleRun } from "../results/settle-run.ts";
import { type LangChainToolCall, toCall } from "../to-call.ts";
import {
  asCallable,
  type CallableTool,
  deriveTool,
  formed,
  type ToolConfig,
  type ToolRun,
} from "./derived-tool.ts";
import { isStreaming } from "./held-tool.ts";
import { isAdmitted } from "./permit.ts";
import { asArgs } from "./tool-args.ts";

/**
 * Puts a guard before a tool itself, for calls outside of `createAgent`: a `ToolNode`, a `StateGraph`, a loop over
 * `bindTools`, code that calls `invoke`. Decides on the arguments as the tool's schema parsed them, whichever of its
 * methods is called, and never throws at decision time.
 *
 * A denial is a message with status `error` where the call has an id, and the decision's sentence where it has none.
 * A call that needs approval is denied, with the requests in the message's artifact: once somebody has answered them
 * by `guard.answer`, the same call of the same person is allowed, once.
 */
export function guardTool<TTool extends StructuredToolInterface>(
  guard: Guard<LangChainHost>,
  tool: TTool,
): TTool;
/** A runnable that was made a tool becomes one like the others. */
export function guardTool(guard: Guard<LangChainHost>, tool: RunnableToolLike): StructuredToolInterface;
export function guardTool(
  guard: Guard<LangChainHost>,
  tool: StructuredToolInterface | RunnableToolLike,
): StructuredToolInterface {
  const original = asCallable(tool);
  const derived = deriveTool(original, {
    run: (args, config, run) => callGuarded(guard, original, args, config, run),
  });
  return derived as unknown as StructuredToolInterface;
}

/** {@link guardTool} for a list of tools; those that the model's provider runs are handed back as they are. */
export function guardTools<TTool extends object>(
  guard: Guard<LangChainHost>,
  tools: readonly TTool[],
): TTool[] {
  return tools.map((tool) => {
    const runsHere = isRunnableToolLike(tool) || "_call" in tool;
    return runsHere
      ? (guardTool(guard, tool as unknown as StructuredToolInterface) as unknown as TTool)
      : tool;
  });
}

async function callGuarded(
  guard: Guard<LangChainHost>,
  tool: CallableTool,
  args: unknown,
  config: ToolConfig,
  run: ToolRun,
): Promise<unknown> {
  // tools of a single text take it bare
  const isText = typeof args === "string";
  const id = config.toolCall?.id;
  const toolCall = {
    ...(id === undefined ? {} : { id }),
    name: tool.name,
    args: asArgs(args),
  };
  // what its gate holds back, it holds back itself, under the release that admitted the call
  if (isAdmitted(guard, toolCall)) return run(args, false);
  const call = toCall(toolCall, messagesOf(config), config, {});
  const admission = await admitCall(guard, call);
  reportDecision(config, toolCall, admission.decision);
  // fail closed: only an allow runs
  if (!admission.decision.allow)
    return formed(tool, denial(toolCall, admission.decision, admission.requests));
  const changed = isText ? admission.args?.input : admission.args;
  const output = runInside(call.host, async () => run(changed ?? args, admission.decidesResult));
  const guarded = { guard, admission, tool, toolCall, before: messagesOf(config) };
  const parts = await output.catch(() => undefined);
  return isStreaming(parts) ? settleLast(guarded, parts) : settle(guarded, () => output);
}

/** A call of a guarded tool that has been admitted. */
interface GuardedCall extends ReturnedCall {
  readonly tool: CallableTool;
}

/** Settles a call with what its tool returned, or threw; answers with what may be handed on. */
async function settle(guarded: GuardedCall, output: () => Promise<unknown>): Promise<unknown> {
  const { guard, admission, tool, toolCall } = guarded;
  const run = async () => {
    const returned = await output();
    // a message keeps the classes of what was seen
    return toolCall.id === undefined ? returned : toMessage(tool, toolCall, returned);
  };
  const ran = await settleRun(guard, admission, run, {
    end: (result) => handedOn(guarded, result),
    ofCommand: async (thrown) => formed(tool, await decideThrown(guarded, thrown)),
  });
  if ("end" in ran) return ran.end;
  // fail closed: what a tool throws may hold what it would have returned
  throw admission.decidesResult ? new Error(toolFailed) : ran.error;
}

/** Hands on what a tool streams, and settles what it returns in the end. */
async function* settleLast(
  guarded: GuardedCall,
  parts: AsyncGenerator<unknown>,
): AsyncGenerator<unknown, unknown> {
  let last: Promise<unknown>;
  try {
    last = Promise.resolve(yield* parts);
  } catch (error) {
    last = Promise.reject(error);
  }
  return settle(guarded, () => last);
}

async function handedOn(guarded: GuardedCall, result: unknown): Promise<unknown> {
  const { guard, tool, toolCall, admission } = guarded;
  const content = contentOf(tool, result);
  if (ToolMessage.isInstance(content) || isCommand(content))
    return formed(tool, await decideResult(guarded, content));
  const settlement = await guard.settle(admission, { result: textOfContent(content) ?? content });
  // fail closed: a withheld result leaves nothing behind
  if (settlement.withheld) return formed(tool, denial(toolCall, settlement.decision ?? admission.decision));
  // artifacts go: they may hold the same values
  return "result" in settlement ? formed(tool, settlement.result) : result;
}

/** What a tool returned, without its artifact: LangChain hands none to a call without an id. */
function contentOf({ responseFormat }: CallableTool, output: unknown): unknown {
  return responseFormat === "content_and_artifact" && Array.isArray(output) ? output[0] : output;
}

function denial(
  toolCall: LangChainToolCall,
  decision: Decision,
  requests: readonly { readonly id: string }[] = [],
): ToolMessage | string {
  if (toolCall.id === undefined) return decision.message;
  const message = denialMessage(toolCall, decision);
  if (requests.length > 0) message.artifact = { ...message.artifact, requests };
  return message;
}

function messagesOf({ state }: ToolConfig): readonly BaseMessage[] | undefined {
  const messages: unknown = Array.isArray(state)
    ? state
    : (state as { messages?: unknown } | undefined)?.messages;
  return Array.isArray(messages) ? messages : undefined;
}
