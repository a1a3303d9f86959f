import type { Guard } from "@forego/core";
import type { Tool, ToolApprovalConfiguration, ToolApprovalStatus, ToolSet } from "ai";
import type { AiSdkHost } from "./ai-sdk-host.ts";
import { type Conversation, type ConversationOptions, createConversation, toCall } from "./conversation.ts";
import { guardExecute } from "./guard-execute.ts";
import { type OwnQuestion, ownApproval } from "./own-approval.ts";
import { findApproval, nameRequests } from "./read-messages.ts";
import { isBinding, keepCaller } from "./tool-caller.ts";

/** How tools are guarded. */
export interface GuardToolsOptions<TContext = unknown> extends ConversationOptions<TContext> {
  /**
   * Names of tools whose `execute` is a plain function that returns a stream of preliminary results. They are decided
   * at once: `identify` and the facts of their rules must not need to wait. Async generator functions need no entry.
   */
  readonly streamingTools?: readonly string[];
}

/** Tools and their approval function: spread both into `generateText`, `streamText` or `ToolLoopAgent`. */
export interface GuardedTools<TTools extends ToolSet> {
  readonly tools: TTools;
  readonly toolApproval: ToolApprovalConfiguration<TTools, unknown>;
}

/**
 * Puts a guard before every tool of a run. The wrapped `execute` is what enforces, and covers nested and code-mode
 * calls; `toolApproval` lets denials and approvals take the SDK's own form. A tool's own `needsApproval` stays.
 *
 * Denials throw {@link PolicyDeniedError} inside the tool, which the SDK tells the model as a tool error. Deciding
 * itself never throws.
 */
export function guardTools<TTools extends ToolSet, TContext = unknown>(
  guard: Guard<AiSdkHost<TContext>>,
  tools: TTools,
  options: GuardToolsOptions<TContext> = {},
): GuardedTools<TTools> {
  return guardConversationTools(createConversation(guard, options), tools, options.streamingTools ?? []);
}

/** As {@link guardTools}, for a conversation that a model shares. */
export function guardConversationTools<TTools extends ToolSet>(
  conversation: Conversation,
  tools: TTools,
  streamingTools: readonly string[],
): GuardedTools<TTools> {
  const known = new Map<string, Tool>(Object.entries(tools));
  const guard = (name: string, tool: Tool): Tool => {
    const guardBound = (bound: Tool) => guard(name, bound);
    // tools that run elsewhere, in the browser or at the provider, have nothing to wrap, but what is bound in their place
    if (tool.execute === undefined) return keepCaller(tool, copyTool(tool), guardBound);
    const isStreaming = streamingTools.includes(name);
    const execute = tool.execute.bind(tool);
    const guarded = guardExecute({ name, schema: tool.inputSchema, execute, conversation, isStreaming });
    return keepCaller(tool, copyTool(tool, { execute: guarded }), guardBound);
  };
  const guarded = [...known].map(([name, tool]) => [name, guard(name, tool)] as const);
  return {
    // each tool keeps its type: only what stands behind `execute` is another function
    tools: Object.fromEntries(guarded) as TTools,
    toolApproval: ({ toolCall, messages, toolsContext }) => {
      const tool = known.get(toolCall.toolName);
      const context = (toolsContext as Readonly<Record<string, unknown>> | undefined)?.[toolCall.toolName];
      return approvalStatus({ conversation, toolCall, tool, messages, context });
    },
  };
}

/** Another tool with what the tool has, also by its class, but for what is changed. */
function copyTool(tool: Tool, changed: Pick<Tool, "execute"> = {}): Tool {
  const own = Object.getOwnPropertyDescriptors({ ...tool, ...changed });
  return Object.create(Object.getPrototypeOf(tool), own);
}

interface ApprovalQuestion extends OwnQuestion {
  readonly conversation: Conversation;
}

async function approvalStatus(question: ApprovalQuestion): Promise<ToolApprovalStatus> {
  const { conversation, toolCall, tool, messages } = question;
  const { guard, host } = conversation;
  // a tool that runs elsewhere is never admitted by its wrapper: what is decided here stands
  const runsHere = tool?.execute !== undefined;
  // what the provider ran within the model's answer was admitted with that answer
  const hasRun = toolCall.providerExecuted === true;
  const call = toCall(toolCall, messages, conversation);
  // fail closed: what runs elsewhere is given the arguments of the model, and hands its result on by itself
  const made = runsHere || hasRun || isBinding(tool) ? call : { ...call, fulfils: [] };
  const approval = findApproval(toolCall.toolCallId, messages);
  const { decision, requests } = await guard.propose(made);
  if (decision.effect === "deny") return { type: "denied", reason: decision.message };
  if (approval === undefined) {
    if (requests.length > 0)
      return { type: "user-approval", reason: nameRequests(decision.message, requests) };
    const own = await ownApproval(question);
    // whom the tool itself would ask first is asked before anything is charged
    if (runsHere || hasRun || own !== "not-applicable") return own;
  }
  for (const { id } of requests) {
    // fail closed: an approval in the history counts for the requests that it was shown, once, and for no others
    if (approval?.requests.includes(id) === true) await guard.answer(id, true, host);
  }
  if (runsHere || (hasRun && decision.allow)) return "not-applicable";
  const { decision: final } = await guard.admit(made);
  return final.allow ? "not-applicable" : { type: "denied", reason: final.message };
}
