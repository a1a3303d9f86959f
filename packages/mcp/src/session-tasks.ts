import type { Admission, Guard } from "@forego/core";
import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { settleError, settleTaskResult } from "./decisions/tool-result.ts";
import { property, type Result, type ToolError } from "./json-rpc.ts";
import type { McpHost } from "./mcp-host.ts";

/** The most tasks that a session remembers; of older ones it hands on nothing. */
const maxTasks = 1000;

/** Makes what is handed on of the answer to a request about tasks: as it is where it says no more. */
export interface TaskFinish {
  readonly ofResult?: (result: Result) => Result | Promise<Result>;
  readonly ofError?: (error: ToolError) => Promise<ToolError>;
}

/** Calls of a session that run on as tasks. */
export interface SessionTasks {
  /** Remembers a task that a server began for an admitted call; `undefined` when its answer is no task. */
  begin(result: Result, admission: Admission): Result | undefined;
  /** How the answer to a request about tasks is handed on; `undefined` for any other method. */
  finishOf(request: JSONRPCRequest): TaskFinish | "unknown" | undefined;
}

/** Remembers the tasks that a session began: it sees no others, since one server may serve many behind this gateway. */
export function createSessionTasks(guard: Guard<McpHost>): SessionTasks {
  const calls = new Map<string, Admission>();

  const listTasks = (result: Result): Result => {
    const tasks = property(result, "tasks");
    if (!Array.isArray(tasks)) return result;
    return { ...result, tasks: tasks.filter((task) => calls.has(String(property(task, "taskId")))) };
  };

  return {
    begin(result, admission) {
      const task = property(result, "task");
      const taskId = property(task, "taskId");
      if (typeof taskId !== "string") return undefined;
      calls.set(taskId, admission);
      const [oldest] = calls.keys();
      if (calls.size > maxTasks && oldest !== undefined) calls.delete(oldest);
      // fail closed: what comes with a task before its result is a result that nobody decided
      return admission.decidesResult ? { task } : result;
    },
    finishOf({ method, params }) {
      if (!["tasks/get", "tasks/cancel", "tasks/result", "tasks/list"].includes(method)) return undefined;
      if (method === "tasks/list") return { ofResult: listTasks };
      const taskId = String(property(params, "taskId"));
      const admission = calls.get(taskId);
      // fail closed: a result that belongs to no call of this session cannot be decided
      if (admission === undefined) return "unknown";
      if (method !== "tasks/result") return {};
      return {
        ofResult: (result) => settleTaskResult(guard, admission, result, taskId),
        // fail closed: whoever takes its task back has an error instead of what the tool did, and pays for it
        ofError: (error) => settleError(guard, admission, error, false),
      };
    },
  };
}
