import type { Call, SessionView } from "@forego/core";
import { optional, record, requireBoolean, requireNumber, requireText, requireTexts } from "./reading.ts";

/** What a request says beside its question, of what is known here. */
export interface EvaluationContext {
  readonly callId?: string;
  readonly conversationId?: string;
  /** What the caller knows of the conversation. */
  readonly session?: SessionView;
  /** What the caller can do with a call that may only be made in a changed form. */
  readonly fulfils?: NonNullable<Call["fulfils"]>;
  /** Whether it is asked what the rules say, before limits and approvals that were granted. */
  readonly isProposed?: boolean;
}

/** Reads the context of a question: what is known there has to be of its form, and all else is ignored. */
export function readContext(value: unknown): EvaluationContext {
  const context = record(value ?? {}, "context");
  return {
    ...optional(context, ["call_id", "callId"], "context", requireText),
    ...optional(context, ["conversation_id", "conversationId"], "context", requireText),
    ...optional(context, ["session", "session"], "context", readSession),
    ...optional(context, ["fulfils", "fulfils"], "context", readFulfils),
    ...optional(context, ["propose", "isProposed"], "context", requireBoolean),
  };
}

/** Named as the contract names it. */
function readSession(value: unknown, what: string): SessionView {
  const session = record(value, what);
  return {
    ...optional(session, ["turn_count", "turnCount"], what, requireNumber),
    ...optional(session, ["tool_call_count", "toolCallCount"], what, requireNumber),
    ...optional(session, ["cumulative_tokens", "cumulativeTokens"], what, requireNumber),
    ...optional(session, ["session_age_seconds", "ageSeconds"], what, requireNumber),
    ...optional(session, ["data_classes_seen", "dataClassesSeen"], what, requireTexts),
  };
}

function readFulfils(value: unknown, what: string): NonNullable<Call["fulfils"]> {
  const said = requireTexts(value, what);
  return (["redact", "transform"] as const).filter((one) => said.includes(one));
}
