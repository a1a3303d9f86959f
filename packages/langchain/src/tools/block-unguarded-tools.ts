import { StructuredTool } from "@langchain/core/tools";
import { spendPermit } from "./permit.ts";

/**
 * A backstop for the whole process: from now on no LangChain tool starts that no guard stands before. What would run
 * otherwise throws, naming the tool; agents tell the model that as an error of the tool. It decides nothing, and holds
 * for tools of the copy of `@langchain/core` that this package uses, however they are called: `invoke`, `call`,
 * `batch`, `stream`, a `ToolNode`.
 *
 * @returns takes the backstop away again.
 */
export function blockUnguardedTools(): () => void {
  const { call } = StructuredTool.prototype;
  const blocking: typeof call = function (this: StructuredTool, ...args) {
    // fail closed: a tool that nobody has put a guard before does not start
    if (!spendPermit()) return Promise.reject(new UnguardedToolError(this.name));
    return call.apply(this, args);
  };
  StructuredTool.prototype.call = blocking;
  return () => {
    if (StructuredTool.prototype.call === blocking) StructuredTool.prototype.call = call;
  };
}

/** A tool was started that no guard stands before, and the backstop kept it from running. */
export class UnguardedToolError extends Error {
  override readonly name = "UnguardedToolError";

  constructor(tool: string) {
    super(`The tool ${JSON.stringify(tool)} has no guard before it, and was not started.`);
  }
}
