import type { Admission, Guard } from "@forego/core";
import type { JSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { property, type Result } from "./json-rpc.ts";
import type { McpHost } from "./mcp-host.ts";
import { settleResult } from "./tool-result.ts";

/** The most tasks that a session remembers; of older ones it hands on nothing. */
const maxTasks = 1000;

/** Calls of a session that run on as tasks. */
export interface SessionTasks {
  /** Remembers a task that a server began for an admitted call; `undefined` when its answer is no task. */
  begin(result: Result, tool: string, admission: Admission): Result | undefined;
  /** Makes what is handed on of the answer to a request about tasks; `undefined` for any other method. */
  finishOf(request: JSONRPCRequest): ((result: Result) => Result | Promise<Result>) | "unknown" | undefined;
}

/** Remembers the tasks that a session began: it sees no others, since one server may serve many behind this gateway. */
export function createSessionTasks(guard: Guard<McpHost>, server: string): SessionTasks {
  const admissions = new Map<string, Admission>();

  const listTasks = (result: Result): Result => {
    const tasks = property(result, "tasks");
    if (!Array.isArray(tasks)) return result;
    return { ...result, tasks: tasks.filter((task) => admissions.has(String(property(task, "taskId")))) };
  };

  return {
    begin(result, tool, admission) {
      const task = property(result, "task");
      const taskId = property(task, "taskId");
      if (typeof taskId !== "string") return undefined;
      admissions.set(taskId, admission);
      const [oldest] = admissions.keys();
      if (admissions.size > maxTasks && oldest !== undefined) admissions.delete(oldest);
      // fail closed: what comes with a task before its result is a result that nobody decided
      return guard.decidesResults(tool, server) ? { task } : result;
    },
    finishOf({ method, params }) {
      if (!["tasks/get", "tasks/cancel", "tasks/result", "tasks/list"].includes(method)) return undefined;
      if (method === "tasks/list") return listTasks;
      const admission = admissions.get(String(property(params, "taskId")));
      // fail closed: a result that belongs to no call of this session cannot be decided
      if (admission === undefined) return "unknown";
      return method === "tasks/result"
        ? (result) => settleResult(guard, admission, result)
        : (result) => result;
    },
  };
}
