import type { Guard } from "@forego/core";
import type { ToolMessage } from "@langchain/core/messages";
import type { StructuredToolInterface } from "@langchain/core/tools";
import type { ToolCallRequest } from "langchain";
import { asCallable, deriveTool, formed } from "./derived-tool.ts";
import type { LangChainHost } from "./langchain-host.ts";
import type { SealedCall } from "./sealed-calls.ts";
import { asArgs, copyPlain, sameArgs } from "./tool-args.ts";

type RequestTool = NonNullable<ToolCallRequest["tool"]>;

/** The tool of an admitted call, which runs with what was admitted and nothing else, whoever starts it. */
export function sealTool(
  guard: Guard<LangChainHost>,
  tool: RequestTool,
  { toolCall, admitted }: SealedCall,
  deny: () => Promise<ToolMessage>,
): RequestTool {
  const original = asCallable(tool as StructuredToolInterface);
  const isParsed = "value" in admitted;
  const sealed = deriveTool(original, {
    admitted: { guard, toolCall },
    isParsed,
    run: async (args, config, run) => {
      const given = copyPlain(isParsed ? admitted.value : args);
      // fail closed: what is not what was decided does not run, be it changed on the way or made anew by the schema
      if (!sameArgs(asArgs(args), toolCall.args) || !sameArgs(asArgs(given), toolCall.args))
        return formed(original, await deny());
      return run(given, { ...config, toolCall: { ...toolCall, args: copyPlain(toolCall.args) } });
    },
  });
  return sealed as unknown as RequestTool;
}
