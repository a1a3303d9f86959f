import { textOfContent } from "@forego/core";
import {
  type BaseMessage,
  type BaseMessageLike,
  coerceMessageLikeToMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { Command, isCommand } from "@langchain/langgraph";
import type { LangChainToolCall } from "../to-call.ts";

/** What a tool returned, in the form that LangChain hands on. */
export type ToolResult = ToolMessage | Command;

/** A part of a result that rules look at by itself: a message, or a value for the state of the graph. */
export interface ResultPart {
  /** Of a command: which entry of its update it is, and of a list of messages, which of them. */
  readonly at: readonly [entry: number, message?: number];
  /** What the model would read: content of a single text is that text. */
  readonly content: unknown;
}

/**
 * The parts of what a tool returned. Of a command, all that it adds to the state: each new message, and each other value.
 *
 * @param before the messages that the conversation had when the call was made: a command may hand them on.
 */
export function partsOf(result: ToolResult, before: readonly unknown[] = []): readonly ResultPart[] {
  if (!isCommand(result)) return [{ at: [0], content: textOfContent(result.content) ?? result.content }];
  const parts = entriesOf(result).flatMap(([name, value], entry): readonly ResultPart[] => {
    if (name !== "messages") return value === undefined ? [] : [{ at: [entry], content: value }];
    return asList(value).flatMap((message, index) => {
      const read = readMessage(message);
      // what is there already was returned by another call, and what is taken away is nothing
      if (before.includes(message) || read?.getType() === "remove") return [];
      const content = read === undefined ? message : (textOfContent(read.content) ?? read.content);
      return [{ at: [entry, index], content }];
    });
  });
  // a command that adds nothing is decided, too
  return parts.length === 0 ? [{ at: [-1], content: [] }] : parts;
}

/** The messages of a command, in every form that LangGraph takes: a record or pairs, a list or a single message. */
export function messagesOf(command: Command): readonly unknown[] {
  return entriesOf(command).flatMap(([name, value]) => (name === "messages" ? asList(value) : []));
}

/** The result with what rules left of its parts. The artifact of a changed message goes: it may hold the same values. */
export function withParts(
  toolCall: LangChainToolCall,
  result: ToolResult,
  changed: ReadonlyMap<ResultPart, unknown>,
): ToolResult {
  if (!isCommand(result)) {
    const [content] = changed.values();
    const { id: tool_call_id = "", name } = toolCall;
    return toolMessageWith({ ...result, tool_call_id, name }, content as ToolMessage["content"]);
  }
  const entries = entriesOf(result).map(([name, value], entry): readonly [string, unknown] => {
    const mine = [...changed].filter(([{ at }]) => at[0] === entry);
    if (mine.length === 0) return [name, value];
    if (name !== "messages") return [name, mine[0]?.[1]];
    const messages = asList(value).map((message, index) => {
      const [, content] = mine.find(([{ at }]) => at[1] === index) ?? [];
      return content === undefined ? message : messageWith(message, content);
    });
    return [name, messages];
  });
  const { graph, goto, resume } = result;
  return new Command({
    ...(graph === undefined ? {} : { graph }),
    ...(goto === undefined ? {} : { goto: goto as string[] }),
    ...(resume === undefined ? {} : { resume }),
    update: Array.isArray(result.update) ? (entries as [string, unknown][]) : Object.fromEntries(entries),
  });
}

/** A message of the same kind that says something else, and nothing beside. */
function messageWith(message: unknown, content: unknown): BaseMessage {
  const read = readMessage(message);
  const said = content as ToolMessage["content"];
  if (read === undefined || ToolMessage.isInstance(read)) return toolMessageWith(read, said);
  const id = read.id === undefined ? {} : { id: read.id };
  return coerceMessageLikeToMessage({ role: read.getType(), content: said, ...id } as BaseMessageLike);
}

function toolMessageWith(
  { tool_call_id = "", name, status }: Partial<ToolMessage> = {},
  content: ToolMessage["content"],
): ToolMessage {
  return new ToolMessage({
    tool_call_id,
    content,
    ...(name === undefined ? {} : { name }),
    ...(status === undefined ? {} : { status }),
  });
}

/** A message in any form that LangChain takes; `undefined` for what is none. */
export function readMessage(message: unknown): BaseMessage | undefined {
  try {
    return coerceMessageLikeToMessage(message as BaseMessageLike);
  } catch {
    return undefined;
  }
}

function entriesOf({ update }: Command): readonly (readonly [string, unknown])[] {
  if (!Array.isArray(update)) return Object.entries(update ?? {});
  return update as readonly (readonly [string, unknown])[];
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
