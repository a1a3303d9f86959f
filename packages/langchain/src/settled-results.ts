import type { Admission } from "@forego/core";
import type { ToolMessage } from "@langchain/core/messages";
import type { Command } from "@langchain/langgraph";
import { contentOf } from "./result-content.ts";

interface Returned {
  readonly admission: Admission;
  readonly content: unknown;
}

const settled = new WeakMap<object, Returned>();

/** Notes what a result was before rules took something out of it, so that it is decided once, wherever it passes. */
export function noteSettled(result: ToolMessage | Command, returned: Returned): void {
  settled.set(result, returned);
}

/** What a tool returned, of a result that may have been settled for the same admission before. */
export function contentAsReturned(result: ToolMessage | Command, admission: Admission): unknown {
  const returned = settled.get(result);
  return returned?.admission === admission ? returned.content : contentOf(result);
}
