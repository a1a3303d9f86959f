import { type Guard, sameAsJson } from "@forego/core";
import type { ToolMessage } from "@langchain/core/messages";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { isParentCommand } from "@langchain/langgraph";
import type { ToolCallRequest } from "langchain";
import type { LangChainHost } from "../langchain-host.ts";
import { decideResult, decideThrown } from "../results/decide-result.ts";
import { toMessage } from "../results/result-content.ts";
import type { ToolResult } from "../results/result-parts.ts";
import { asCallable, type CallableTool, deriveTool, formed } from "./derived-tool.ts";
import { hideError } from "./held-tool.ts";
import type { SealedCall } from "./sealed-calls.ts";
import { asArgs, copyPlain } from "./tool-args.ts";

type RequestTool = NonNullable<ToolCallRequest["tool"]>;

const otherArguments = "the tool's schema, or middleware, made other arguments of it than were decided";

/** The tool of an admitted call, which runs with what was admitted and nothing else, whoever starts it. */
export function sealTool(
  guard: Guard<LangChainHost>,
  tool: RequestTool,
  sealed: SealedCall,
  deny: (cause: string) => Promise<ToolMessage>,
): RequestTool {
  const { toolCall, admitted, admission } = sealed;
  const original = asCallable(tool as StructuredToolInterface);
  const isParsed = "value" in admitted;
  const derived = deriveTool(original, {
    admitted: { guard, toolCall },
    isParsed,
    run: async (args, config, run) => {
      const given = copyPlain(isParsed ? admitted.value : args);
      // fail closed: what is not what was decided does not run, be it changed on the way or made anew by the schema
      if (!sameAsJson(asArgs(args), toolCall.args) || !sameAsJson(asArgs(given), toolCall.args))
        return formed(original, await deny(otherArguments));
      const start = () =>
        run(given, admission.decidesResult, {
          ...config,
          toolCall: { ...toolCall, args: copyPlain(toolCall.args) },
        });
      return admission.decidesResult ? runHeld(guard, original, sealed, start) : start();
    },
  });
  return derived as unknown as RequestTool;
}

/**
 * Runs a tool whose results rules speak about, and settles what it returned before LangChain tells it to those who
 * stream the run. What it throws is settled at the gate, since middleware may try again.
 */
async function runHeld(
  guard: Guard<LangChainHost>,
  tool: CallableTool,
  { toolCall, admission, before }: SealedCall,
  start: () => unknown,
): Promise<unknown> {
  const returned = { guard, admission, toolCall, before };
  let result: ToolResult;
  try {
    result = toMessage(tool, toolCall, await start());
  } catch (error) {
    // fail closed: what is told of a command that was thrown is what rules left of it
    if (error instanceof Error && isParentCommand(error))
      return formed(tool, await decideThrown(returned, error));
    throw hideError(error);
  }
  return formed(tool, await decideResult(returned, result));
}
