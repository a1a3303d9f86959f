import { sameAsJson } from "@forego/core";
import type { SdkToolCall } from "./conversation.ts";
import { type MadeCall, openCalls, type ReadableMessage } from "./read-messages.ts";

/** The calls of an answer that is not among the messages yet, as far as hooks have met them. */
interface MetCalls {
  /** How many messages there were: lists of messages grow. */
  readonly before: number;
  readonly calls: SdkToolCall[];
}

// all hooks of a step are handed the same list of the messages before it
const met = new WeakMap<readonly ReadableMessage[], MetCalls>();

/** Which one a call is of the equal calls of its answer, from 0: in their order, which is that of the hooks. */
export function ordinalOf(call: SdkToolCall, messages: readonly ReadableMessage[]): number {
  const calls = openCalls(call.toolCallId, messages) ?? meet(call, messages);
  const own = calls.findIndex(({ toolCallId }) => toolCallId === call.toolCallId);
  return calls.slice(0, own).filter((one) => isEqual(one, call)).length;
}

function meet(call: SdkToolCall, messages: readonly ReadableMessage[]): readonly SdkToolCall[] {
  const known = met.get(messages);
  const calls = known?.before === messages.length ? known.calls : [];
  met.set(messages, { before: messages.length, calls });
  if (!calls.some(({ toolCallId }) => toolCallId === call.toolCallId)) calls.push(call);
  return calls;
}

function isEqual(one: MadeCall, other: MadeCall): boolean {
  return one.toolName === other.toolName && sameAsJson(one.input, other.input);
}
