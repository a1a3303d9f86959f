import type { Admission, Guard } from "@forego/core";
import { ToolMessage } from "@langchain/core/messages";
import { type Command, isCommand, isGraphBubbleUp } from "@langchain/langgraph";
import { ToolInvocationError } from "langchain";
import { denialMessage, errorMessage } from "./denial-message.ts";
import type { LangChainHost } from "./langchain-host.ts";
import type { LangChainToolCall } from "./to-call.ts";

/** An admitted call on its way to its tool. */
export interface AdmittedRun {
  readonly guard: Guard<LangChainHost>;
  readonly admission: Admission;
  readonly toolCall: LangChainToolCall;
  readonly signal: AbortSignal | undefined;
  /** What a tool that throws becomes. */
  readonly toolErrors: "message" | "throw";
  readonly run: () => ToolMessage | Command | Promise<ToolMessage | Command>;
}

/**
 * Runs an admitted call and settles it. A result that a rule withholds becomes an error message.
 *
 * A tool that throws becomes an error message too, as it does in an agent without middleware: LangChain itself lets it
 * end the run as soon as any middleware wraps tool calls. What must get through does: interrupts, aborts, and
 * arguments that the tool's schema refuses, which LangChain turns into a message of its own.
 */
export async function runAdmitted(admitted: AdmittedRun): Promise<ToolMessage | Command> {
  const { guard, admission, toolCall } = admitted;
  let result: ToolMessage | Command;
  try {
    result = await admitted.run();
  } catch (error) {
    // suspended, not ended: the call comes back when the graph is resumed
    if (isGraphBubbleUp(error)) throw error;
    await guard.settle(admission, { error });
    const mustThrow = admitted.signal?.aborted === true || ToolInvocationError.isInstance(error);
    if (mustThrow || admitted.toolErrors === "throw") throw error;
    return errorMessage(toolCall, `${error}\n Please fix your mistakes.`);
  }
  const settled = await guard.settle(admission, { result: contentOf(result) });
  // fail closed: a withheld result leaves nothing behind, and neither does a command that carries it
  if (settled.withheld) return denialMessage(toolCall, settled.decision ?? admission.decision);
  return "result" in settled ? withContent(toolCall, result, settled.result) : result;
}

/** The message with what rules left of its content. Its artifact goes: it may hold the same values. */
function withContent(
  toolCall: LangChainToolCall,
  result: ToolMessage | Command,
  content: unknown,
): ToolMessage {
  const status = isCommand(result) ? undefined : result.status;
  return new ToolMessage({
    tool_call_id: toolCall.id ?? "",
    name: toolCall.name,
    ...(status === undefined ? {} : { status }),
    content: content as ToolMessage["content"],
  });
}

/** What the model would read. A command with one message is to rules what that message is without the command. */
function contentOf(result: ToolMessage | Command): unknown {
  if (!isCommand(result)) return result.content;
  const contents = messagesOf(result).map((message) =>
    typeof message === "object" && message !== null && "content" in message ? message.content : message,
  );
  return contents.length === 1 ? contents[0] : contents;
}

/** The messages of a command, in every form that LangGraph takes: a record or pairs, a list or a single message. */
function messagesOf({ update }: Command): readonly unknown[] {
  const entries: readonly unknown[] = Array.isArray(update) ? update : Object.entries(update ?? {});
  return entries.flatMap((entry) => (Array.isArray(entry) && entry[0] === "messages" ? entry[1] : []));
}
