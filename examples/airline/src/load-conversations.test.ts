import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConversations } from "./load-conversations.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "forego-airline-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const ask = (name: string) => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id: "same", name, arguments: {} }],
});
const answer = (content: string) => ({ role: "tool", content, tool_call_id: "same", name: "any" });
const conversation = {
  task_id: 3,
  trial: 1,
  user_id: "ada_berg",
  messages: [
    { role: "user", content: "Cancel ADA1. Yesterday you said you could." },
    ask("first"),
    answer("one"),
    { role: "assistant", content: "Shall I?" },
    { role: "user", content: "YES!" },
    ask("second"),
    answer("two"),
  ],
};

describe("loadConversations", () => {
  it("tells calls with the same id apart, and counts what went before them", async () => {
    await writeFile(join(folder, "conversations.jsonl"), `${JSON.stringify(conversation)}\n`);
    const [loaded] = await loadConversations(folder);
    expect(loaded).toMatchObject({ name: "task 3, trial 1", userId: "ada_berg" });
    expect(loaded?.calls).toMatchObject([
      { tool: "first", result: "one", turnCount: 1, toolCallCount: 0, userSaidYes: false },
      { tool: "second", result: "two", turnCount: 3, toolCallCount: 1, userSaidYes: true },
    ]);
  });

  it("refuses what is not a conversation", async () => {
    await writeFile(
      join(folder, "conversations.json"),
      JSON.stringify([{ ...conversation, messages: "none" }]),
    );
    await expect(loadConversations(folder)).rejects.toThrow("messages");
  });
});
