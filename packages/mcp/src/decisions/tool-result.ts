import { type Admission, type Guard, rebuildMcpResult, viewMcpResult } from "@forego/core";
import { property, type Result } from "../json-rpc.ts";
import type { McpHost } from "../mcp-host.ts";
import { denialResult } from "./denial.ts";

const relatedTask = "io.modelcontextprotocol/related-task";

/** A call that was admitted. */
export interface AdmittedCall {
  readonly tool: string;
  readonly server: string;
  readonly admission: Admission;
}

/**
 * Settles an admitted call with what the server returned, and answers with what may be handed on. A result that no
 * rule speaks about stays as it is, to the byte. One that says that the tool failed is settled so, and is decided all
 * the same: what a server calls an error is as much its own as any other result.
 */
export async function settleResult(
  guard: Guard<McpHost>,
  { tool, server, admission }: AdmittedCall,
  result: Result,
): Promise<Result> {
  if (property(result, "isError") === true) {
    await guard.settle(admission, { error: new Error("the tool says that it failed") });
    if (!guard.decidesResults(tool, server)) return result;
  }
  const settled = await guard.settle(admission, { result: viewMcpResult(result) });
  // fail closed: a withheld result leaves nothing behind
  if (settled.withheld) return withTask(result, denialResult(settled.decision ?? admission.decision));
  if (settled.decision?.metadata.enforced !== true) return result;
  const decided = "result" in settled ? settled.result : viewMcpResult(result);
  return withTask(result, rebuildMcpResult(result, decided));
}

/** The answer to `tasks/result` names its task. */
function withTask(result: Result, instead: Result): Result {
  const task = property(property(result, "_meta"), relatedTask);
  const taskId = property(task, "taskId");
  if (typeof taskId !== "string") return instead;
  return { ...instead, _meta: { ...instead._meta, [relatedTask]: { taskId } } };
}
