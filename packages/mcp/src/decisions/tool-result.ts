import { type Admission, type Guard, rebuildMcpResult, toolFailed, viewMcpResult } from "@forego/core";
import { property, type Result, type ToolError } from "../json-rpc.ts";
import type { McpHost } from "../mcp-host.ts";
import { denialResult } from "./denial.ts";

const relatedTask = "io.modelcontextprotocol/related-task";

/**
 * Settles an admitted call with what the server returned, and answers with what may be handed on. A result that no
 * rule speaks about stays as it is, to the byte. One that says that the tool failed is classified and decided like any
 * other, since what a server calls an error is as much its own; it costs what a call that failed does.
 */
export async function settleResult(
  guard: Guard<McpHost>,
  admission: Admission,
  result: Result,
): Promise<Result> {
  const hasFailed = property(result, "isError") === true;
  const settled = await guard.settle(admission, { result: viewMcpResult(result), hasFailed });
  // fail closed: a withheld result leaves nothing behind
  if (settled.withheld) return denialResult(settled.decision ?? admission.decision);
  if (settled.decision?.metadata.enforced !== true) return result;
  const decided = "result" in settled ? settled.result : viewMcpResult(result);
  return rebuildMcpResult(result, decided);
}

/** {@link settleResult} for the answer to `tasks/result`, which names the task that the client asked for. */
export async function settleTaskResult(
  guard: Guard<McpHost>,
  admission: Admission,
  result: Result,
  taskId: string,
): Promise<Result> {
  const settled = await settleResult(guard, admission, result);
  return settled === result ? result : { ...settled, _meta: { ...settled._meta, [relatedTask]: { taskId } } };
}

/**
 * Settles an admitted call with the error that the server answered, and answers with what may be handed on of it. It is
 * classified as a result is: who is told of an error has been told something.
 *
 * @param hasFailed whether the server has answered the call: one that it may still run, or has run, stays charged.
 */
export async function settleError(
  guard: Guard<McpHost>,
  admission: Admission,
  error: ToolError,
  hasFailed = true,
): Promise<ToolError> {
  const { withheld } = await guard.settle(admission, { result: error, hasFailed });
  const { code } = error;
  // fail closed: what an error says of a result, no rule has looked at
  return withheld || admission.decidesResult ? { code, message: toolFailed } : error;
}
