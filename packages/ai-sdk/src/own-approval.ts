import { asSchema, type ModelMessage, type Tool, type ToolApprovalStatus } from "ai";
import type { SdkToolCall } from "./conversation.ts";

/** What a tool is asked about a call of it. */
export interface OwnQuestion {
  readonly toolCall: SdkToolCall;
  readonly tool: Tool | undefined;
  readonly messages: ModelMessage[];
  /** The tool's part of `toolsContext`, as the application gave it. */
  readonly context: unknown;
}

/** The tool's own `needsApproval`, which the SDK does not ask when there is an approval function. */
export async function ownApproval(question: OwnQuestion): Promise<ToolApprovalStatus> {
  const { tool, toolCall, messages } = question;
  const needsApproval = tool?.needsApproval;
  if (typeof needsApproval !== "function") return needsApproval === true ? "user-approval" : "not-applicable";
  const { toolCallId, input } = toolCall;
  try {
    const context = await readContext(question);
    const isNeeded = await needsApproval.call(tool, input, { toolCallId, messages, context });
    return isNeeded ? "user-approval" : "not-applicable";
  } catch {
    // fail closed: a tool that cannot say whether it needs approval gets none
    return { type: "denied", reason: "The tool could not say whether this call needs approval." };
  }
}

/** The context as the SDK gives it to the tool when it runs: what the tool's schema makes of it. */
async function readContext({ tool, context }: OwnQuestion): Promise<unknown> {
  if (tool?.contextSchema === undefined) return context;
  const read = await asSchema<unknown>(tool.contextSchema).validate?.(context);
  // fail closed: a context that is not the tool's decides nothing in it
  if (read?.success === false) throw read.error;
  return read === undefined ? context : read.value;
}
