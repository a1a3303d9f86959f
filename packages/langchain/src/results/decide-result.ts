import { type Admission, callLimits, type Guard, type Json, sameJson, snapshotJson } from "@forego/core";
import { ToolMessage } from "@langchain/core/messages";
import { isCommand, type ParentCommand } from "@langchain/langgraph";
import { denialMessage } from "../denial-message.ts";
import type { LangChainToolCall } from "../to-call.ts";
import {
  messagesOf,
  partsOf,
  type ResultPart,
  readMessage,
  type ToolResult,
  withParts,
} from "./result-parts.ts";
import { markClasses } from "./seen-classes.ts";

/** An admitted call whose tool has returned. */
export interface ReturnedCall {
  readonly guard: Pick<Guard<never>, "settle">;
  readonly admission: Admission;
  readonly toolCall: LangChainToolCall;
  /** The messages of the conversation when the call was made. */
  readonly before?: readonly unknown[] | undefined;
}

/** What a result said when it was decided, and under which admission. */
interface Decided {
  readonly admission: Admission;
  readonly said: Json;
}

const decided = new WeakMap<object, Decided>();

/**
 * Settles an admitted call with what its tool returned, each part of it for itself, and answers with what may be handed
 * on. What was decided before, and is as it was then, is handed on as it is.
 */
export async function decideResult(call: ReturnedCall, result: ToolResult): Promise<ToolResult> {
  if (isDecided(call, result)) return result;
  const handedOn = await settleParts(call, result);
  // only a result that is held back comes here twice
  const said = call.admission.decidesResult ? saidBy(call, handedOn) : undefined;
  if (said !== undefined) decided.set(handedOn, { admission: call.admission, said });
  return handedOn;
}

/**
 * Decides a command that a graph within a tool has thrown, to lead out of itself, as one that the tool returned. Throws
 * what may be handed on of it; answers with the denial where nothing may.
 */
export async function decideThrown(call: ReturnedCall, thrown: ParentCommand): Promise<ToolMessage> {
  const result = await decideResult(call, thrown.command);
  if (!isCommand(result)) return result;
  thrown.command = result;
  throw thrown;
}

async function settleParts(call: ReturnedCall, result: ToolResult): Promise<ToolResult> {
  const { guard, admission, toolCall, before } = call;
  const hasFailed = isFailure(result, toolCall);
  const changed = new Map<ResultPart, unknown>();
  const classes = new Set<string>();
  for (const part of partsOf(result, before)) {
    const settlement = await guard.settle(admission, { result: part.content, hasFailed });
    // fail closed: a withheld result leaves nothing behind, and neither does a command that carries it
    if (settlement.withheld) return denialMessage(toolCall, settlement.decision ?? admission.decision);
    if ("result" in settlement) changed.set(part, settlement.result);
    for (const name of settlement.dataClasses ?? []) classes.add(name);
  }
  const handedOn = changed.size === 0 ? result : withParts(toolCall, result, changed);
  return markClasses(handedOn, [...classes], before);
}

function isDecided(call: ReturnedCall, result: ToolResult): boolean {
  const known = decided.get(result);
  if (known === undefined || known.admission !== call.admission) return false;
  // fail closed: what middleware has written into a result since, no rule has looked at
  return sameJson(known.said, saidBy(call, result));
}

/** What a result says, as a copy; `undefined` where that is no JSON. */
function saidBy({ before }: ReturnedCall, result: ToolResult): Json | undefined {
  const contents = partsOf(result, before).map(({ content }) => content);
  const snapshot = snapshotJson(contents, { ...callLimits, maxSize: Number.MAX_SAFE_INTEGER });
  return snapshot.ok ? snapshot.value : undefined;
}

/** Whether a result says that its call failed: it costs what a failed call does. */
function isFailure(result: ToolResult, { id }: LangChainToolCall): boolean {
  const messages = isCommand(result) ? messagesOf(result).map(readMessage) : [result];
  return messages.some(
    (one) =>
      ToolMessage.isInstance(one) &&
      one.status === "error" &&
      (messages.length === 1 || one.tool_call_id === id),
  );
}
