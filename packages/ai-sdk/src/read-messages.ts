import type { SessionView } from "@forego/core";

/** A message as the SDK hands it to hooks and to models: the parts that are read here are the same in both. */
export interface ReadableMessage {
  readonly role: string;
  readonly content: string | readonly ReadablePart[];
}

interface ReadablePart {
  readonly type: string;
  readonly toolCallId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  readonly approvalId?: string;
  readonly approved?: boolean;
  readonly reason?: string;
  readonly output?: unknown;
}

/**
 * The conversation up to and including the answer of the model that made a call. Hooks get the messages before that
 * answer when the call is new, and with it when the run is resumed after an approval: then it waits there. A hook that
 * is not told which call it is about gives no id, and takes any that waits for it.
 */
export function readSession(
  toolCallId: string | undefined,
  messages: readonly ReadableMessage[],
): SessionView {
  const made = openAnswer(toolCallId, messages);
  if (made >= 0) return readMessages(messages.slice(0, made + 1));
  const { turnCount = 0, ...before } = readMessages(messages);
  return { ...before, turnCount: turnCount + 1 };
}

/** The calls of the answer of the model that made a call; `undefined` where it is not among the messages yet. */
export function openCalls(
  toolCallId: string,
  messages: readonly ReadableMessage[],
): readonly MadeCall[] | undefined {
  const made = messages[openAnswer(toolCallId, messages)];
  return made && callsOf(made);
}

/** What makes a call of an answer another one. */
export type MadeCall = Pick<ReadablePart, "toolCallId" | "toolName" | "input">;

/** Where the answer is that made a call which is yet to be answered; -1 where it is not among the messages. */
function openAnswer(toolCallId: string | undefined, messages: readonly ReadableMessage[]): number {
  const made = messages.findLastIndex(({ role }) => role === "assistant");
  return made >= 0 && isWaiting(toolCallId, messages.slice(made)) ? made : -1;
}

/** Whether the model's newest answer made a call that is yet to be answered: some models count their calls in each turn. */
function isWaiting(toolCallId: string | undefined, [answer, ...since]: readonly ReadableMessage[]): boolean {
  if (answer === undefined || since.some(({ role }) => role !== "tool")) return false;
  const results = [answer, ...since].flatMap(partsOf).filter(({ type }) => type === "tool-result");
  const answered = new Set(results.map((part) => part.toolCallId));
  return callsOf(answer).some(
    (part) => (part.toolCallId === toolCallId || toolCallId === undefined) && !answered.has(part.toolCallId),
  );
}

/** The conversation as messages tell it. */
export function readMessages(messages: readonly ReadableMessage[]): SessionView {
  return {
    turnCount: messages.filter(({ role }) => role === "assistant").length,
    toolCallCount: messages.flatMap(partsOf).filter(({ type }) => type === "tool-result").length,
  };
}

/** A call that waited for an approval, and with which the SDK goes on. */
export interface ApprovedCall extends MadeCall {
  /** Ids of the guard's requests that the person was shown. */
  readonly requests: readonly string[];
}

/**
 * The calls with which the SDK goes on: those whose approval is in the newest message. Any other is of an earlier call,
 * though its id be the same: some models count their calls in each turn.
 */
export function approvedCalls(messages: readonly ReadableMessage[]): readonly ApprovedCall[] {
  const { answers, ended } = readNewest(messages);
  if (answers.length === 0) return [];
  const before = messages.slice(0, -1);
  const asked = before.flatMap(partsOf).filter(({ type }) => type === "tool-approval-request");
  const latest = new Map(asked.map((part) => [part.toolCallId, part]));
  return [...latest.values()].flatMap(({ toolCallId, approvalId, reason }) => {
    const answer = answers.findLast((part) => part.approvalId === approvalId);
    if (approvalId === undefined || answer?.approved !== true || ended.has(toolCallId)) return [];
    const call = before.flatMap(callsOf).findLast((part) => part.toolCallId === toolCallId);
    return { toolCallId, toolName: call?.toolName, input: call?.input, requests: readRequests(reason) };
  });
}

/**
 * Whether the SDK goes on with some call that was approved, as it reads its messages: by any approval in the newest one,
 * but for those of calls that have run. What a client has written there by itself is none that {@link approvedCalls}
 * finds, and the SDK goes on all the same.
 */
export function isGoingOn(messages: readonly ReadableMessage[]): boolean {
  const { answers, ended } = readNewest(messages);
  const requests = messages.flatMap(partsOf).filter(({ type }) => type === "tool-approval-request");
  return answers.some(({ approved, approvalId }) => {
    const asked = requests.filter((part) => part.approvalId === approvalId);
    const hasEnded = asked.length > 0 && asked.every(({ toolCallId }) => ended.has(toolCallId));
    return Boolean(approved) && !hasEnded;
  });
}

/** The answers in the newest message, and the calls that have run by it: what policies approve by themselves has. */
function readNewest(messages: readonly ReadableMessage[]) {
  const parts = messages.slice(-1).flatMap(partsOf);
  const results = parts.filter(({ type }) => type === "tool-result");
  return {
    answers: parts.filter(({ type }) => type === "tool-approval-response"),
    ended: new Set(results.map(({ toolCallId }) => toolCallId)),
  };
}

/** The approval with which the SDK goes on with a call; `undefined` where there is none. */
export function findApproval(
  toolCallId: string,
  messages: readonly ReadableMessage[],
): ApprovedCall | undefined {
  return approvedCalls(messages).find((call) => call.toolCallId === toolCallId);
}

/** The text of the SDK's approval request, which comes back with the answer: it names the guard's requests. */
export function nameRequests(message: string, requests: readonly { readonly id: string }[]): string {
  return `${message} [requests: ${requests.map(({ id }) => id).join(" ")}]`;
}

function readRequests(reason: string | undefined): readonly string[] {
  return reason?.match(/\[requests: ([^\]]*)\]$/)?.[1]?.split(" ") ?? [];
}

/** Calls whose refusal by a person the model is about to read: the newest tool message says so. */
export function refusedCalls(messages: readonly ReadableMessage[]): readonly RefusedCall[] {
  const last = messages.at(-1);
  if (last?.role !== "tool") return [];
  const denied = partsOf(last).filter(
    ({ output }) => (output as { type?: unknown } | undefined)?.type === "execution-denied",
  );
  return denied.flatMap(({ toolCallId }) => {
    const made = messages.findLastIndex((message) =>
      callsOf(message).some((part) => part.toolCallId === toolCallId),
    );
    const upToCall = messages.slice(0, made + 1);
    const call = upToCall
      .slice(-1)
      .flatMap(callsOf)
      .find((part) => part.toolCallId === toolCallId);
    if (toolCallId === undefined || call?.toolName === undefined) return [];
    return [{ toolCallId, toolName: call.toolName, input: call.input, upToCall }];
  });
}

interface RefusedCall {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly input: unknown;
  /** The conversation up to the answer of the model that made it. */
  readonly upToCall: readonly ReadableMessage[];
}

function callsOf(message: ReadableMessage): readonly ReadablePart[] {
  return message.role === "assistant" ? partsOf(message).filter(({ type }) => type === "tool-call") : [];
}

function partsOf({ content }: ReadableMessage): readonly ReadablePart[] {
  return typeof content === "string" ? [] : content;
}
