import { toolFailed } from "@forego/core";
import { ToolInvocationError } from "langchain";
import { errorMessage } from "../denial-message.ts";
import { decideResult, decideThrown, type ReturnedCall } from "./decide-result.ts";
import type { ToolResult } from "./result-parts.ts";
import { markClasses } from "./seen-classes.ts";
import { settleRun } from "./settle-run.ts";

/** An admitted call on its way to its tool. */
export interface AdmittedRun extends ReturnedCall {
  readonly signal: AbortSignal | undefined;
  /** What a tool that throws becomes. */
  readonly toolErrors: "message" | "throw";
  readonly run: () => Promise<ToolResult>;
}

/**
 * Runs an admitted call and settles it. A result that a rule withholds becomes an error message.
 *
 * A tool that throws becomes an error message too, as it does in an agent without middleware: LangChain itself lets it
 * end the run as soon as any middleware wraps tool calls. Where rules speak about the tool's results, the model is not
 * told what was thrown. What must get through does: interrupts, aborts, and arguments that the tool's schema refuses,
 * which LangChain turns into a message of its own.
 */
export async function runAdmitted(admitted: AdmittedRun): Promise<ToolResult> {
  const { guard, admission, toolCall } = admitted;
  const ran = await settleRun(guard, admission, admitted.run, {
    end: (result) => decideResult(admitted, result),
    ofCommand: (thrown) => decideThrown(admitted, thrown),
  });
  if ("end" in ran) return ran.end;
  const { error, settlement } = ran;
  const mustThrow = admitted.signal?.aborted === true || ToolInvocationError.isInstance(error);
  if (mustThrow || admitted.toolErrors === "throw") throw error;
  // fail closed: what a tool throws may hold what it would have returned
  const told = admission.decidesResult ? toolFailed : `${error}\n Please fix your mistakes.`;
  return markClasses(errorMessage(toolCall, told), settlement.dataClasses);
}
