import { type Admission, type Decision, type Guard, type Settlement, toolFailed } from "@forego/core";
import type { ToolMessage } from "@langchain/core/messages";
import type { Command } from "@langchain/langgraph";
import { ToolInvocationError } from "langchain";
import { denialMessage, errorMessage } from "./denial-message.ts";
import { withContent } from "./result-content.ts";
import { markClasses } from "./seen-classes.ts";
import { settleRun } from "./settle-run.ts";
import { contentAsReturned } from "./settled-results.ts";
import type { LangChainToolCall } from "./to-call.ts";

/** An admitted call on its way to its tool. */
export interface AdmittedRun {
  readonly guard: Pick<Guard<never>, "settle">;
  readonly admission: Admission;
  readonly toolCall: LangChainToolCall;
  readonly signal: AbortSignal | undefined;
  /** What a tool that throws becomes. */
  readonly toolErrors: "message" | "throw";
  readonly run: () => Promise<ToolMessage | Command>;
}

/**
 * Runs an admitted call and settles it. A result that a rule withholds becomes an error message.
 *
 * A tool that throws becomes an error message too, as it does in an agent without middleware: LangChain itself lets it
 * end the run as soon as any middleware wraps tool calls. Where rules speak about the tool's results, the model is not
 * told what was thrown. What must get through does: interrupts, aborts, and arguments that the tool's schema refuses,
 * which LangChain turns into a message of its own.
 */
export async function runAdmitted(admitted: AdmittedRun): Promise<ToolMessage | Command> {
  const { guard, admission, toolCall } = admitted;
  const ran = await settleRun(guard, admission, admitted.run, {
    of: (one) => ({ result: contentAsReturned(one, admission) }),
  });
  const { settlement } = ran;
  if ("error" in ran) {
    const { error } = ran;
    const mustThrow = admitted.signal?.aborted === true || ToolInvocationError.isInstance(error);
    if (mustThrow || admitted.toolErrors === "throw") throw error;
    // fail closed: what a tool throws may hold what it would have returned
    const told = admission.decidesResult ? toolFailed : `${error}\n Please fix your mistakes.`;
    return markClasses(errorMessage(toolCall, told), settlement.dataClasses);
  }
  return handOn(toolCall, ran.result, settlement, admission.decision);
}

/** What may be handed on of a result that was settled. */
export function handOn(
  toolCall: LangChainToolCall,
  result: ToolMessage | Command,
  settlement: Settlement,
  decision: Decision,
): ToolMessage | Command {
  // fail closed: a withheld result leaves nothing behind, and neither does a command that carries it
  if (settlement.withheld) return denialMessage(toolCall, settlement.decision ?? decision);
  const handedOn = "result" in settlement ? withContent(toolCall, result, settlement.result) : result;
  return markClasses(handedOn, settlement.dataClasses);
}
