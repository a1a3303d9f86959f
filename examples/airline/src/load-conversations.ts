import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Conversation, RecordedCall } from "./recorded-call.ts";

const messageSchema = z.object({
  role: z.enum(["user", "assistant", "tool"]),
  content: z.string().nullable(),
  tool_calls: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        arguments: z.record(z.string(), z.unknown()),
        expected: z.object({ effect: z.string(), reasons: z.array(z.string()) }).optional(),
      }),
    )
    .optional(),
});

const conversationSchema = z.object({
  task_id: z.number(),
  trial: z.number(),
  user_id: z.string(),
  messages: z.array(messageSchema),
});

type Message = z.infer<typeof messageSchema>;

/**
 * Reads the conversations of a folder: one a line in `conversations.jsonl`, or a list in `conversations.json`.
 *
 * @throws Error when there are none, or they are not of the form that the data's README gives.
 */
export async function loadConversations(folder: string): Promise<readonly Conversation[]> {
  const lines = join(folder, "conversations.jsonl");
  const raw: unknown = existsSync(lines)
    ? (await readFile(lines, "utf8"))
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line))
    : JSON.parse(await readFile(join(folder, "conversations.json"), "utf8"));
  return z
    .array(conversationSchema)
    .parse(raw)
    .map(({ task_id, trial, user_id, messages }) => ({
      name: `task ${task_id}, trial ${trial}`,
      userId: user_id,
      calls: callsOf(messages),
    }));
}

function callsOf(messages: readonly Message[]): readonly RecordedCall[] {
  const calls: RecordedCall[] = [];
  let turnCount = 0;
  let userSaidYes = false;
  for (const [index, { role, content, tool_calls = [] }] of messages.entries()) {
    if (role === "user") userSaidYes = /\byes\b/i.test(content ?? "");
    if (role === "assistant") turnCount += 1;
    // the answers follow the message with the calls, in their order; ids do not tell them apart
    for (const [position, { id, name, arguments: args, expected }] of tool_calls.entries()) {
      calls.push({
        callId: id,
        tool: name,
        args,
        turnCount,
        toolCallCount: calls.length,
        userSaidYes,
        result: messages[index + 1 + position]?.content ?? "",
        ...(expected === undefined ? {} : { expected }),
      });
    }
  }
  return calls;
}
