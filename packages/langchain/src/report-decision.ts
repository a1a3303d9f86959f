import type { Decision } from "@forego/core";
import type { LangChainToolCall } from "./to-call.ts";

/** What whoever streams a run with `streamMode: "custom"` hears of each decision. Holds no arguments. */
export interface DecisionReport {
  readonly type: "forego.decision";
  readonly tool: string;
  /** Absent where the model gave the call none, and for calls of the model itself. */
  readonly callId?: string;
  readonly decision: Decision;
}

/** The part of LangChain's runtime that streams. */
export interface StreamingRuntime {
  readonly writer?: ((chunk: unknown) => void) | undefined;
}

/** Tells a decision to whoever streams the run. */
export function reportDecision(
  { writer }: StreamingRuntime,
  { id, name }: Pick<LangChainToolCall, "id" | "name">,
  decision: Decision,
): void {
  const report: DecisionReport = {
    type: "forego.decision",
    tool: name,
    ...(id === undefined ? {} : { callId: id }),
    decision,
  };
  try {
    writer?.(report);
  } catch {
    // a stream that is closed decides nothing
  }
}
