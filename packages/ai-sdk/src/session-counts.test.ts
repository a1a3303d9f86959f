import { createGuard, verified } from "@forego/core";
import { memoryStores } from "@forego/state/memory";
import { generateText, stepCountIs, streamText, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { createEngine } from "forego";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type BuiltRelease, buildRelease } from "../../../test/support/build-release.ts";
import { withoutTurns } from "../../../test/support/failing-sessions.ts";
import { modelThatSays } from "../../../test/support/model-that-says.ts";
import { talkPolicies } from "../../../test/support/talk-policies.ts";
import { type AiSdkHost, guardAgent, guardModel } from "./index.ts";

let built: BuiltRelease;
beforeAll(async () => {
  built = await buildRelease(talkPolicies);
});
afterAll(() => built.remove());

const names = ["noop", "turns", "calls", "tokens", "age"];
const usage = {
  inputTokens: { total: 6, noCache: 6, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 4, text: 4, reasoning: undefined },
};
let calls = 0;

/** A desk whose runs begin without messages, with a store that its guards share. */
function createDesk() {
  let now = 0;
  const { sessions } = memoryStores({ now: () => now });

  /** Runs a model, in a process of its own, that calls one tool; answers with what it read. */
  async function run(toolName: string, tenant = "acme") {
    const guard = createGuard<AiSdkHost>({
      engine: createEngine(built.release),
      identify: () => verified({ tenant: { id: tenant } }),
      agent: { id: "desk-1", scope: "support" },
      sessions,
      deadlineMs: 5000,
    });
    let step = 0;
    const model = new MockLanguageModelV4({
      doGenerate: async () => {
        const isFirst = step++ === 0;
        return {
          content: isFirst
            ? [{ type: "tool-call", toolCallId: `call-${calls++}`, toolName, input: "{}" }]
            : [{ type: "text", text: "finished" }],
          finishReason: { unified: isFirst ? "tool-calls" : "stop", raw: undefined },
          usage,
          warnings: [],
        };
      },
    });
    const tools = Object.fromEntries(
      names.map((name) => [name, tool({ inputSchema: z.object({}), execute: async () => "done" })]),
    );
    const guarded = guardAgent(guard, { model, tools, conversationId: "talk-1", hideTools: false });
    const { steps } = await generateText({
      model: guarded.model,
      tools: guarded.tools,
      stopWhen: stepCountIs(3),
      prompt: "go on",
    });
    const part = steps
      .flatMap(({ content }) => content)
      .find(({ type }) => type === "tool-result" || type === "tool-error");
    return part?.type === "tool-error" ? String(part.error) : part?.type === "tool-result" ? part.output : "";
  }
  return { run, sessions, pass: (ms: number) => (now += ms) };
}

test.each([
  ["turns", "too_many_turns"],
  ["calls", "too_many_calls"],
  ["tokens", "too_many_tokens"],
  ["age", "too_old"],
])("counts %s of a conversation over all of its runs, for its tenant", async (name, reason) => {
  const { run, sessions, pass } = createDesk();
  for (let times = 0; times < 2; times++) expect(await run("noop")).toBe("done");
  expect(await sessions.read({ tenant: "acme", conversationId: "talk-1" })).toMatchObject({
    ...{ turns: 4, toolCalls: 2, tokens: 40 },
  });
  pass(3_600_000);
  expect(await run(name)).toContain(reason);
  expect(await run(name, "globex")).toBe("done");
});

describe("an answer of the model that the store cannot count", () => {
  const guarded = () =>
    guardModel(
      createGuard<AiSdkHost>({
        engine: createEngine(built.release),
        identify: () => verified({}),
        agent: { id: "desk-1", scope: "support" },
        sessions: withoutTurns(),
        deadlineMs: 5000,
      }),
      modelThatSays("the answer"),
      { conversationId: "talk-1" },
    );

  test("is not handed on", async () => {
    const { text, finishReason } = await generateText({ model: guarded(), prompt: "go on" });
    expect(text).toContain("forego.state_unavailable");
    expect(text).not.toContain("the answer");
    expect(finishReason).toBe("content-filter");
  });

  test("ends a stream as one that was denied", async () => {
    const { fullStream, finishReason } = streamText({ model: guarded(), prompt: "go on" });
    const texts: string[] = [];
    for await (const part of fullStream) if (part.type === "text-delta") texts.push(part.text);
    expect(texts.join("|")).toMatch(/^the answer\|.*forego\.state_unavailable/);
    expect(await finishReason).toBe("content-filter");
  });
});
