import type { Admission, Guard, Settlement } from "@forego/core";
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
  const settled = await guard.settle(admission, { result: viewOf(result) });
  // fail closed: a withheld result leaves nothing behind
  if (settled.withheld) return withTask(result, denialResult(settled.decision ?? admission.decision));
  if (settled.decision?.metadata.enforced !== true) return result;
  return withTask(result, rebuild(result, settled));
}

/**
 * What rules see of a result: its structured content, else the text that it consists of, else its content as it is.
 */
function viewOf(result: Result): unknown {
  const structured = property(result, "structuredContent");
  if (structured !== undefined) return structured;
  const content = property(result, "content");
  return textOf(content) ?? content ?? [];
}

/** The text of a content that consists of one. */
function textOf(content: unknown): string | undefined {
  if (!Array.isArray(content) || content.length !== 1) return undefined;
  const text = property(content[0], "text");
  return property(content[0], "type") === "text" && typeof text === "string" ? text : undefined;
}

/**
 * The result, made of nothing but what was decided: where there is structured content, the text beside it says the
 * same. What else a server put into its result, nobody has looked at.
 */
function rebuild(result: Result, settled: Settlement): Result {
  const decided = "result" in settled ? settled.result : viewOf(result);
  const isError = property(result, "isError") === true ? { isError: true } : {};
  if (property(result, "structuredContent") !== undefined) {
    const text = JSON.stringify(decided);
    return { content: [{ type: "text", text }], structuredContent: decided, ...isError };
  }
  const content = typeof decided === "string" ? [{ type: "text", text: decided }] : decided;
  return { content, ...isError };
}

/** The answer to `tasks/result` names its task. */
function withTask(result: Result, instead: Result): Result {
  const task = property(property(result, "_meta"), relatedTask);
  const taskId = property(task, "taskId");
  if (typeof taskId !== "string") return instead;
  return { ...instead, _meta: { ...instead._meta, [relatedTask]: { taskId } } };
}
