import type { Decision } from "@forego/core";
import { ToolMessage } from "@langchain/core/messages";
import type { LangChainToolCall } from "./to-call.ts";

/**
 * What the model reads in place of a result: the decision's sentence, as an error of the tool. The decision itself is
 * in the message's artifact, for the application; artifacts are not sent to models.
 */
export function denialMessage(toolCall: LangChainToolCall, decision: Decision, remark?: string): ToolMessage {
  return errorMessage(
    toolCall,
    remark === undefined ? decision.message : `${decision.message} ${remark}`,
    decision,
  );
}

/** An error of a tool that the model can act on. */
export function errorMessage(toolCall: LangChainToolCall, content: string, decision?: Decision): ToolMessage {
  return new ToolMessage({
    tool_call_id: toolCall.id ?? "",
    name: toolCall.name,
    status: "error",
    content,
    ...(decision === undefined ? {} : { artifact: { forego: decision } }),
  });
}
